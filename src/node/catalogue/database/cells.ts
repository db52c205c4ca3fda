/** Cells of a database as values of a catalogue. */
import type { Cell, Column, Row } from './connection.ts';
import { hexOf } from './connection.ts';

/** Digits that a number of JavaScript holds exactly. */
const MOST_DIGITS = 15;

/** @returns one column's cells: all numbers, all booleans or all texts, where the database has such a column */
export function valuesOf(rows: readonly Row[], { kind }: Column, index: number): unknown[] {
  const cells = rows.map((row) => row[index]);
  const given = cells.filter((cell) => cell !== null && cell !== undefined);
  if (kind === 'decimal') {
    const fits = given.every((cell) => String(cell).replace(/\D/g, '').length <= MOST_DIGITS);
    return fits ? cells.map((cell) => (cell === null ? null : finite(Number(cell)))) : cells;
  }
  if (kind === 'flag' && given.every((cell) => cell === 0 || cell === 1)) {
    return cells.map((cell) => (cell === null ? null : cell === 1));
  }
  // One id of 2^60 makes texts of all, so that filters see one type.
  if (given.some((cell) => typeof cell === 'bigint')) {
    return cells.map((cell) => (cell === null ? null : String(cell)));
  }
  return cells.map(attributeOf);
}

/** Bytes in hex, for ids and groups. */
export function inHex(cell: unknown): unknown {
  return cell instanceof Uint8Array ? hexOf(cell) : cell;
}

function attributeOf(cell: Cell): unknown {
  if (typeof cell === 'number') return finite(cell);
  if (!Array.isArray(cell)) return cell;
  // A list of numbers is filtered by its texts.
  const isPlain = cell.every((one) => typeof one === 'string' || typeof one === 'number');
  return isPlain ? cell.map(String) : cell;
}

/** Attributes have no infinity, and no "not a number". */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
