/** PostgreSQL 17 with pgvector, of Debian 13. */
import pg from 'pg';
import { debianRoot } from './debian-root.ts';
import { type EngineServer, freePort, ServerProcess } from './server-process.ts';

export interface PostgresServer extends EngineServer {
  readonly user: string;
  readonly password: string;
  /** `postgres://owner@127.0.0.1:PORT/shop`; the password is apart. */
  readonly address: string;
  execute(sql: string): Promise<pg.QueryResult>;
}

const BIN = '/usr/lib/postgresql/17/bin';
const PASSWORD = 'p/ss w#rd?@:%é';

/** @param settings of postgresql.conf, as `maintenance_work_mem=512MB` */
export async function startPostgres17(settings: readonly string[] = []): Promise<PostgresServer> {
  const root = await debianRoot();
  const data = await root.dataFolder('postgres');
  const folder = `${data.inside}/data`;
  await root.run('postgres', `${BIN}/initdb`, [
    `--pgdata=${folder}`,
    '--username=postgres',
    '--auth-local=trust',
    '--auth-host=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    '--set=dynamic_shared_memory_type=mmap',
  ]);
  const port = await freePort();
  // Unix sockets are reached through the folder outside.
  const admin = () =>
    new pg.Client({ host: data.outside, port, user: 'postgres', database: 'postgres' });
  const asAdmin = async (sql: string, database = 'postgres') => {
    const client = new pg.Client({ host: data.outside, port, user: 'postgres', database });
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };
  const [program, args] = root.command('postgres', `${BIN}/postgres`, [
    '-D',
    folder,
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `port=${port}`,
    '-c',
    `unix_socket_directories=${data.inside}`,
    ...settings.flatMap((setting) => ['-c', setting]),
  ]);
  const server = new ServerProcess({
    program,
    args,
    stopSignal: 'SIGINT',
    async ready() {
      const client = admin();
      await client.connect();
      await client.end();
    },
  });
  try {
    await server.start();
    await asAdmin(`CREATE ROLE owner LOGIN PASSWORD '${PASSWORD}'`);
    await asAdmin('CREATE DATABASE shop OWNER owner');
    // The extension is not "trusted": its owner must be a superuser, as on most hosts.
    await asAdmin('CREATE EXTENSION vector', 'shop');
    const { rows } = await asAdmin('SHOW server_version');
    return {
      version: String(rows[0].server_version).split(' ')[0] as string,
      port,
      user: 'owner',
      password: PASSWORD,
      address: `postgres://owner@127.0.0.1:${port}/shop`,
      execute: (sql) => asAdmin(sql, 'shop'),
      kill: () => server.end('SIGKILL'),
      restart: () => server.start(),
      stop: async () => {
        await server.end();
        await data.remove();
      },
    };
  } catch (error) {
    await server.end('SIGKILL');
    await data.remove();
    throw error;
  }
}
