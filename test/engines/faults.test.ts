/** Servers die in the middle of a push, and OpenSearch finds that its disk is full. Other engines that take no more rows: refusals.test.ts. */
import { afterEach, expect, test } from 'vitest';
import { startMariaDb11 } from '../../scripts/engines/mariadb.ts';
import { startMilvusLite } from '../../scripts/engines/milvus.ts';
import { startOpenSearch } from '../../scripts/engines/opensearch.ts';
import { startPostgres17 } from '../../scripts/engines/postgres.ts';
import { startQdrant } from '../../scripts/engines/qdrant.ts';
import { openStore } from '../../src/node/stores/open-store.ts';
import { infoOf, storeCatalogue } from '../support/stores/catalogue.ts';
import { wanting } from '../support/vectors.ts';
import { killedDuringPush } from './support/wreck.ts';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function started<T extends { stop(): Promise<void> }>(start: () => Promise<T>): Promise<T> {
  const server = await start();
  stops.push(() => server.stop());
  return server;
}

test('PostgreSQL is killed in the middle of a push', async () => {
  const server = await started(startPostgres17);
  const env = { SOUTU_STORE_PASSWORD: server.password };
  await killedDuringPush({ ...server, open: (name) => openStore(server.address, { name }, env) });
}, 300_000);

test('MariaDB is killed in the middle of a push', async () => {
  const server = await started(startMariaDb11);
  const env = { SOUTU_STORE_PASSWORD: server.password };
  await killedDuringPush({ ...server, open: (name) => openStore(server.address, { name }, env) });
}, 300_000);

test('Qdrant Edge is killed in the middle of a push', async () => {
  const server = await started(startQdrant);
  const env = { SOUTU_STORE_API_KEY: server.key };
  const open = (name: string) => openStore(`qdrant+${server.url}`, { name }, env);
  await killedDuringPush({ ...server, open });
}, 300_000);

test('Milvus Lite is killed in the middle of a push', async () => {
  const server = await started(startMilvusLite);
  const env = { SOUTU_STORE_PASSWORD: server.password };
  const address = `milvus+${server.url.replace('//', '//owner@')}`;
  await killedDuringPush({ ...server, open: (name) => openStore(address, { name }, env) });
}, 300_000);

test('OpenSearch is killed in the middle of a push; then its disk is full', async () => {
  const server = await started(() =>
    startOpenSearch([
      'cluster.routing.allocation.disk.watermark.enable_for_single_data_node=true',
      'cluster.info.update.interval=10s',
    ]),
  );
  const open = (name: string) => openStore(`opensearch+${server.url}`, { name, replicas: 0 }, {});
  await killedDuringPush({ ...server, open });

  // The node itself finds that less than the watermark is free, and makes the indices read-only.
  const { rows, queries } = await storeCatalogue(400, 1);
  const store = await open('killed');
  const draft = await store.begin(infoOf('r9', rows));
  const watermarks = (bytes: string | null) =>
    fetch(`${server.url}/_cluster/settings`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        transient: Object.fromEntries(
          ['low', 'high', 'flood_stage'].map((name) => [
            `cluster.routing.allocation.disk.watermark.${name}`,
            bytes,
          ]),
        ),
      }),
    });
  expect((await watermarks('900tb')).status).toBe(200);
  const blocked = async () => {
    const settings = await (await fetch(`${server.url}/killed-r9/_settings`)).text();
    return settings.includes('read_only_allow_delete');
  };
  await expect.poll(blocked, { timeout: 90_000, interval: 1000 }).toBe(true);
  const push = draft.upsert(rows);
  await expect(push).rejects.toMatchObject({ name: 'StoreError' });
  await expect(push).rejects.toThrow(/disk is full or the index is read-only/);
  // Searches go on.
  const current = await store.current();
  expect(current?.release).toBe('r2');
  const retriever = await store.retriever(infoOf('r2', rows.slice(50)));
  const found = await retriever.nearest(queries[0] as Float32Array, wanting(5));
  expect(found.rows).toHaveLength(5);
  // With room again, the node takes the block away and the push goes on.
  await watermarks(null);
  await expect.poll(blocked, { timeout: 90_000, interval: 1000 }).toBe(false);
  await draft.upsert(rows);
  expect(await draft.finish()).toBe(400);
  await draft.publish();
  await draft.close();
  expect((await store.current())?.release).toBe('r9');
  await store.close();
}, 600_000);
