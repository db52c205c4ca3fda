/** What a query gives, before its rows are read: columns, their fields, and how to page. */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { type Assignment, assignColumns, guess } from '../table/assign-columns.ts';
import type { ColumnMap } from '../table/column-map.ts';
import type { Table } from '../table/rows.ts';
import { inHex, valuesOf } from './cells.ts';
import { asTable, type Column, type Connection, type Dialect, type Row } from './connection.ts';
import type { DatabaseOptions } from './options.ts';
import { type Query, shownKey } from './paging.ts';

const PAGE_SIZE = 1000;
/** Rows of a page if there are photos in them, because the rows of a page are in memory together. */
const PAGE_OF_PHOTOS = 20;

export interface Prepared {
  readonly columns: readonly Column[];
  readonly assignment: Assignment;
  readonly query: Query;
}

/** @throws SoutuError `CatalogueError`, with or without the database; what the connection throws */
export async function prepare(
  connection: Connection,
  dialect: Dialect,
  sql: string,
  options: DatabaseOptions & { readonly map?: ColumnMap | undefined },
  shown: string,
): Promise<Prepared> {
  const columns = await connection.columns(sql);
  const sample = await connection.read(`SELECT * FROM ${asTable(sql)} LIMIT ${PAGE_OF_PHOTOS}`);
  const assignment = assign(columns, sample, options.map ?? {}, shown);
  const { id: index } = assignment.fields;
  const column = columns[index] as Column;
  const paging = options.paging ?? (column.canPage ? 'key' : 'offset');
  if (paging === 'key') await refuseNull(connection, dialect, sql, column);
  // SQLite puts bytes into columns of any type.
  const hasBytes =
    columns.some(({ isBytes }) => isBytes) ||
    sample.some((row) => row.some((cell) => cell instanceof Uint8Array));
  const size = options.pageSize ?? (hasBytes ? PAGE_OF_PHOTOS : PAGE_SIZE);
  const others = columns.filter((one) => one !== column && one.canPage && !one.isBytes);
  return { columns, assignment, query: { sql, dialect, column, others, index, paging, size } };
}

/** NULL is neither behind nor before any other id, so such rows would be lost. */
async function refuseNull(
  connection: Connection,
  { quoted }: Dialect,
  sql: string,
  { name }: Column,
): Promise<void> {
  const [found] = await connection.read(
    `SELECT 1 FROM ${asTable(sql)} WHERE ${quoted(name)} IS NULL LIMIT 1`,
  );
  if (!found) return;
  throw new SoutuError(
    'CatalogueError',
    `column ${describe(name)} is NULL in some rows; every item needs an id of its own. Add WHERE ${name} IS NOT NULL to ` +
      '--query.',
  );
}

/** Assigns columns to fields by their names; the photo may also be the only column of bytes. */
function assign(
  columns: readonly Column[],
  sample: readonly Row[],
  map: ColumnMap,
  shown: string,
): Assignment {
  const table = tableOf(columns, sample, {});
  const isFound = map.image !== undefined || guess(table, 'image', new Set()) !== null;
  const [only, ...others] = columns.filter((_, i) =>
    sample.some((row) => row[i] instanceof Uint8Array),
  );
  if (isFound || !only || others.length > 0) return assignColumns(table, map, shown);
  const assignment = assignColumns(table, { ...map, image: only.name }, shown);
  return { ...assignment, guessed: [...assignment.guessed, 'image'] };
}

/** @param fields indices of columns */
export function tableOf(
  columns: readonly Column[],
  rows: readonly Row[],
  { id, group }: Partial<Assignment['fields']>,
): Table {
  const values = columns.map((column, i) => {
    const cells = valuesOf(rows, column, i);
    return i === id || i === group ? cells.map(inHex) : cells;
  });
  return {
    columns: columns.map(({ name }) => name.normalize('NFC')),
    rows: rows.map((row, i) => ({
      name: `row ${i + 1}${id === undefined ? '' : ` (id ${shownKey(row[id])})`}`,
      cells: values.map((cells) => cells[i]),
    })),
    isText: false,
    hasDecimalComma: false,
    notes: [],
  };
}
