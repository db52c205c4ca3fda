/** Products and works of art in JSON-LD (schema.org), in lists, in `@graph` and within other things. */
import { isRecord } from '../../../core/check-record.ts';
import type { Product } from './page-facts.ts';

type Thing = Readonly<Record<string, unknown>>;

const KINDS = new Set([
  ...['Product', 'ProductGroup', 'ProductModel', 'IndividualProduct', 'SomeProducts', 'Vehicle'],
  ...['Car', 'VisualArtwork', 'Painting', 'Sculpture', 'Drawing', 'Photograph', 'CoverArt'],
]);

/** Texts of a thing that visitors know: property of schema.org ─▶ attribute. */
const TEXTS: readonly (readonly [property: string, attribute: string])[] = [
  ['brand', 'brand'],
  ['color', 'colour'],
  ['material', 'material'],
  ['category', 'category'],
  ['creator', 'artist'],
  ['artist', 'artist'],
  ['artform', 'artform'],
  ['artMedium', 'medium'],
  ['dateCreated', 'date'],
];

/** A page has a few; more would be made to keep a build busy. */
const MOST_THINGS = 20_000;

/**
 * @param texts the contents of the page's <script type="application/ld+json">
 * @returns also how many of them are not JSON
 */
export function productsIn(texts: readonly string[]): { products: Product[]; broken: number } {
  let broken = 0;
  const roots = texts.flatMap((text): unknown[] => {
    try {
      return [JSON.parse(text)];
    } catch {
      broken++;
      return [];
    }
  });
  const things = thingsIn(roots);
  const byId = new Map<unknown, Thing>();
  for (const thing of things) {
    const id = thing['@id'];
    // A thing with nothing but an id refers to another one.
    if (typeof id === 'string' && Object.keys(thing).length > 1 && !byId.has(id)) {
      byId.set(id, thing);
    }
  }
  const products = things.filter(isProduct).map((thing) => productOf(thing, byId));
  return { products: products.filter(({ images, name }) => images.length > 0 || name), broken };
}

function thingsIn(roots: readonly unknown[]): Thing[] {
  const found: Thing[] = [];
  const waiting = roots.toReversed();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.length >= MOST_THINGS) break;
    if (isRecord(next)) found.push(next);
    if (typeof next !== 'object' || next === null) continue;
    for (const value of Object.values(next).toReversed()) {
      if (typeof value === 'object' && value !== null) waiting.push(value);
    }
  }
  return found;
}

function isProduct(thing: Thing): boolean {
  if (Object.keys(thing).length <= 2 && '@id' in thing) return false;
  return listOf(thing['@type']).some(
    (type) => typeof type === 'string' && KINDS.has(type.replace(/^.*[/#:]/, '')),
  );
}

function productOf(thing: Thing, byId: ReadonlyMap<unknown, Thing>): Product {
  const attributes = new Map<string, string>();
  for (const [property, attribute] of TEXTS) {
    const text = textOf(thing[property], byId);
    if (text !== undefined && !attributes.has(attribute)) attributes.set(attribute, text);
  }
  const { price, currency, availability } = offerOf(thing, byId);
  return {
    images: [...new Set(listOf(thing.image).flatMap((image) => imagesOf(image, byId)))],
    name: textOf(thing.name, byId),
    url:
      addressOf(thing.url) ??
      addressOf(thing.mainEntityOfPage) ??
      listOf(thing.offers).flatMap((one) => (isRecord(one) ? (addressOf(one.url) ?? []) : []))[0],
    group: textOf(thing.inProductGroupWithID, byId) ?? textOf(thing.productGroupID, byId),
    price,
    currency,
    availability,
    attributes,
  };
}

function imagesOf(image: unknown, byId: ReadonlyMap<unknown, Thing>): string[] {
  if (typeof image === 'string') return image.trim() === '' ? [] : [image.trim()];
  if (!isRecord(image)) return [];
  const thing = resolved(image, byId);
  const [url] = [thing.contentUrl, thing.url, thing['@id']].filter(
    (one): one is string => typeof one === 'string' && one.trim() !== '',
  );
  return url === undefined ? [] : [url.trim()];
}

/** The lowest price of all offers, and the best availability. */
function offerOf(
  thing: Thing,
  byId: ReadonlyMap<unknown, Thing>,
): Pick<Product, 'price' | 'currency' | 'availability'> {
  const offers = listOf(thing.offers)
    .filter(isRecord)
    .map((offer) => resolved(offer, byId))
    .flatMap((offer) => [offer, ...listOf(offer.offers).filter(isRecord)]);
  const prices = offers.flatMap((offer) => {
    const details = [offer, ...listOf(offer.priceSpecification).filter(isRecord)];
    return details.flatMap((one) => {
      const price = numberOf(one.price) ?? numberOf(one.lowPrice);
      return price === undefined ? [] : [{ price, currency: textOf(one.priceCurrency, byId) }];
    });
  });
  const lowest = prices.reduce<(typeof prices)[number] | undefined>(
    (best, one) => (best === undefined || one.price < best.price ? one : best),
    undefined,
  );
  const states = offers.flatMap((offer) => wordsOf(offer.availability) ?? []);
  return {
    price: lowest?.price,
    currency:
      lowest?.currency ??
      offers.map((offer) => textOf(offer.priceCurrency, byId)).find((one) => one !== undefined),
    availability: states.includes('in stock') ? 'in stock' : states[0],
  };
}

/** `https://schema.org/InStock` becomes "in stock". */
function wordsOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const name = value.replace(/^.*[/#:]/, '').trim();
  return name === '' ? undefined : name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
}

/** A number, or a text such as "48.00", "1,299.00" or "48,00". Longer texts are no prices. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (/^\d{1,3}(,\d{3})+(\.\d+)?$/.test(text)) return Number(text.replaceAll(',', ''));
  if (/^\d+,\d{1,2}$/.test(text)) return Number(text.replace(',', '.'));
  return undefined;
}

function addressOf(value: unknown): string | undefined {
  const url = isRecord(value) ? (value['@id'] ?? value.url) : value;
  return typeof url === 'string' && url.trim() !== '' ? url.trim() : undefined;
}

/** A text, or the name of a thing; the first one of a list. */
function textOf(value: unknown, byId: ReadonlyMap<unknown, Thing>): string | undefined {
  const [first] = listOf(value);
  const text = isRecord(first)
    ? (resolved(first, byId).name ?? first['@value'])
    : typeof first === 'number'
      ? String(first)
      : first;
  if (typeof text !== 'string') return undefined;
  return text.replace(/\s+/g, ' ').trim().slice(0, 500) || undefined;
}

function resolved(thing: Thing, byId: ReadonlyMap<unknown, Thing>): Thing {
  return byId.get(thing['@id']) ?? thing;
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}
