/** The contract of stores on PostgreSQL 17 with pgvector, and what PGlite cannot show: a server that is killed, or ends a search. */
import { afterAll, expect, test } from 'vitest';
import { startPostgres17 } from '../../scripts/engines/postgres.ts';
import { type DatabaseStore, parseStoreAddress } from '../../src/node/stores/address.ts';
import { openPostgresStore } from '../../src/node/stores/postgres/store.ts';
import { storeContract } from '../node/stores/store.contract.ts';
import { storeCatalogue } from '../support/stores/catalogue.ts';
import { publish } from '../support/stores/contract-answers.ts';
import { wanting } from '../support/vectors.ts';
import { postgresHarness } from './support/sql.ts';

const server = await startPostgres17();
const harness = await postgresHarness(async () => server);
afterAll(() => server.stop());

/** Searches walk the graph, however few rows there are. */
const open = (name: string, queryTimeoutMs = 10_000) => {
  const env = { SOUTU_STORE_PASSWORD: server.password };
  const address = parseStoreAddress(server.address, { name }, env) as DatabaseStore;
  return openPostgresStore(address, { exactUpTo: 0, queryTimeoutMs });
};

storeContract(
  'PostgreSQL 17',
  async () => ({ ...harness, open: (name) => open(name), stop: async () => undefined }),
  {
    isExact: true,
    filtered: 10,
  },
);

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

test('a search that takes too long is ended by the server', async () => {
  const { rows, info, queries } = await storeCatalogue(50, 1);
  const store = await open('slow', 40);
  await publish(store, info, rows);
  // Each comparison of a row waits.
  await server.execute(
    `ALTER TABLE "slow_r_r1" RENAME TO slow_rows;
     CREATE VIEW "slow_r_r1" AS SELECT slow_rows.* FROM slow_rows WHERE pg_sleep(0.02) IS NOT NULL;
     GRANT SELECT ON "slow_r_r1" TO owner`,
  );
  const retriever = await store.retriever(info);
  const search = retriever.nearest(queries[0] as Float32Array, wanting(5, { exact: true }));
  await expect(search).rejects.toThrow(
    /statement timeout\. The search timed out\. Narrow it, or raise --timeout\.$/,
  );
  await store.close();
});
