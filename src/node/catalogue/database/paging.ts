/** Reads the rows of a query page by page. */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import {
  asTable,
  type Cell,
  type Column,
  type Connection,
  type Dialect,
  hexOf,
  type Row,
} from './connection.ts';

export type Paging = 'key' | 'offset';

export interface Page {
  readonly rows: readonly Row[];
  /** Where the next page begins; null after the last one. */
  readonly next: Position | null;
}

/** Where a page begins: the number of rows before it, and the key of the last of them. */
export interface Position {
  readonly count: number;
  readonly key?: Cell;
}

/** So many rows of one id are a mistake in the query. */
const MOST_OF_ONE_ID = 10_000;

export interface Query {
  /** Checked; a SELECT. */
  readonly sql: string;
  readonly dialect: Dialect;
  /** The column of the ids, and its place. */
  readonly column: Column;
  readonly index: number;
  /** Other columns, by which rows of one id are sorted. */
  readonly others: readonly Column[];
  readonly paging: Paging;
  /** Rows. */
  readonly size: number;
}

export async function readPage(
  connection: Connection,
  query: Query,
  from: Position,
): Promise<Page> {
  return query.paging === 'key'
    ? readAfterKey(connection, query, from)
    : readFromOffset(connection, query, from);
}

/** Reads a page by OFFSET: the server reads and drops all earlier rows for each page. */
async function readFromOffset(
  connection: Connection,
  { sql, dialect, column, others, size }: Query,
  { count }: Position,
): Promise<Page> {
  // The same order each time, or a row would be on two pages and another on none.
  const order = [column, ...others].map(({ name }) => dialect.quoted(name)).join(', ');
  const rows = await connection.read(
    `SELECT * FROM ${asTable(sql)} ORDER BY ${order} LIMIT ${size} OFFSET ${count}`,
  );
  return { rows, next: rows.length < size ? null : { count: count + rows.length } };
}

/**
 * Rows after the last id, which an index finds at once, however many were read before.
 *
 * Several rows may have the last id of a page, and a page may end between them. So all rows with this id are read again by
 * themselves, and the next page begins after it. The server decides which ids are equal ("a" and "A" often are).
 */
async function readAfterKey(
  connection: Connection,
  { sql, dialect, column, index, size }: Query,
  { count, key }: Position,
): Promise<Page> {
  const name = dialect.quoted(column.name);
  const select = (where: string, limit: number) =>
    connection.read(
      `SELECT * FROM ${asTable(sql)} ${where === '' ? '' : `WHERE ${where} `}ORDER BY ${name} LIMIT ${limit}`,
    );
  const after = key === undefined ? '' : `${name} > ${dialect.literal(key, column)}`;
  const rows = await select(after, size);
  if (rows.length < size) return { rows, next: null };
  const last = rows.at(-1)?.[index];
  const same = await select(`${name} = ${dialect.literal(last, column)}`, MOST_OF_ONE_ID + 1);
  if (same.length > MOST_OF_ONE_ID) {
    fail(
      `more than ${MOST_OF_ONE_ID} rows have ${shownKey(last)} in the column ${describe(column.name)}`,
    );
  }
  if (same.length === 0) {
    fail(
      `the server does not find ${shownKey(last)} in the column ${describe(column.name)} again. Add --paging offset`,
    );
  }
  const found = new Set(same.map((row) => identityOf(row[index])));
  const others = rows.filter((row) => !found.has(identityOf(row[index])));
  const page = [...others, ...same];
  return { rows: page, next: { count: count + page.length, key: last } };
}

/** @returns whether the connection sees as many rows up to a position as were read */
export async function isUnchanged(
  connection: Connection,
  { sql, dialect, column, paging }: Query,
  { count, key }: Position,
): Promise<boolean> {
  if (count === 0) return true;
  if (paging === 'offset') return false;
  const [row] = await connection.read(
    `SELECT COUNT(*) AS n FROM ${asTable(sql)} WHERE ${dialect.quoted(column.name)} <= ${dialect.literal(key, column)}`,
  );
  return Number(row?.[0]) === count;
}

/** So that bytes compare, too. */
function identityOf(key: Cell): string {
  return key instanceof Uint8Array ? `x${hexOf(key)}` : `${typeof key} ${String(key)}`;
}

export function shownKey(key: Cell): string {
  return key instanceof Uint8Array
    ? hexOf(key)
    : describe(typeof key === 'bigint' ? String(key) : key);
}

function fail(what: string): never {
  throw new SoutuError('CatalogueError', `${what}.`);
}
