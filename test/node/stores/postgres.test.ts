/** PostgreSQL with pgvector, as PGlite: the contract of stores, and its own. Real servers: npm run test:engines. */
import { afterAll, describe, expect, test } from 'vitest';
import type { DatabaseStore } from '../../../src/node/stores/address.ts';
import { parseStoreAddress } from '../../../src/node/stores/address.ts';
import {
  openPostgresStore,
  type PostgresSettings,
} from '../../../src/node/stores/postgres/store.ts';
import type { StoreRow } from '../../../src/node/stores/store.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { startPgvector } from '../../support/databases/pglite.ts';
import { turnsProxy } from '../../support/databases/turns-proxy.ts';
import { infoOf, storeCatalogue } from '../../support/stores/catalogue.ts';
import { publish } from '../../support/stores/contract-answers.ts';
import { wanting } from '../../support/vectors.ts';
import { storeContract } from './store.contract.ts';

const server = await startPgvector();
afterAll(() => server.stop());

const addressOf = (name: string, port = server.port) =>
  parseStoreAddress(
    `postgres://postgres@127.0.0.1:${port}/postgres`,
    { name },
    {},
  ) as DatabaseStore;
const open = (name: string, settings: PostgresSettings = { exactUpTo: 0 }, port = server.port) =>
  openPostgresStore(addressOf(name, port), settings);

storeContract(
  'PostgreSQL (PGlite)',
  async () => ({
    open,
    // PGlite asks for no password, has one session for all, and no users of its own.
    refused: null,
    readOnly: null,
    locks: false,
    breakConnections: () => server.cut(),
    stop: async () => undefined,
  }),
  { isExact: true },
);

describe('PostgreSQL', () => {
  test('a search without conditions walks the graph, and one that finds too little compares all', async () => {
    const { rows, info, queries } = await storeCatalogue(600, 1);
    const unit = queries[0] as Float32Array;
    const store = await open('walks');
    await publish(store, info, rows);
    const retriever = await store.retriever(info);
    const found = await retriever.nearest(unit, wanting(10, { ef: 20 }));
    expect(found).toMatchObject({ engine: 'hnsw', exhausted: false, total: null });
    const few = await retriever.nearest(unit, wanting(100, { ef: 20, filter: { rare: true } }));
    expect(few).toMatchObject({ engine: 'flat', exhausted: true, total: 15 });
    const small = await (await open('walks', {})).retriever(info);
    expect(await small.nearest(unit, wanting(10))).toMatchObject({ engine: 'flat', total: 600 });
    await store.close();
  });

  test('what no text of PostgreSQL can hold is reported for a row, and matches nothing in a filter', async () => {
    const { rows, queries } = await storeCatalogue(3, 1);
    const [first] = rows as [StoreRow];
    const store = await open('nul');
    const withNul = storeRow({ id: 'a\0b', image: 'x' }, first.vector);
    const draft = await store.begin(infoOf('r1', [first]));
    const failures = await draft.upsert([withNul, first]);
    expect(failures).toEqual([
      { id: 'a\0b', reason: expect.stringMatching(/invalid byte sequence/) },
    ]);
    expect(await draft.finish()).toBe(1);
    await draft.publish();
    await draft.close();
    const retriever = await store.retriever(infoOf('r1', [first]));
    const unit = queries[0] as Float32Array;
    const none = { rows: [], exhausted: true, total: 0 };
    for (const filter of [{ colour: 'a\0' }, { 'a\0': { gte: 1 } }]) {
      expect(await retriever.nearest(unit, wanting(1, { filter }))).toMatchObject(none);
    }
    expect(await retriever.get('a\0b')).toBeNull();
    await store.close();
  });

  test('a connection that is cut during a search is replaced, and the process lives', async () => {
    const { rows, info, queries } = await storeCatalogue(50, 1);
    const store = await open('cut');
    await publish(store, info, rows);
    const retriever = await store.retriever(info);
    const unit = queries[0] as Float32Array;
    const search = () => retriever.nearest(unit, wanting(50, { exact: true }));
    await search();
    for (let i = 0; i < 5; i++) {
      const running = [search(), search(), search()];
      await server.cut();
      for (const found of await Promise.all(running)) expect(found.rows).toHaveLength(50);
    }
    await store.close();
  });

  test('settings of the graph that pgvector would refuse after everything was sent', async () => {
    await expect(open('graph', { m: 100 })).rejects.toThrow(
      'efConstruction (--ef-construction) must be at least twice m (--m), 200; got 128.',
    );
  });

  test('publishes nothing if its release was deleted meanwhile', async () => {
    const { rows, info } = await storeCatalogue(5, 1);
    const store = await open('gone-release');
    await publish(store, info, rows);
    const draft = await store.begin(infoOf('r2', rows));
    await server.execute(`DELETE FROM "gone-release_releases" WHERE release = 'r2'`);
    await expect(draft.publish()).rejects.toThrow(/release r2 was deleted while it was pushed/);
    await draft.close();
    expect(await store.current()).toEqual(info);
    await store.close();
  });

  test('filters and ids are values, never SQL', async () => {
    const { rows, info, queries } = await storeCatalogue(5, 1);
    const store = await open('values');
    await publish(store, info, rows);
    const retriever = await store.retriever(info);
    const evil = `'; DROP TABLE "values_releases"; --`;
    const unit = queries[0] as Float32Array;
    for (const filter of [{ colour: evil }, { [evil]: 'x' }, { [evil]: { gte: 1 } }]) {
      expect((await retriever.nearest(unit, wanting(1, { filter }))).rows).toEqual([]);
    }
    expect((await retriever.nearest(unit, wanting(1, { text: evil }))).rows).toEqual([]);
    expect(await retriever.get(evil)).toBeNull();
    expect(await store.current()).toEqual(info);
    await store.close();
  });

  test('vectors too long for an index are compared one by one', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => {
      const vector = new Float32Array(2100);
      vector[i] = 1;
      return storeRow({ id: `i${i}`, image: 'x' }, vector);
    });
    const info = infoOf('r1', rows);
    const store = await open('long');
    expect(store.plan(info)).not.toContain('hnsw');
    await publish(store, info, rows);
    const retriever = await store.retriever(info);
    const found = await retriever.nearest((rows[3] as StoreRow).vector, wanting(1));
    expect(found.engine).toBe('flat');
    expect(found.rows.map(({ row, score }) => [row.id, score])).toEqual([['i3', 1]]);
    await store.close();
  });

  test('the plan has the statements with dimension and settings', async () => {
    const store = await open('plan', { m: 24, efConstruction: 200 });
    const { info } = await storeCatalogue(3, 1);
    expect(store.plan(info)).toContain('embedding vector(256) NOT NULL');
    expect(store.plan(info)).toContain(
      'USING hnsw (embedding vector_cosine_ops)\n  WITH (m = 24, ef_construction = 200);',
    );
    expect(store.plan(info)).toContain(`SET is_current = (release = 'r1')`);
    await store.close();
  });

  test('a server that does not answer is named, with what to do', async () => {
    const gone = await turnsProxy(1);
    await gone.close();
    const store = await open('gone', {}, gone.port);
    await expect(store.current()).rejects.toThrow(
      `postgres://postgres@127.0.0.1:${gone.port}/postgres: connect ECONNREFUSED 127.0.0.1:${gone.port}. Is the server running, and is the port right?`,
    );
    await expect(store.begin(infoOf('r1', []))).rejects.toThrow(/ECONNREFUSED/);
    await store.close();
  });
});
