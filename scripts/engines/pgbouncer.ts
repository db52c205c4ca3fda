/** PgBouncer of Debian 13 in front of a PostgreSQL: connections of clients share sessions of the server between transactions. */
import { writeFile } from 'node:fs/promises';
import pg from 'pg';
import { debianRoot } from './debian-root.ts';
import type { PostgresServer } from './postgres.ts';
import { freePort, ServerProcess } from './server-process.ts';

export interface PgBouncer {
  /** As the server's, with the port of PgBouncer. */
  readonly address: string;
  stop(): Promise<void>;
}

/** @param settings of pgbouncer.ini, as `max_prepared_statements=0` */
export async function startPgBouncer(
  { address, port: target, user, password }: PostgresServer,
  settings: readonly string[] = [],
): Promise<PgBouncer> {
  const root = await debianRoot();
  const data = await root.dataFolder('postgres');
  const port = await freePort();
  const lines = [
    '[databases]',
    `shop = host=127.0.0.1 port=${target} dbname=shop`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = scram-sha-256',
    `auth_file = ${data.inside}/users`,
    'pool_mode = transaction',
    ...settings,
  ];
  await writeFile(`${data.outside}/users`, `"${user}" "${password}"\n`);
  await writeFile(`${data.outside}/pgbouncer.ini`, `${lines.join('\n')}\n`);
  const [program, args] = root.command('postgres', '/usr/sbin/pgbouncer', [
    `${data.inside}/pgbouncer.ini`,
  ]);
  const server = new ServerProcess({
    program,
    args,
    stopSignal: 'SIGINT',
    async ready() {
      const client = new pg.Client({ host: '127.0.0.1', port, user, password, database: 'shop' });
      await client.connect();
      await client.end();
    },
  });
  const stop = async () => {
    await server.end();
    await data.remove();
  };
  try {
    await server.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { address: address.replace(`:${target}/`, `:${port}/`), stop };
}
