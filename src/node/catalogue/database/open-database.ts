/** The rows of a database as a source. */
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { kindOf } from '../../../core/image/kind.ts';
import { photoPathBelow } from '../photo-path.ts';
import type { CatalogueSource } from '../source.ts';
import { PhotoStore } from '../stored-photos.ts';
import type { TableOptions } from '../table/options.ts';
import { isEmpty } from '../table/rows.ts';
import { tableSource } from '../table/table-source.ts';
import { type DatabaseAddress, parseAddress } from './address.ts';
import { checkQuery } from './check-query.ts';
import type { Cell, Database, Row } from './connection.ts';
import { faultOf } from './faults.ts';
import type { DatabaseOptions } from './options.ts';
import { prepare, tableOf } from './prepare.ts';
import { readRows } from './read-rows.ts';
import { DEFAULT_RETRIES, type Retries, SteadyConnection } from './steady-connection.ts';

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
  if (options.query === undefined) {
    throw new SoutuError(
      'UsageError',
      '--query is missing: which rows of the database are the items? For example: --query "SELECT id, relation_id, ' +
        'photo FROM images"',
    );
  }
  const sql = checkQuery(options.query, address.kind);
  try {
    const database = await open(address);
    return await read(database, sql, address, options, retries, store);
  } catch (error) {
    // Options and the disk have nothing to do with the database.
    const isOther = error instanceof SoutuError && error.name !== 'CatalogueError';
    throw isOther ? error : faultOf(error, address);
  }
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
  const notes: string[] = [];
  const connection = await SteadyConnection.open(database, retries, (line) =>
    notes.push(`${shown}: ${line}`),
  );
  const photos = new Map<string, string>();
  const rows: Row[] = [];
  try {
    const { columns, assignment, query } = await connection.run(
      (one) => prepare(one, database.dialect, sql, options, shown),
      'before the first row',
    );
    const { image } = assignment.fields;
    const kept = [assignment.fields.id, assignment.fields.group];
    for await (const { rows: page, isFirst } of readRows(connection, query)) {
      if (isFirst) rows.length = 0;
      for (const row of page) {
        // Bytes that no field needs would fill the memory.
        const cells = row.map((cell, i) =>
          cell instanceof Uint8Array && !kept.includes(i) ? NO_BYTES : cell,
        );
        cells[image] = await imageOf(row[image], store, photos);
        rows.push(cells);
      }
    }
    if (rows.length === 0) {
      throw new SoutuError('CatalogueError', `${shown}: the query has no rows. Check --query.`);
    }
    // Databases hold what others upload: a path must not lead to the owner's other files.
    const file = address.kind === 'sqlite' ? { file: address.path } : {};
    const folder = address.kind === 'sqlite' ? undefined : '.';
    const source = tableSource(tableOf(columns, rows, assignment.fields), options, shown, {
      assignment,
      locate: (item, place, base) => {
        const stored = photos.get(item.image);
        if (stored !== undefined) return stored;
        try {
          return photoPathBelow(item, { ...place, ...file }, base ?? folder);
        } catch (error) {
          // One bad row among thousands must not stop the others.
          return { failure: messageOf(error) };
        }
      },
    });
    const { head } = source;
    const count = `${shown}: ${rows.length} ${rows.length === 1 ? 'row' : 'rows'}.`;
    return { ...source, head: { ...head, notes: [...notes, count, ...head.notes] } };
  } finally {
    await connection.close();
  }
}

const NO_BYTES = new Uint8Array();

/** Bytes are a photo, or the text of a path in a column of bytes. */
async function imageOf(cell: Cell, store: PhotoStore, photos: Map<string, string>): Promise<Cell> {
  if (!(cell instanceof Uint8Array)) return isEmpty(cell) ? null : cell;
  if (cell.length === 0) return null;
  const path = kindOf(cell) === null ? pathIn(cell) : null;
  if (path !== null) return path;
  const stored = await store.addBytes(cell);
  photos.set(stored.image, stored.path);
  return stored.image;
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
