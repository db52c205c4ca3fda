/**
 * SQLite: the only file that knows node-sqlite3-wasm and node:sqlite. Node's own is used where it is there without a
 * flag (Node 22.13 and later), else the package, which is WebAssembly without an install script. The package ignores the
 * locks of other programs and leaves one of its own, so it reads a copy.
 */
import { stat } from 'node:fs/promises';
import { SoutuError } from '../../../core/errors.ts';
import { loadOptional } from '../../files/optional-package.ts';
import type { FileAddress } from './address.ts';
import { type Cell, type Column, type Connection, type Database, hexOf } from './connection.ts';
import { copySqlite } from './sqlite-copy.ts';

/** The part that both have in common. */
interface Engine {
  all(sql: string): Record<string, unknown>[];
  exec(sql: string): void;
  close(): Promise<void>;
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
      const database = await open();
      let names: readonly string[] = [];
      try {
        database.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
        database.exec('BEGIN');
      } catch (error) {
        await database.close();
        throw error;
      }
      return {
        async columns(sql) {
          // A view says the types that columns were declared with. A temporary one is no part of the file.
          database.exec(`CREATE TEMP VIEW soutu_columns AS SELECT * FROM (\n${sql}\n)`);
          const rows = database.all('PRAGMA temp.table_info(soutu_columns)');
          database.exec('DROP VIEW temp.soutu_columns');
          names = rows.map(({ name }) => String(name));
          return rows.map(({ name, type }) => columnOf(String(name), String(type)));
        },
        async read(sql) {
          // Objects sort names such as 2024 to their front.
          return database.all(sql).map((row) => {
            const isWhole = names.every((name) => Object.hasOwn(row, name));
            const cells = isWhole ? names.map((name) => row[name]) : Object.values(row);
            return cells.map(cellOf);
          });
        },
        close: async () => database.close().catch(() => undefined),
      };
    },
  };
}

async function engine(shown: string, path: string): Promise<() => Promise<Engine>> {
  const own = quietly(() => process.getBuiltinModule?.('node:sqlite') as NodeSqlite | undefined);
  if (own) return async () => nodeEngine(own, path);
  const { default: wasm } = await loadOptional(
    'node-sqlite3-wasm',
    'Reading from SQLite with this version of Node',
    () => import('node-sqlite3-wasm'),
  );
  return async () => {
    const copy = await copySqlite(path, shown);
    const database = new wasm.Database(copy.path, { fileMustExist: true, readOnly: true });
    return {
      all: (sql) => database.all(sql),
      exec: (sql) => database.exec(sql),
      close: async () => {
        database.close();
        await copy.discard();
      },
    };
  };
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
    close: async () => database.close(),
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
  const kind = /^bool/i.test(type) ? 'flag' : 'other';
  return { name, kind, canPage: true, isBytes: /blob/i.test(type) };
}

function cellOf(cell: unknown): Cell {
  if (typeof cell !== 'bigint') return cell;
  return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell;
}
