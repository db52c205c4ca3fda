/** What the build needs of a database. Each kind has one file, the only one that knows its package. */

export type Cell = unknown;

export interface Column {
  readonly name: string;
  /**
   * `decimal`: texts of digits, which may be too long for a number. `flag`: 0 or 1, if nothing else is in it.
   * Others have the types of their cells.
   */
  readonly kind: 'decimal' | 'flag' | 'other';
  /** Whether `ORDER BY` and `>` agree on its values, and a literal names each of them exactly. */
  readonly canPage: boolean;
  /** Whether its type is made for bytes, perhaps photos. */
  readonly isBytes: boolean;
}

/**
 * The values of a row, column by column: numbers, bigints, texts, booleans, bytes (Uint8Array), null, and lists and
 * objects where the database has such a type. Dates and times are texts, as the server writes them.
 */
export type Row = readonly Cell[];

export interface Connection {
  /** The columns of a SELECT. */
  columns(sql: string): Promise<readonly Column[]>;
  /**
   * Runs a SELECT within a transaction that cannot write and sees the same rows until the connection ends.
   * @throws ConnectionLost, or what the package throws
   */
  read(sql: string): Promise<readonly Row[]>;
  /** Never throws. */
  close(): Promise<void>;
}

/** How a kind of database writes what queries need. */
export interface Dialect {
  quoted(name: string): string;
  /** A value of a column that can page, as SQL. */
  literal(key: Cell, column: Column): string;
}

export interface Database {
  readonly dialect: Dialect;
  /** @throws ConnectionLost, or what the package throws */
  connect(): Promise<Connection>;
}

/** A query as a table. The line break ends a comment at its end. */
export function asTable(sql: string): string {
  return `(\n${sql}\n) AS soutu`;
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
