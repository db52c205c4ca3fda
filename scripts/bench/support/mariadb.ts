/**
 * A MariaDB server of one's own, for benchmarks and tests, from Debian's package: private data folder, free port on the loopback interface,
 * stopped by its process id. Root is not needed.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';

const run = promisify(execFile);
const SERVER = ['/usr/sbin/mariadbd', '/usr/local/sbin/mariadbd'].find((path) => existsSync(path));

export const NO_MARIADB = SERVER
  ? null
  : 'mariadbd is not installed (Debian: apt-get install mariadb-server)';

export interface MariaDb {
  readonly port: number;
  readonly socket: string;
  /** A user who may do all, by password. */
  readonly user: string;
  readonly password: string;
  /** The path of its certificate. */
  readonly certificate: string;
  execute(sql: string): Promise<void>;
  /** Adds rows, many in one statement. */
  insert(table: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  /** Ends all connections but its own, as an administrator does. */
  killConnections(): Promise<void>;
  stop(): Promise<void>;
}

/** @param tls a certificate and its key, in PEM; default: no TLS */
export async function startMariaDb(tls?: { cert: string; key: string }): Promise<MariaDb> {
  if (!SERVER) throw new Error(String(NO_MARIADB));
  const folder = await mkdtemp(join(tmpdir(), 'soutu-mariadb-'));
  const data = join(folder, 'data');
  const socket = join(folder, 'socket');
  const certificate = join(folder, 'certificate.pem');
  const key = join(folder, 'key.pem');
  if (tls) {
    await writeFile(certificate, tls.cert);
    await writeFile(key, tls.key, { mode: 0o600 });
  }
  const user = `--user=${userInfo().username}`;
  await run('mariadb-install-db', [
    '--no-defaults',
    `--datadir=${data}`,
    user,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const port = await freePort();
  const child = spawn(
    SERVER,
    [
      '--no-defaults',
      `--datadir=${data}`,
      `--socket=${socket}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      user,
      '--innodb-buffer-pool-size=32M',
      '--innodb-flush-log-at-trx-commit=0',
      ...(tls ? [`--ssl-cert=${certificate}`, `--ssl-key=${key}`] : []),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const password = 'p/ss w#rd?@:%é';
  const admin = await connected(socket, child, () => log);
  await admin.query('CREATE DATABASE shop CHARACTER SET utf8mb4');
  await admin.query("CREATE USER 'owner'@'%' IDENTIFIED BY ?", [password]);
  await admin.query("GRANT ALL ON *.* TO 'owner'@'%'");
  await admin.query('USE shop');
  return {
    port,
    socket,
    user: 'owner',
    password,
    certificate,
    execute: async (sql) => {
      await admin.query(sql);
    },
    insert: async (table, rows) => {
      for (let i = 0; i < rows.length; i += 1000) {
        await admin.query(`INSERT INTO ${table} VALUES ?`, [rows.slice(i, i + 1000)]);
      }
    },
    killConnections: async () => {
      const [list] = await admin.query<mysql.RowDataPacket[]>(
        "SELECT id FROM information_schema.processlist WHERE user = 'owner'",
      );
      for (const { id } of list) await admin.query(`KILL ${id}`);
    },
    stop: async () => {
      admin.destroy();
      const ended = once(child, 'exit');
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function connected(socketPath: string, child: ChildProcess, log: () => string) {
  for (let tries = 0; ; tries++) {
    try {
      return await mysql.createConnection({ socketPath, user: 'root', charset: 'utf8mb4' });
    } catch (error) {
      if (tries === 300 || child.exitCode !== null) {
        throw new Error(`MariaDB does not start: ${log().slice(-2000)}`, { cause: error });
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address ? address.port : 0;
}
