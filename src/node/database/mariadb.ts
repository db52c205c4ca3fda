/** MySQL and MariaDB: the only file that knows mysql2. */
import type { Connection, ConnectionOptions, Pool } from 'mysql2/promise';
import { loadOptional } from '../files/optional-package.ts';
import { ConnectionLost, isOfNetwork } from './connection-lost.ts';
import type { ServerAddress } from './server-address.ts';
import { tlsOf } from './tls.ts';

const CONNECT_MS = 20_000;

/** The server stops, or an administrator ended the connection. */
const LOST = ['ER_SERVER_SHUTDOWN', 'ER_CONNECTION_KILLED', 'ER_NEW_ABORTING_CONNECTION'];

export interface MariaDbDriver {
  /** @throws ConnectionLost, or what mysql2 throws */
  connect(options?: Pick<ConnectionOptions, 'rowsAsArray' | 'typeCast'>): Promise<Connection>;
  /** Connects when it is used. */
  pool(connections: number): Pool;
}

/**
 * @param need what cannot be done without mysql2: `Reading from MySQL or MariaDB`
 * @throws SoutuError `UsageError` if mysql2 is not installed, or if a file with a certificate cannot be read
 */
export async function openMariaDbDriver(
  address: ServerAddress,
  need: string,
): Promise<MariaDbDriver> {
  const mysql = await loadOptional('mysql2', need, () => import('mysql2/promise'));
  const { host, port, user, password, database, socket } = address;
  const ssl = await tlsOf(address);
  const config = {
    ...(socket === undefined ? { host, port } : { socketPath: socket }),
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ...(ssl === undefined ? {} : { ssl }),
    charset: 'utf8mb4',
    connectTimeout: CONNECT_MS,
    enableKeepAlive: true,
  };
  return {
    async connect(options = {}) {
      const connection = await mysql.createConnection({ ...config, ...options }).catch(rethrowLost);
      // Without a listener, a lost connection would end the process; the next query reports it.
      connection.on('error', () => undefined);
      return connection;
    },
    pool: (connectionLimit) =>
      mysql.createPool({ ...config, connectionLimit, idleTimeout: 30_000 }),
  };
}

/** @throws ConnectionLost if the connection is at fault, otherwise the error itself */
export function rethrowLost(error: unknown): never {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  // The server's own errors have a state, whatever words they quote.
  const isOfServer = 'sqlState' in (error as object) && !LOST.includes(code);
  if (isOfServer) throw error;
  if (isOfNetwork(error) || LOST.includes(code) || /closed state|connection lost/i.test(message)) {
    throw new ConnectionLost(message, { cause: error });
  }
  throw error;
}
