/** The contract of stores on PostgreSQL 17 with pgvector, and what PGlite cannot show: a server that is killed, or read-only. */
import { afterAll, expect, test } from 'vitest';
import { startPostgres17 } from '../../scripts/engines/postgres.ts';
import { type DatabaseStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { openPostgresStore } from '../../src/node/stores/postgres/store.ts';
import { storeContract } from '../node/stores/store.contract.ts';
import { infoOf, storeCatalogue } from '../support/stores/catalogue.ts';
import { postgresHarness } from './support/sql.ts';

const server = await startPostgres17();
const harness = await postgresHarness(async () => server);
afterAll(() => server.stop());

/** Searches walk the graph, however few rows there are. */
const open = (name: string) => {
  const env = { SOUTU_STORE_PASSWORD: server.password };
  const address = parseStoreAddress(server.address, { name }, env) as DatabaseStore;
  return openPostgresStore(address, { exactUpTo: 0 });
};

storeContract('PostgreSQL 17', async () => ({ ...harness, open, stop: async () => undefined }), {
  isExact: true,
  filtered: 10,
});

test('a push goes on when a server that was killed is back', async () => {
  const { rows, info } = await storeCatalogue(200, 1);
  const store = await open('killed');
  const draft = await store.begin(info);
  expect(await draft.upsert(rows.slice(0, 100))).toEqual([]);
  await server.kill();
  const sent = draft.upsert(rows.slice(100));
  await server.restart();
  expect(await sent).toEqual([]);
  expect(await draft.finish()).toBe(200);
  await draft.publish();
  await draft.close();
  expect(await store.current()).toEqual(info);
  await store.close();
}, 60_000);

test('a read-only server refuses a push and answers searches', async () => {
  const { rows } = await storeCatalogue(5, 1);
  await server.execute('ALTER ROLE owner SET default_transaction_read_only = on');
  await harness.breakConnections?.();
  const store = await open('standby');
  const begun = store.begin(infoOf('r1', rows));
  await expect(begun).rejects.toThrow(
    /cannot execute CREATE TABLE in a read-only transaction\. The server or the user is read-only\. Push to the primary server\.$/,
  );
  expect(await store.current()).toBeNull();
  await store.close();
  await server.execute('ALTER ROLE owner RESET default_transaction_read_only');
});
