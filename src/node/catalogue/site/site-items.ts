/** Makes items of the pictures that are content. */
import { join } from 'node:path';
import { SoutuError } from '../../../core/errors.ts';
import { type AttributeValue, parseItem } from '../../../core/item.ts';
import { faultInTexts } from '../check-texts.ts';
import type { Place, SourceItem } from '../source.ts';
import { readerOf } from '../table/cell-types.ts';
import type { SiteAddresses } from './addresses.ts';
import type { Home } from './own-page.ts';
import type { Picture, Sighting } from './pictures.ts';
import { remoteKey } from './variants.ts';

export interface Content {
  readonly picture: Picture;
  readonly home: Home;
}

/** They are in the bundle, and a picture in a list of all pages would have all of them. */
const MOST_LINKS = 5;

/** A longer text alternative is a description, not a name. */
const MAX_TITLE = 150;

/**
 * @param folder the site, as the owner gave it
 * @param root its real path
 * @throws SoutuError `CatalogueError` that names the page and line
 */
export function* itemsOf(
  contents: readonly Content[],
  addresses: SiteAddresses,
  folder: string,
  root: string,
): Generator<SourceItem> {
  const read = readersOf(contents);
  const sizes = new Map<string, number>();
  for (const content of contents) {
    const group = productGroup(content, addresses);
    if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const ids = new Set<string>();
  for (const content of contents) {
    const { picture, home } = content;
    const first = firstSighting(content);
    const given = steeringOf(content);
    const { address, isRemote } = picture.best;
    const place: Place = {
      file: join(folder, first.page.path),
      row: `line ${first.occurrence.line} (${shortened(address)})`,
    };
    const where = `${place.file}, ${place.row}`;
    const own = productGroup(content, addresses);
    const title = given.title ?? titleOf(content);
    const item = parseItem(
      {
        id: given.id ?? freeId(idOf(picture), ids),
        image: address,
        group: given.group ?? (own !== undefined && (sizes.get(own) ?? 0) > 1 ? own : undefined),
        title,
        url: given.url ?? addresses.urlOf(home.page) + fragmentOf(content),
        links: home.pages.slice(1, 1 + MOST_LINKS).map((page) => addresses.urlOf(page)),
        attributes: attributesOf(content, title, read),
      },
      where,
    );
    ids.add(item.id);
    const fault = faultInTexts(item);
    if (fault !== null) throw new SoutuError('CatalogueError', `${where}: ${fault}`);
    yield { item, place, path: isRemote ? address : join(root, address) };
  }
}

/** That on the picture's own page, in the page rather than in its head. */
function firstSighting({ picture: { sightings }, home }: Content): Sighting {
  const worth = ({ page, occurrence: { area } }: Sighting) =>
    (page === home.page ? 2 : 0) + (area === 'og' || area === 'json-ld' ? 0 : 1);
  return sightings.reduce((best, one) => (worth(one) > worth(best) ? one : best));
}

interface Given {
  id?: string;
  group?: string;
  title?: string;
  url?: string;
}

/** What the owner's attributes say, those on the picture's own page first. */
function steeringOf(content: Content): Given {
  const given: Given = {};
  for (const { occurrence } of bySighting(content)) {
    const { id, group, title, url } = occurrence.steering;
    for (const [name, value] of Object.entries({ id, group, title, url })) {
      if (value !== undefined) given[name as keyof Given] ??= value;
    }
  }
  return given;
}

function bySighting(content: Content): Sighting[] {
  const first = firstSighting(content);
  const rank = (one: Sighting) => (one === first ? 0 : one.page === content.home.page ? 1 : 2);
  return content.picture.sightings.toSorted((a, b) => rank(a) - rank(b));
}

/** On pages that list things of which each has an anchor: `#mug-4`. */
function fragmentOf(content: Content): string {
  const anchors = bySighting(content)
    .filter(({ page }) => page === content.home.page)
    .map(({ occurrence }) => occurrence.link);
  return anchors.find((link) => link !== undefined && /^#[^\s]+$/.test(link)) ?? '';
}

function productGroup({ home }: Content, addresses: SiteAddresses): string | undefined {
  if (!home.product) return undefined;
  return home.product.group ?? addresses.urlOf(home.page);
}

function titleOf(content: Content): string {
  const { home, picture } = content;
  const sightings = bySighting(content);
  const names = [
    home.product?.name,
    ...sightings.map(({ occurrence }) => occurrence.alt),
    ...sightings.map(({ occurrence }) => occurrence.caption),
    ...sightings.map(({ occurrence }) => occurrence.heading),
    ...sightings.map(({ occurrence }) => occurrence.linkText),
    home.page.heading,
    home.page.title,
  ];
  // Templates have `alt="..."`.
  const isName = (name: string) => /[\p{L}\p{N}]/u.test(name) && name.length <= MAX_TITLE;
  const found = names.find((name) => name !== undefined && isName(name));
  return found ?? nameOf(picture.best.address);
}

/** `img/blue-vase.jpg` becomes "Blue vase". */
function nameOf(address: string): string {
  const name = address
    .replace(/[?#].*$/, '')
    .replace(/^.*\//, '')
    .replace(/\.\w+$/, '');
  const words = name.replace(/[\s_-]+/g, ' ').trim();
  const [initial = ''] = words;
  return initial.toLocaleUpperCase('en') + words.slice(initial.length);
}

function attributesOf(
  content: Content,
  title: string,
  read: ReadonlyMap<string, (text: string) => unknown>,
): Record<string, AttributeValue> {
  const { home } = content;
  const { product } = home;
  const attributes = new Map<string, unknown>();
  if (product?.price !== undefined) attributes.set('price', product.price);
  if (product?.currency !== undefined) attributes.set('currency', product.currency);
  if (product?.availability !== undefined) attributes.set('availability', product.availability);
  for (const [name, value] of product?.attributes ?? []) attributes.set(name, value);
  const sightings = bySighting(content);
  const caption = sightings.map(({ occurrence }) => occurrence.caption).find(Boolean);
  if (caption !== undefined && caption !== title) attributes.set('caption', caption);
  const pageTitle = home.page.heading ?? home.page.title;
  if (pageTitle !== undefined && pageTitle !== title) attributes.set('page', pageTitle);
  for (const { occurrence } of sightings.toReversed()) {
    for (const [name, text] of occurrence.steering.attributes) {
      attributes.set(name, read.get(name)?.(text) ?? text);
    }
  }
  return Object.fromEntries(attributes) as Record<string, AttributeValue>;
}

/** An attribute of `data-soutu-attr-…` is a number if all its values are. */
function readersOf(contents: readonly Content[]): Map<string, (text: string) => unknown> {
  const values = new Map<string, string[]>();
  for (const { picture } of contents) {
    for (const { occurrence } of picture.sightings) {
      for (const [name, text] of occurrence.steering.attributes) {
        values.set(name, [...(values.get(name) ?? []), text]);
      }
    }
  }
  return new Map(
    [...values].map(([name, texts]) => {
      const reader = readerOf(texts, false);
      return [name, (text: string) => reader.read(text)];
    }),
  );
}

/** The id of a picture: one for all its sizes and formats. With a generator's own hash in it, it changes with the picture. */
function idOf({ best, files }: Picture): string {
  if (best.isRemote) return remoteKey(best.address).replace(/^https?:\/\//, '');
  const bare = bareOf(best.address);
  const stem = /^(.+)[-_.]\d+(?:x\d+)?w?$/.exec(bare)?.[1];
  if (stem === undefined) return bare;
  const isVariant = (other: string) =>
    other !== bare &&
    other.startsWith(stem) &&
    /^([-_.]\d+(x\d+)?w?)?$/.test(other.slice(stem.length));
  return files.some(({ address }) => isVariant(bareOf(address))) ? stem : bare;
}

function bareOf(address: string): string {
  return address
    .replace(/\.(jpe?g|png|webp|avif|gif|tiff?)$/i, '')
    .replace(/(_astro\/.+\.[\w-]{8})_[\w-]{4,8}$/, '$1');
}

/** Files of one name in several formats may be several pictures. */
function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let i = 1; ; i++) {
    const one = i === 1 ? id : `${id}/${i}`;
    if (!taken.has(one)) return one;
  }
}

function shortened(address: string): string {
  return address.length > 80 ? `…${address.slice(-79)}` : address;
}
