/** Recognises the types of a column of texts: a column is of a type if all its cells are. */
import { isEmpty } from './rows.ts';

export type ColumnType = 'number' | 'boolean' | 'text';

/** No leading zeros: 007 is a code. At most 15 digits, which a number of JavaScript holds exactly. */
const NUMBER = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/;
const DECIMAL_COMMA = /^-?(?:0|[1-9]\d{0,14}|[1-9]\d{0,2}(?:\.\d{3})+)(?:,\d{1,15})?$/;

/** English words, and what spreadsheets write in German, French, Spanish, Italian and Dutch. */
const TRUE = ['true', 'yes', 'wahr', 'ja', 'vrai', 'oui', 'verdadero', 'sí', 'vero', 'waar'];
const FALSE = ['false', 'no', 'falsch', 'nein', 'faux', 'non', 'falso', 'onwaar', 'nee'];
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ...TRUE.map((word) => [word, true] as const),
  ...FALSE.map((word) => [word, false] as const),
]);

export interface ColumnReader {
  readonly type: ColumnType;
  /** The value of a cell; undefined for an empty one. */
  read(cell: unknown): unknown;
}

/**
 * @param cells the column's, as texts
 * @param hasDecimalComma whether 12,5 is a number
 */
export function readerOf(cells: readonly unknown[], hasDecimalComma: boolean): ColumnReader {
  const given = cells.filter((cell) => !isEmpty(cell)).map(String);
  const isAll = (test: (text: string) => boolean) => given.length > 0 && given.every(test);
  // First, because 1.200 is 1200 here; 12.50 has no other reading.
  if (hasDecimalComma && isAll((text) => DECIMAL_COMMA.test(text))) {
    return reader('number', (text) => Number(text.replaceAll('.', '').replace(',', '.')));
  }
  if (isAll((text) => NUMBER.test(text))) return reader('number', Number);
  if (isAll((text) => BOOLEANS.has(text.toLowerCase()))) {
    return reader('boolean', (text) => BOOLEANS.get(text.toLowerCase()));
  }
  return reader('text', (text) => text);
}

function reader(type: ColumnType, parse: (text: string) => unknown): ColumnReader {
  return { type, read: (cell) => (isEmpty(cell) ? undefined : parse(String(cell))) };
}
