/** PostgreSQL of a test file's own: PGlite, which is PostgreSQL in WebAssembly, behind a real socket. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { type TurnsProxy, turnsProxy } from './turns-proxy.ts';

export interface Postgres {
  readonly port: number;
  execute(sql: string): Promise<void>;
  /** Adds rows, many in one statement. */
  insert(table: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  return serve(await create());
}

/** For several clients at a time: each has its turn (see turns-proxy.ts). */
export async function startPgvector(): Promise<Postgres & Pick<TurnsProxy, 'cut'>> {
  const server = await serve(await create());
  const turns = await turnsProxy(server.port);
  return {
    ...server,
    port: turns.port,
    cut: turns.cut,
    stop: async () => {
      await turns.close();
      await server.stop();
    },
  };
}

/** With pgvector. The first of a test run leaves its new data folder for the others: making one is most of a start. */
async function create(): Promise<PGlite> {
  const saved = join(process.env.SOUTU_TEST_FOLDER as string, 'pglite.tar');
  const bytes = existsSync(saved) ? await readFile(saved) : null;
  if (bytes) return PGlite.create({ extensions: { vector }, loadDataDir: new Blob([bytes]) });
  const db = await PGlite.create({ extensions: { vector } });
  const data = await db.dumpDataDir('none');
  const own = `${saved}.${randomUUID()}`;
  await writeFile(own, new Uint8Array(await data.arrayBuffer()));
  await rename(own, saved);
  return db;
}

async function serve(db: PGlite): Promise<Postgres> {
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 64 });
  await server.start();
  return {
    port: Number(server.getServerConn().split(':').at(-1)),
    execute: async (sql) => {
      await db.exec(sql);
    },
    insert: async (table, rows) => {
      for (let i = 0; i < rows.length; i += 1000) {
        const values = rows.slice(i, i + 1000).map((row) => `(${row.map(literal).join(', ')})`);
        await db.exec(`INSERT INTO ${table} VALUES ${values.join(', ')}`);
      }
    },
    stop: async () => {
      await server.stop();
      await db.close();
    },
  };
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString('hex')}'`;
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}
