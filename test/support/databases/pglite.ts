/** PostgreSQL of a test file's own: PGlite, which is PostgreSQL in WebAssembly, behind a real socket. */
import { PGlite } from '@electric-sql/pglite';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

export interface Postgres {
  readonly port: number;
  execute(sql: string): Promise<void>;
  /** Adds rows, many in one statement. */
  insert(table: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  stop(): Promise<void>;
}

export async function startPostgres(): Promise<Postgres> {
  const db = await PGlite.create();
  const server = new PGLiteSocketServer({ db, port: 0, host: '127.0.0.1', maxConnections: 8 });
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
