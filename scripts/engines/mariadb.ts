/** MariaDB 11.8, which has vectors, of Debian 13. */
import mysql from 'mysql2/promise';
import { debianRoot } from './debian-root.ts';
import { type EngineServer, freePort, ServerProcess } from './server-process.ts';

export interface MariaDbServer extends EngineServer {
  readonly user: string;
  readonly password: string;
  /** `mariadb://owner@127.0.0.1:PORT/shop`; the password is apart. */
  readonly address: string;
  execute(sql: string): Promise<mysql.RowDataPacket[]>;
}

const PASSWORD = 'p/ss w#rd?@:%é';

/** @param settings of the server, as `--mhnsw-max-cache-size=1G` */
export async function startMariaDb11(settings: readonly string[] = []): Promise<MariaDbServer> {
  const root = await debianRoot();
  const data = await root.dataFolder('mysql');
  const folder = `${data.inside}/data`;
  const socketPath = `${data.outside}/s`;
  await root.run('mysql', '/usr/bin/mariadb-install-db', [
    '--no-defaults',
    `--datadir=${folder}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const port = await freePort();
  const [program, args] = root.command('mysql', '/usr/sbin/mariadbd', [
    '--no-defaults',
    `--datadir=${folder}`,
    `--socket=${data.inside}/s`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    '--innodb-buffer-pool-size=256M',
    ...settings,
  ]);
  const connect = () => mysql.createConnection({ socketPath, user: 'root', charset: 'utf8mb4' });
  const server = new ServerProcess({
    program,
    args,
    async ready() {
      const connection = await connect();
      connection.destroy();
    },
  });
  const execute = async (sql: string) => {
    const connection = await connect();
    try {
      return (await connection.query<mysql.RowDataPacket[]>(sql))[0];
    } finally {
      connection.destroy();
    }
  };
  try {
    await server.start();
    await execute('CREATE DATABASE shop CHARACTER SET utf8mb4');
    await execute(`CREATE USER 'owner'@'%' IDENTIFIED BY '${PASSWORD}'`);
    await execute("GRANT ALL ON shop.* TO 'owner'@'%'");
    const [row] = await execute('SELECT version() AS version');
    return {
      version: String(row?.version).split('-')[0] as string,
      port,
      user: 'owner',
      password: PASSWORD,
      address: `mariadb://owner@127.0.0.1:${port}/shop`,
      execute,
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
