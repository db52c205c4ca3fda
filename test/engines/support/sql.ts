/** Harnesses of the databases: users who may write and who may only read, and connections that end. */
import type { MariaDbServer } from '../../../scripts/engines/mariadb.ts';
import type { PostgresServer } from '../../../scripts/engines/postgres.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
import type { StoreSettings } from '../../../src/node/stores/settings.ts';
import type { StoreHarness } from '../../node/stores/store.contract.ts';

export interface SqlHarness extends StoreHarness {
  readonly server: PostgresServer | MariaDbServer;
  open(name: string, settings?: StoreSettings): ReturnType<StoreHarness['open']>;
}

function harness(
  server: PostgresServer | MariaDbServer,
  words: { refused: RegExp; readOnly: RegExp },
  cut: string | (() => Promise<void>),
): SqlHarness {
  const as = (user: string) => server.address.replace('owner@', `${user}@`);
  const open = (user: string, password: string, name: string, settings?: StoreSettings) =>
    openStore(as(user), { name, ...settings }, { SOUTU_STORE_PASSWORD: password });
  return {
    server,
    open: (name, settings) => open('owner', server.password, name, settings),
    refused: {
      open: () => open('owner', 'secret-but-wrong', 'contract'),
      words: words.refused,
    },
    readOnly: { open: (name) => open('reader', server.password, name), words: words.readOnly },
    breakConnections: async () => {
      if (typeof cut === 'string') await server.execute(cut);
      else await cut();
    },
    locks: true,
    stop: () => server.stop(),
  };
}

export async function postgresHarness(start: () => Promise<PostgresServer>): Promise<SqlHarness> {
  const server = await start();
  await server.execute(`CREATE ROLE reader LOGIN PASSWORD '${server.password}'`);
  await server.execute('GRANT pg_read_all_data TO reader');
  return harness(
    server,
    {
      refused: /password authentication failed.*SOUTU_STORE_PASSWORD/,
      readOnly: /permission denied.*GRANT CREATE/,
    },
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'owner'",
  );
}

export async function mariaDbHarness(start: () => Promise<MariaDbServer>): Promise<SqlHarness> {
  const server = await start();
  await server.execute(`CREATE USER 'reader'@'%' IDENTIFIED BY '${server.password}'`);
  await server.execute("GRANT SELECT ON shop.* TO 'reader'@'%'");
  return harness(
    server,
    {
      refused: /Access denied.*SOUTU_STORE_PASSWORD/,
      readOnly: /denied.*GRANT/,
    },
    async () => {
      const rows = await server.execute(
        "SELECT id FROM information_schema.processlist WHERE user = 'owner'",
      );
      for (const { id } of rows) await server.execute(`KILL ${id}`);
    },
  );
}
