/** PostgreSQL: the only file that knows pg. */
import type { Client, ClientConfig, Pool, PoolConfig } from 'pg';
import { loadOptional } from '../files/optional-package.ts';
import { ConnectionLost, isOfNetwork } from './connection-lost.ts';
import type { ServerAddress } from './server-address.ts';
import { type Tls, tlsOf } from './tls.ts';

const CONNECT_MS = 20_000;

export interface PostgresDriver {
  /** How pg decodes a type by its object identifier. */
  typeParser(oid: number): (text: string) => unknown;
  /** @throws ConnectionLost, or what pg throws */
  connect(config?: Pick<ClientConfig, 'types'>): Promise<Client>;
  /** Connects when it is used. */
  pool(config: Pick<PoolConfig, 'max' | 'idleTimeoutMillis'>): Pool;
}

/**
 * @param need what cannot be done without pg: `Reading from PostgreSQL`
 * @throws SoutuError `UsageError` if pg is not installed, or if a file with a certificate cannot be read
 */
export async function openPostgresDriver(
  address: ServerAddress,
  need: string,
): Promise<PostgresDriver> {
  const { default: pg } = await loadOptional('pg', need, () => import('pg'));
  const { host, port, user, password, database, socket } = address;
  const tls = await tlsOf(address);
  const base: ClientConfig = {
    host: socket ?? host,
    port,
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ssl: tls ? withHostCheck(tls) : false,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    // Linux waits two hours, in which a router forgets the connection.
    keepAliveInitialDelayMillis: 30_000,
    application_name: 'soutu',
  };
  return {
    typeParser: (oid) => pg.types.getTypeParser(oid) as (text: string) => unknown,
    async connect(config = {}) {
      const client = new pg.Client({ ...base, ...config });
      // Without a listener, a lost connection would end the process; the next query reports it.
      client.on('error', () => undefined);
      try {
        await client.connect();
      } catch (error) {
        await client.end().catch(() => undefined);
        rethrowLost(error);
      }
      return client;
    },
    pool(config) {
      const pool = new pg.Pool({ ...base, ...config });
      // The pool listens to idle clients only.
      pool.on('connect', (client) => client.on('error', () => undefined));
      pool.on('error', () => undefined);
      return pool;
    },
  };
}

/** Without the check, any certificate of the authority will do. */
function withHostCheck({ verifyIdentity, ...tls }: Tls) {
  return verifyIdentity ? tls : { ...tls, checkServerIdentity: () => undefined };
}

/**
 * Classes of SQLSTATE: 08 is the connection, 57P0x a server that stops.
 * @throws ConnectionLost if the connection is at fault, otherwise the error itself
 */
export function rethrowLost(error: unknown): never {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  const isOfServer = /^(08|57P0)/.test(code);
  if (isOfServer || isOfNetwork(error) || /^(Connection terminated|Client)/.test(message)) {
    throw new ConnectionLost(message, { cause: error });
  }
  throw error;
}
