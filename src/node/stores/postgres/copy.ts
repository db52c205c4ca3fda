/**
 * Rows in the binary format of COPY: a signature; for each row the number of fields and each field after its length; −1.
 * Several times as fast as INSERT, and only for rows that are new.
 */

import { splitItem } from '../item-parts.ts';
import { searchColumns } from '../pushed-filter.ts';
import type { StoreRow } from '../store.ts';
import { encodeArray, encodeVector, TEXT_OID } from './binary.ts';
import { COLUMNS } from './schema.ts';

const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
const END = Buffer.from([0xff, 0xff]);
const JSONB_VERSION = Buffer.from([1]);

/** The server reads these while the next ones are made. */
const ROWS_PER_PIECE = 100;

/** @param table quoted */
export function copyStatement(table: string): string {
  return `COPY ${table} (${COLUMNS.join(', ')}) FROM STDIN (FORMAT binary)`;
}

export function* copyPieces(rows: readonly StoreRow[]): Generator<Buffer> {
  yield SIGNATURE;
  for (let i = 0; i < rows.length; i += ROWS_PER_PIECE) {
    const parts: Buffer[] = [];
    for (const row of rows.slice(i, i + ROWS_PER_PIECE)) addRow(row, parts);
    yield Buffer.concat(parts);
  }
  yield END;
}

const COUNT = Buffer.alloc(2);
COUNT.writeInt16BE(COLUMNS.length);

function addRow({ item, vector, hash }: StoreRow, parts: Buffer[]): void {
  const { terms, numbers, words } = searchColumns(item);
  const { search, details } = splitItem(item);
  const json = Buffer.from(JSON.stringify(Object.fromEntries(numbers)));
  parts.push(COUNT);
  for (const field of [
    Buffer.from(item.id),
    encodeArray(
      TEXT_OID,
      terms.map((term) => Buffer.from(term)),
    ),
    Buffer.concat([JSONB_VERSION, json]),
    Buffer.from(words),
    Buffer.from(search),
    Buffer.from(details),
    Buffer.from(hash),
    encodeVector(vector),
  ]) {
    const length = Buffer.allocUnsafe(4);
    length.writeInt32BE(field.length, 0);
    parts.push(length, field);
  }
}
