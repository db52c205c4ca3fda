import { describe } from './describe.ts';
import { SoutuError } from './errors.ts';

export type AttributeValue = string | number | boolean | readonly string[];
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** The data of an item that a search needs. */
export interface SearchItem {
  /** Unique; a later row with the same id replaces the earlier one. */
  readonly id: string;
  /** Shared by several photos of one thing (the recipe's `relation_id`). */
  readonly group?: string;
  /**
   * Set by the build: the id of the first item with a copy of this picture (see image/perceptual-hash.ts). Missing for
   * that item itself and for pictures without copies.
   */
  readonly copyOf?: string;
  /** For filters and facets. Names and texts are Unicode-normalised (NFC), so that they compare equal. */
  readonly attributes?: Attributes;
}

/** One photo of the catalogue, as the site's owner lists it. */
export interface Item extends SearchItem {
  /** Path (relative to the catalogue) or URL of the photo. */
  readonly image: string;
  readonly title?: string;
  /** Link target: http(s), mailto or relative. */
  readonly url?: string;
  /** Other pages that show the photo, as `url`; for pages of your own, because the element links to `url`. */
  readonly links?: readonly string[];
}

/** An item in the bundle, with the picture that the page displays. */
export interface IndexedItem extends Item {
  /** URL of the thumbnail, relative to the bundle. */
  readonly thumb?: string;
  /** Size of the thumbnail in pixels, so that the layout does not shift. */
  readonly thumbSize?: readonly [width: number, height: number];
  /** A ThumbHash (evanw.github.io/thumbhash) in base64: a blurred placeholder in about 20 bytes. */
  readonly thumbHash?: string;
}

/** The additional data that a page needs to display an item. */
export type ItemDetails = Omit<IndexedItem, keyof SearchItem>;

/** An item as a page shows it: without details, if their file could not be read. */
export type DisplayItem = SearchItem & Partial<ItemDetails>;

/** The items that count as one in a grouped answer. */
export function groupOf(item: SearchItem): string {
  return item.group ?? item.id;
}

/** The order of items in a bundle: by UTF-16 code units, the same on every machine. */
export function byId(a: Pick<SearchItem, 'id'>, b: Pick<SearchItem, 'id'>): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/**
 * Checks one row of a catalogue.
 * @param where names the row in the error, as in `catalogue.json, item 3`
 */
export function parseItem(row: unknown, where: string): Item {
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${where}: ${what}`);
  };
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return fail(`expected an object with "id" and "image", got ${describe(row)}.`);
  }
  const raw = row as Record<string, unknown>;
  const text = (key: string): string | undefined => {
    const value = raw[key];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isFinite(value)) return String(value);
    if (typeof value !== 'string') fail(`"${key}" must be a text, got ${describe(value)}.`);
    return value as string;
  };
  const id = text('id');
  if (!id) return fail('"id" is missing or empty; every item needs one of its own.');
  const image = text('image');
  if (!image) return fail(`"image" of "${id}" is missing or empty; give a path or URL.`);
  const group = text('group');
  const title = text('title');
  const url = text('url');
  if (url !== undefined && !isSafeLink(url)) {
    return fail(`"url" of "${id}" must be http(s), mailto or relative, got "${url}".`);
  }
  const links = parseLinks(raw.links, (what) => fail(`"links" of "${id}" ${what}`));
  const attributes = parseAttributes(raw.attributes, (key, what) =>
    fail(`attribute "${key}" of "${id}" ${what}`),
  );
  return {
    id,
    image,
    ...(group ? { group } : {}),
    ...(title ? { title } : {}),
    ...(url ? { url } : {}),
    ...(links.length > 0 ? { links } : {}),
    ...(attributes ? { attributes } : {}),
  };
}

/** Links that may become an `href`: http(s), mailto and anything relative; never `javascript:`. */
export function isSafeLink(url: string): boolean {
  // Browsers drop tabs, line ends and leading control characters before they read the scheme.
  const cleaned = url.replace(/[^!-\uffff]+/g, '');
  return /^(https?|mailto):|^(?![a-z][a-z0-9+.-]*:)/i.test(cleaned);
}

function parseLinks(value: unknown, fail: (what: string) => never): readonly string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return fail(`must be a list of links, got ${describe(value)}.`);
  const wrong = value.find((one) => typeof one !== 'string' || !isSafeLink(one));
  if (wrong === undefined) return value;
  return fail(`must be http(s), mailto or relative, got ${describe(wrong)}.`);
}

function parseAttributes(
  value: unknown,
  fail: (key: string, what: string) => never,
): Attributes | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) {
    return fail(
      '*',
      `must be an object of texts, numbers, booleans or lists of texts, got ${describe(value)}.`,
    );
  }
  const given = Object.entries(value).filter(([, entry]) => entry !== null && entry !== undefined);
  const normalised = given.map(([key, entry]: [string, unknown]): [string, AttributeValue] => {
    const name = key.normalize('NFC');
    if (typeof entry === 'string') return [name, entry.normalize('NFC')];
    if (typeof entry === 'boolean' || (typeof entry === 'number' && Number.isFinite(entry))) {
      return [name, entry];
    }
    if (Array.isArray(entry) && entry.every((one) => typeof one === 'string')) {
      return [name, entry.map((one) => one.normalize('NFC'))];
    }
    return fail(
      key,
      `must be a text, a number, a boolean or a list of texts, got ${describe(entry)}.`,
    );
  });
  // Not by assignment, which would lose an attribute called "__proto__".
  return normalised.length > 0 ? Object.fromEntries(normalised) : undefined;
}
