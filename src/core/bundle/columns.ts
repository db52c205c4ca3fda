/**
 * The item data that a search needs: ids, groups and attributes, stored by column. A JSON file of kind `columns`:
 *
 *     { "id":    ["a", "b", "c"],                      sorted by UTF-16 code units
 *       "group": ["g", "g", null],                     omitted if no row has one
 *       "copyOf": [null, null, "a"],                  the first item with the same picture; omitted likewise
 *       "position": [7, 0, 3],                        in an index in parts (shard-files.ts); only there
 *       "attributes": [
 *         { "name": "colour", "values": ["red", "blue"], "rows": [0, 1, -1] },    -1: the row has no value
 *         { "name": "price",  "values": [54, 12.5, null] } ] }                    one value per row, if most differ
 *
 * The format is JSON because hosts compress it. With brotli it is about as small as a binary format: 6.4 kB instead
 * of 6.2 kB for 10,000 items with the sample's eight attributes. One JSON object per row takes 29.9 kB.
 */
import { describe } from '../describe.ts';
import { messageOf, SoutuError } from '../errors.ts';
import type { AttributeValue, SearchItem } from '../item.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import { encodeRows, type RowBytes } from './row-files.ts';

interface Attribute {
  readonly name: string;
  readonly values: readonly (AttributeValue | null)[];
  readonly rows?: readonly number[];
}

/**
 * @param items sorted by id
 * @param positions of the items, in an index in parts
 */
export function writeColumns(
  items: readonly SearchItem[],
  ranges: readonly (readonly [first: number, end: number])[],
  maxBytes?: number,
  positions?: ArrayLike<number>,
): RowBytes[] {
  const encode = (first: number, end: number) => {
    const rows = items.slice(first, end);
    const hasCopies = rows.some(({ copyOf }) => copyOf !== undefined);
    const hasGroups = rows.some(({ group }) => group !== undefined);
    const columns = {
      id: rows.map(({ id }) => id),
      ...(hasGroups ? { group: rows.map(({ group }) => group ?? null) } : {}),
      ...(hasCopies ? { copyOf: rows.map(({ copyOf }) => copyOf ?? null) } : {}),
      ...(positions && { position: rows.map((_, i) => positions[first + i]) }),
      attributes: attributeColumns(rows),
    };
    return encodeUtf8(`${JSON.stringify(columns)}\n`);
  };
  return encodeRows(ranges, encode, maxBytes);
}

function attributeColumns(items: readonly SearchItem[]): Attribute[] {
  const columns = new Map<string, { codes: Map<string, number>; rows: number[] }>();
  items.forEach(({ attributes = {} }, row) => {
    for (const [name, value] of Object.entries(attributes)) {
      const column = columns.get(name) ?? { codes: new Map(), rows: items.map(() => -1) };
      columns.set(name, column);
      const key = JSON.stringify(value);
      const code = column.codes.get(key) ?? column.codes.size;
      column.codes.set(key, code);
      column.rows[row] = code;
    }
  });
  return [...columns].map(([name, { codes, rows }]) => {
    const values = [...codes.keys()].map((key) => JSON.parse(key) as AttributeValue);
    if (2 * values.length <= rows.length) return { name, values, rows };
    return { name, values: rows.map((code) => values[code] ?? null) };
  });
}

/**
 * Reads one file.
 * @param where the file's name, for errors
 * @throws SoutuError `BundleError`
 */
export function readColumns(file: Uint8Array, rows: number, where: string): SearchItem[] {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
  const { id, group, copyOf, attributes } = readJsonObject(file, where);
  const isText = (value: unknown) => typeof value === 'string';
  const isTextOrNull = (value: unknown) => value === null || isText(value);
  if (!isColumn(id, rows, isText)) return bad(`"id" must be a list of ${rows} texts.`);
  if (group !== undefined && !isColumn(group, rows, isTextOrNull)) {
    return bad(`"group" must be a list of ${rows} texts or nulls.`);
  }
  if (copyOf !== undefined && !isColumn(copyOf, rows, isTextOrNull)) {
    return bad(`"copyOf" must be a list of ${rows} texts or nulls.`);
  }
  if (!Array.isArray(attributes)) return bad('"attributes" must be a list.');
  // No prototype, because an attribute may be named "constructor" or "__proto__".
  const named: Record<string, AttributeValue>[] = id.map(() => Object.create(null));
  for (const [i, column] of (attributes as unknown[]).entries()) {
    const at = `attributes[${i}]`;
    const { name, values, rows: codes } = (column ?? {}) as Partial<Attribute>;
    if (typeof name !== 'string') bad(`"${at}.name" must be a text, got ${describe(name)}.`);
    if (
      !isColumn(values, codes ? null : rows, (value) => value === null || isAttributeValue(value))
    ) {
      return bad(
        `"${at}.values" must be a list${codes ? '' : ` of ${rows}`} of texts, numbers, booleans or lists of texts.`,
      );
    }
    const last = values.length - 1;
    const isCode = (code: unknown) =>
      Number.isInteger(code) && (code as number) >= -1 && (code as number) <= last;
    if (codes !== undefined && !isColumn(codes, rows, isCode)) {
      return bad(`"${at}.rows" must be a list of ${rows} whole numbers from -1 to ${last}.`);
    }
    named.forEach((item, row) => {
      const value = values[codes ? (codes[row] as number) : row] ?? null;
      if (value !== null) item[name as string] = value;
    });
  }
  return id.map((own, row): SearchItem => {
    const ofGroup = group?.[row] ?? null;
    const first = copyOf?.[row] ?? null;
    const given = named[row] as Record<string, AttributeValue>;
    return {
      id: own as string,
      ...(ofGroup === null ? {} : { group: ofGroup as string }),
      ...(first === null ? {} : { copyOf: first as string }),
      ...(Object.keys(given).length > 0 ? { attributes: given } : {}),
    };
  });
}

/**
 * The positions of a file's rows in an index in parts.
 * @throws SoutuError `BundleError`
 */
export function readPlaces(file: Uint8Array, rows: number, where: string): readonly number[] {
  const { position } = readJsonObject(file, where);
  const isPosition = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
  if (isColumn(position, rows, isPosition)) return position as readonly number[];
  throw new SoutuError(
    'BundleError',
    `${where}: "position" must be a list of ${rows} whole numbers. Build the bundle again.`,
  );
}

/** Parses a JSON file whose top-level value must be an object. */
export function readJsonObject(file: Uint8Array, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(decodeUtf8(file));
  } catch (error) {
    throw new SoutuError(
      'BundleError',
      `${where}: is not JSON (${messageOf(error)}). Build the bundle again.`,
      { cause: error },
    );
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new SoutuError(
    'BundleError',
    `${where}: expected an object of columns, got ${describe(value)}. Build the bundle again.`,
  );
}

/** @param length expected length; null accepts any */
export function isColumn(
  value: unknown,
  length: number | null,
  isEntry: (entry: unknown) => boolean,
): value is readonly unknown[] {
  return (
    Array.isArray(value) && (length === null || value.length === length) && value.every(isEntry)
  );
}

function isAttributeValue(value: unknown): value is AttributeValue {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string');
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
