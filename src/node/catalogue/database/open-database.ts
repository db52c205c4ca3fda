/** The rows of a database as a source. */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { kindOf } from '../../../core/image/kind.ts';
import { photoPathBelow } from '../photo-path.ts';
import type { CatalogueSource } from '../source.ts';
import { PhotoStore } from '../stored-photos.ts';
import { type Assignment, assignColumns, guess } from '../table/assign-columns.ts';
import type { TableOptions } from '../table/options.ts';
import { isEmpty, type Table } from '../table/rows.ts';
import { tableSource } from '../table/table-source.ts';
import { type DatabaseAddress, parseAddress } from './address.ts';
import { inHex, valuesOf } from './cells.ts';
import { checkQuery } from './check-query.ts';
import { asTable, type Cell, type Column, type Database, type Row } from './connection.ts';
import { faultOf } from './faults.ts';
import type { DatabaseOptions } from './options.ts';
import { type Query, shownKey } from './paging.ts';
import { DEFAULT_RETRIES, type Retries, readRows } from './read-rows.ts';

const PAGE_SIZE = 1000;
/** Of rows with photos in them, which are in memory together. */
const PAGE_OF_PHOTOS = 20;

/** What tests replace. */
export interface Surroundings {
  readonly env?: NodeJS.ProcessEnv;
  readonly retries?: Retries;
  readonly store?: PhotoStore;
}

/**
 * Reads all rows. Photos in them go to the disk page by page.
 * @param text see address.ts
 * @throws SoutuError `CatalogueError` or `UsageError`, never with the password
 */
export async function openDatabase(
  text: string,
  options: TableOptions & DatabaseOptions,
  { env, retries = DEFAULT_RETRIES, store = new PhotoStore() }: Surroundings = {},
): Promise<CatalogueSource> {
  const address = parseAddress(text, env);
  const { query } = options;
  if (query === undefined) {
    throw new SoutuError(
      'UsageError',
      '--query is missing: which rows of the database are the items? For example: --query "SELECT id, relation_id, ' +
        'photo FROM images"',
    );
  }
  const dialect = address.kind === 'sqlite' || address.kind === 'mysql' ? address.kind : 'postgres';
  const sql = checkQuery(query, dialect);
  try {
    const database = await open(address);
    return await read(database, sql, address, options, retries, store);
  } catch (error) {
    if (isOfThisMachine(error)) throw error;
    throw faultOf(error, address);
  }
}

/** Options and the disk have nothing to do with the database. */
function isOfThisMachine(error: unknown): boolean {
  return error instanceof SoutuError && ['UsageError', 'OutputError'].includes(error.name);
}

async function open(address: DatabaseAddress): Promise<Database> {
  if (address.kind === 'sqlite') return (await import('./sqlite.ts')).openSqlite(address);
  if (address.kind === 'mysql') return (await import('./mysql.ts')).openMysql(address);
  return (await import('./postgres.ts')).openPostgres(address);
}

async function read(
  database: Database,
  sql: string,
  address: DatabaseAddress,
  options: TableOptions & DatabaseOptions,
  retries: Retries,
  store: PhotoStore,
): Promise<CatalogueSource> {
  const { shown } = address;
  const { map = {} } = options;
  const notes: string[] = [];
  const connection = await database.connect();
  const setup = async () => {
    const columns = await connection.columns(sql);
    const sample = await connection.read(`SELECT * FROM ${asTable(sql)} LIMIT ${PAGE_OF_PHOTOS}`);
    const assignment = assign(columns, sample, map, shown);
    const column = columns[assignment.fields.id] as Column;
    const paging = options.paging ?? (column.canPage ? 'key' : 'offset');
    if (paging === 'key') {
      const [empty] = await connection.read(
        `SELECT 1 FROM ${asTable(sql)} WHERE ${database.dialect.quoted(column.name)} IS NULL LIMIT 1`,
      );
      if (empty) {
        throw new SoutuError(
          'CatalogueError',
          `${shown}: column ${describe(column.name)} is NULL in some rows; every item needs an id of its own. Add ` +
            `WHERE ${column.name} IS NOT NULL to --query.`,
        );
      }
    }
    const hasBytes = sample.some((row) => row.some((cell) => cell instanceof Uint8Array));
    const size = options.pageSize ?? (hasBytes ? PAGE_OF_PHOTOS : PAGE_SIZE);
    const { id: index } = assignment.fields;
    const paged: Query = { sql, dialect: database.dialect, column, index, paging, size };
    return { columns, assignment, paged };
  };
  const { columns, assignment, paged } = await setup().catch(async (error: unknown) => {
    await connection.close();
    throw error;
  });
  const { image } = assignment.fields;
  const photos = new Map<string, string>();
  const rows: Row[] = [];
  const warn = (line: string) => notes.push(`${shown}: ${line}`);
  for await (const page of readRows(database, connection, paged, warn, retries)) {
    for (const row of page) {
      const cells = [...row];
      cells[image] = await placed(row[image], store, photos);
      rows.push(cells);
    }
  }
  if (rows.length === 0) {
    throw new SoutuError('CatalogueError', `${shown}: the query has no rows. Check --query.`);
  }
  const table = tableOf(columns, rows, assignment);
  const source = tableSource(table, { ...options, photoBase: options.photoBase }, shown, {
    assignment,
    locate: (item, place, base) => {
      const stored = photos.get(item.image);
      if (stored !== undefined) return stored;
      // Databases hold what others upload: a path must not lead to the owner's other files.
      if (address.kind === 'sqlite')
        return photoPathBelow(item, { ...place, file: address.path }, base);
      return photoPathBelow(item, place, base ?? '.');
    },
  });
  const { head } = source;
  const count = `${shown}: ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}.`;
  return { ...source, head: { ...head, notes: [...notes, count, ...head.notes] } };
}

/** By names; a photo may also be the only column of bytes. */
function assign(
  columns: readonly Column[],
  sample: readonly Row[],
  map: NonNullable<TableOptions['map']>,
  shown: string,
): Assignment {
  const plain = columns.map((_, i) => i);
  const table = tableOf(columns, sample, { fields: {} });
  const isFound = map.image !== undefined || guess(table, 'image', new Set()) !== null;
  const bytes = plain.filter((i) => sample.some((row) => row[i] instanceof Uint8Array));
  const [only] = bytes;
  if (isFound || bytes.length !== 1 || only === undefined) return assignColumns(table, map, shown);
  const assignment = assignColumns(table, { ...map, image: columns[only]?.name ?? '' }, shown);
  return { ...assignment, guessed: [...assignment.guessed, 'image'] };
}

function tableOf(
  columns: readonly Column[],
  rows: readonly Row[],
  { fields }: { readonly fields: Partial<Record<string, number>> },
): Table {
  const values = columns.map((column, i) => {
    const cells = valuesOf(rows, column, i);
    return i === fields.id || i === fields.group ? cells.map(inHex) : cells;
  });
  const id = fields.id;
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

/** Bytes are a photo, or the text of a path in a column of bytes. */
async function placed(
  cell: Cell,
  store: PhotoStore,
  photos: Map<string, string>,
): Promise<unknown> {
  if (!(cell instanceof Uint8Array) || cell.length === 0) {
    return cell instanceof Uint8Array || isEmpty(cell) ? null : cell;
  }
  const text = kindOf(cell) === null ? pathIn(cell) : null;
  if (text !== null) return text;
  const { image, path } = await store.add([cell]);
  photos.set(image, path);
  return image;
}

/** Longer texts are no paths. */
const MOST_PATH = 2000;

function pathIn(bytes: Uint8Array): string | null {
  if (bytes.length > MOST_PATH) return null;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return /^[^\p{Cc}]+$/u.test(text) ? text : null;
  } catch {
    return null;
  }
}
