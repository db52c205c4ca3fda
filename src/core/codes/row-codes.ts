/**
 * The codes of a range of rows (space.ts says what they mean), compressed. Rows are in the order of their ids; the
 * manifest records the range. A file of kind "codes":
 *
 *     header    { kind: "codes", rows, columns, space }    `space`: FNV-1a of the file with the space
 *     stream    u16 [words]                                a rANS stream (rans.ts), column after column
 *     soft      f16 [n, dimension]                         as in files of kind "vectors"; missing in most files
 *
 * A table of the space is for several columns in a row, so that a decoder sets up each table once.
 */
import { countOf, readContainer, type Section, sectionOf, writeContainer } from '../container.ts';
import { SoutuError } from '../errors.ts';
import { MAX_SYMBOL, type RansTables } from '../model/rans.ts';
import { encodeRans } from '../model/rans-encode.ts';
import { type CodeTables, highestOf, tableOfColumns } from './tables.ts';

const CODES_KIND = 'codes';

/** @param codes columns × rows, each in the range of its column's table */
export function writeCodes(
  codes: Int16Array,
  rows: number,
  tables: CodeTables,
  space: number,
  more: readonly Section[] = [],
): Uint8Array {
  const tableOf = tableOfColumns(tables);
  const stream = encodeRans(codes, ransTablesOf(tables), tableOf);
  return writeContainer({
    kind: CODES_KIND,
    meta: { rows, columns: tableOf.length, space },
    sections: [{ name: 'stream', dtype: 'u16', shape: [stream.length], data: stream }, ...more],
  });
}

/**
 * @param space of the bundle: `spaceId` of its file
 * @returns the stream, still compressed
 * @throws SoutuError `BundleError`
 */
export function readCodes(
  file: Uint8Array,
  rows: number,
  columns: number,
  space: number,
  where: string,
): Uint16Array {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`);
  };
  const container = readContainer(file, CODES_KIND, where);
  const ownRows = countOf(container, 'rows', where);
  if (ownRows !== rows) bad(`it has ${ownRows} rows, the manifest says ${rows}.`);
  const ownColumns = countOf(container, 'columns', where);
  if (ownColumns !== columns)
    bad(`it has ${ownColumns} columns, the space of the codes ${columns}.`);
  if (countOf(container, 'space', where) !== space) {
    bad('its codes are of another space: the files are of different builds.');
  }
  return sectionOf(container, 'stream', 'u16', where);
}

/** FNV-1a (Fowler, Noll & Vo) of the file with the space, to notice codes of another one. */
export function spaceId(file: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of file) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The tables of codes as rans.ts has them: all for the same range of symbols. */
export function ransTablesOf(tables: CodeTables): RansTables {
  const lowest = tables.reduce((low, table) => Math.min(low, table.lowest), MAX_SYMBOL);
  const symbols =
    tables.reduce((high, table) => Math.max(high, highestOf(table)), lowest) - lowest + 1;
  const frequencies = new Uint16Array(tables.length * symbols);
  tables.forEach((table, t) => {
    frequencies.set(table.frequencies, t * symbols + table.lowest - lowest);
  });
  return { lowest, symbols, frequencies };
}
