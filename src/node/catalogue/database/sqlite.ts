/**
 * SQLite: the only file that knows node-sqlite3-wasm and node:sqlite. Node's own is used where it is there without a
 * flag (Node 22.13 and later), else the package, which is WebAssembly without an install script.
 */
import { stat } from 'node:fs/promises';
import { SoutuError } from '../../../core/errors.ts';
import { loadOptional } from '../../files/optional-package.ts';
import { headOf, isSqlite } from '../file-head.ts';
import type { FileAddress } from './address.ts';
import { type Cell, type Column, type Connection, type Database, hexOf } from './connection.ts';

/** The part that both have in common. */
interface Engine {
  all(sql: string): Record<string, unknown>[];
  exec(sql: string): void;
  close(): void;
}

interface NodeSqlite {
  DatabaseSync: new (
    path: string,
    options: { readOnly: boolean },
  ) => {
    prepare(sql: string): {
      setReadBigInts(enabled: boolean): void;
      all(): Record<string, unknown>[];
    };
    exec(sql: string): void;
    close(): void;
  };
}

/** How long to wait for a program that is writing. */
const BUSY_MS = 10_000;

/** @throws SoutuError `CatalogueError` if there is no such file; `UsageError` if the package is missing */
export async function openSqlite({ path, shown }: FileAddress): Promise<Database> {
  const isFile = (await stat(path).catch(() => null))?.isFile() ?? false;
  if (!isFile) {
    throw new SoutuError(
      'CatalogueError',
      `${shown}: no such file; expected a database of SQLite.`,
    );
  }
  const open = await engine(shown, path);
  return {
    dialect: {
      quoted,
      literal: (key) => {
        if (key instanceof Uint8Array) return `x'${hexOf(key)}'`;
        if (typeof key !== 'string') return String(key);
        return `CAST(x'${hexOf(Buffer.from(key))}' AS TEXT)`;
      },
    },
    async connect(): Promise<Connection> {
      const database = open(path);
      try {
        database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
        database.exec('BEGIN');
      } catch (error) {
        database.close();
        throw error;
      }
      return {
        async columns(sql) {
          // A view says the types that columns were declared with. A temporary one is no part of the file.
          database.exec(`CREATE TEMP VIEW soutu_columns AS SELECT * FROM (\n${sql}\n)`);
          const rows = database.all('PRAGMA temp.table_info(soutu_columns)');
          database.exec('DROP VIEW temp.soutu_columns');
          return rows.map(({ name, type }) => columnOf(String(name), String(type)));
        },
        async read(sql) {
          return database.all(sql).map((row) => Object.values(row).map(cellOf));
        },
        close: async () => database.close(),
      };
    },
  };
}

async function engine(shown: string, path: string): Promise<(path: string) => Engine> {
  const own = quietly(() => process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined);
  if (own) return (file) => nodeEngine(own, file);
  const { default: wasm } = await loadOptional(
    'node-sqlite3-wasm',
    'Reading from SQLite with this version of Node',
    () => import('node-sqlite3-wasm'),
  );
  const head = await headOf(path);
  // Versions of the file format; 2 is a write-ahead log, which needs memory shared between programs.
  if (isSqlite(head) && (head[18] === 2 || head[19] === 2)) {
    throw new SoutuError(
      'CatalogueError',
      `${shown}: is in WAL mode, which node-sqlite3-wasm cannot read. Use Node 22.13 or later, or build from a copy: ` +
        `sqlite3 ${shown} "VACUUM INTO 'copy.db'"`,
    );
  }
  return (file) => new wasm.Database(file, { fileMustExist: true, readOnly: true }) as Engine;
}

function nodeEngine({ DatabaseSync }: NodeSqlite, path: string): Engine {
  const database = new DatabaseSync(path, { readOnly: true });
  return {
    all: (sql) => {
      const statement = database.prepare(sql);
      // A large number would be an error otherwise.
      statement.setReadBigInts(true);
      return statement.all();
    },
    exec: (sql) => database.exec(sql),
    close: () => database.close(),
  };
}

/** Some versions of Node warn that the module is experimental, which owners can do nothing about. */
function quietly<T>(load: () => T): T {
  const { emitWarning } = process;
  process.emitWarning = () => undefined;
  try {
    return load();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function columnOf(name: string, type: string): Column {
  return { name, kind: /^bool/i.test(type) ? 'flag' : 'other', canPage: true };
}

function cellOf(cell: unknown): Cell {
  if (typeof cell !== 'bigint') return cell;
  return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell;
}
