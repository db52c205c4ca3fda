/**
 * The item data that a page displays: pictures, titles and links, stored by column. A JSON file of kind `details` has
 * a few hundred rows. It is loaded when one of them is among the hits:
 *
 *     { "image": ["a.jpg", "b.jpg"],
 *       "title": ["A jug", null],       this and the following are omitted if no row has a value
 *       "url": …, "links": [["/list"], null], "thumb": …, "thumbSize": [[320, 240], null], "thumbHash": … }
 *
 * Unusable values (a link with a forbidden scheme, a ThumbHash of the wrong length) are ignored. The item itself
 * remains searchable.
 */
import { SoutuError } from '../errors.ts';
import { type IndexedItem, type ItemDetails, isSafeLink } from '../item.ts';
import { encodeUtf8 } from '../text.ts';
import { isThumbHash } from '../thumb-hash.ts';
import { isColumn, readJsonObject } from './columns.ts';
import { encodeRows, type RowBytes } from './row-files.ts';

const OPTIONAL = ['title', 'url', 'links', 'thumb', 'thumbSize', 'thumbHash'] as const;

declare const URL: new (url: string, base: string) => { readonly protocol: string };

/** @param items sorted by id */
export function writeDetails(
  items: readonly IndexedItem[],
  ranges: readonly (readonly [first: number, end: number])[],
  maxBytes?: number,
): RowBytes[] {
  const encode = (first: number, end: number) => {
    const rows = items.slice(first, end);
    const columns: Record<string, unknown> = { image: rows.map(({ image }) => image) };
    for (const name of OPTIONAL) {
      if (rows.some((item) => item[name] !== undefined)) {
        columns[name] = rows.map((item) => item[name] ?? null);
      }
    }
    return encodeUtf8(`${JSON.stringify(columns)}\n`);
  };
  return encodeRows(ranges, encode, maxBytes);
}

/**
 * Reads one file.
 * @param where the file's name, for errors
 * @throws SoutuError `BundleError`
 */
export function readDetails(file: Uint8Array, rows: number, where: string): ItemDetails[] {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
  const columns = readJsonObject(file, where);
  const { image } = columns;
  if (!isColumn(image, rows, (value) => typeof value === 'string')) {
    return bad(`"image" must be a list of ${rows} texts.`);
  }
  const column = (name: (typeof OPTIONAL)[number]): readonly unknown[] => {
    const values = columns[name] ?? [];
    const isWhole = columns[name] === undefined || isColumn(values, rows, () => true);
    return isWhole ? (values as readonly unknown[]) : bad(`"${name}" must be a list of ${rows}.`);
  };
  const [titles, urls, links, thumbs, sizes, hashes] = OPTIONAL.map(column) as [
    readonly unknown[],
    readonly unknown[],
    readonly unknown[],
    readonly unknown[],
    readonly unknown[],
    readonly unknown[],
  ];
  return image.map((own, row) =>
    checkedDetails({
      image: own,
      title: titles[row],
      url: urls[row],
      links: links[row],
      thumb: thumbs[row],
      thumbSize: sizes[row],
      thumbHash: hashes[row],
    }),
  );
}

/** Titles of an index in parts: `{ "title": ["A jug", null] }`. */
export function writeTitles(items: readonly IndexedItem[]): Uint8Array {
  return encodeUtf8(JSON.stringify({ title: items.map(({ title }) => title ?? null) }));
}

/**
 * @param where the file's name, for errors
 * @throws SoutuError `BundleError`
 */
export function readTitles(file: Uint8Array, rows: number, where: string): (string | undefined)[] {
  const { title: titles } = readJsonObject(file, where);
  const isTitle = (value: unknown) => value === null || typeof value === 'string';
  if (isColumn(titles, rows, isTitle)) return titles.map((title) => (title as string) ?? undefined);
  throw new SoutuError(
    'BundleError',
    `${where}: "title" must be a list of ${rows} texts or nulls. Build the bundle again.`,
  );
}

/** Details that others wrote, without what a page must not or cannot use. */
export function checkedDetails({
  image,
  title,
  url,
  links,
  thumb,
  thumbSize,
  thumbHash,
}: Readonly<Partial<Record<keyof ItemDetails, unknown>>>): ItemDetails {
  // Without a thumbnail, the item's own picture has its size and its ThumbHash.
  const isShown = thumb === undefined || thumb === null || isPicture(thumb);
  return {
    image: typeof image === 'string' ? image : '',
    ...(typeof title === 'string' ? { title } : {}),
    ...(typeof url === 'string' && isSafeLink(url) ? { url } : {}),
    ...(isLinks(links) ? { links } : {}),
    ...(isPicture(thumb) ? { thumb } : {}),
    ...(isShown && isSize(thumbSize) ? { thumbSize } : {}),
    ...(isShown && isThumbHash(thumbHash) ? { thumbHash } : {}),
  };
}

function isLinks(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string' && isSafeLink(one));
}

/** A relative or http(s) URL. */
function isPicture(value: unknown): value is string {
  if (typeof value !== 'string' || value === '') return false;
  try {
    // A plain path, as nearly all are: reading a URL takes many times as long.
    return (
      /^\w[\w./-]*$/.test(value) ||
      /^https?:$/.test(new URL(value, 'https://bundle.invalid/').protocol)
    );
  } catch {
    return false;
  }
}

function isSize(value: unknown): value is readonly [number, number] {
  const isSide = (side: unknown) => Number.isFinite(side) && (side as number) > 0;
  return Array.isArray(value) && value.length === 2 && value.every(isSide);
}
