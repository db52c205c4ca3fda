/** Requests to Milvus as its documents have them, and what is said when it refuses. The contract runs in test/engines. */
import { expect, test } from 'vitest';
import { ReleaseGoneError } from '../../../src/core/errors.ts';
import { rowText } from '../../../src/node/stores/milvus/rows.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
import { releaseText } from '../../../src/node/stores/release-info.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { infoOf, storeItem } from '../../support/stores/catalogue.ts';
import { type Answer, type Asked, httpEngine } from '../../support/stores/http-engine.ts';
import { wanting } from '../../support/vectors.ts';

const PASSWORD = 'pä:ss-秘密';
const rows = [storeRow(storeItem(7), Float32Array.of(0.6, 0.8))];
const info = infoOf('r1', rows);

const ok = (data: unknown): Answer => [200, { code: 0, data }];
const failed = (code: number, message: string): Answer => [200, { code, message }];

async function opened(answer: (asked: Asked) => Answer) {
  const { host, asked } = await httpEngine(answer);
  const address = `milvus+http://me@${host}/stock/shop`;
  const store = await openStore(address, {}, { SOUTU_STORE_PASSWORD: PASSWORD });
  return { store, asked };
}

test('a search is one request, with user and password as a token and nothing of a visitor in the filter', async () => {
  const { store, asked } = await opened(() => ok([{ distance: -0.25, id: 'b', search: '{}' }]));
  const retriever = await store.retriever({ ...info, count: 20_000 });
  const { rows: hits } = await retriever.nearest(
    Float32Array.of(0.5, 0.5),
    wanting(1, {
      ef: 40,
      minScore: -1,
      filter: { colour: 'a "quoted" one', price: { gte: 2, lte: 1e21 } },
      text: '50 %_off" or 白',
    }),
  );
  expect(hits).toMatchObject([{ score: -0.25 }]);
  expect(asked[0]?.request).toBe('POST /v2/vectordb/entities/search');
  const token = Buffer.from(String(asked[0]?.headers.authorization), 'latin1').toString();
  expect(token).toBe(`Bearer me:${PASSWORD}`);
  const { filter, ...body } = (asked[0] as Asked).body as { filter: string };
  expect(body).toEqual({
    dbName: 'stock',
    collectionName: 'shop__r1',
    data: [[0.5, 0.5]],
    annsField: 'unit',
    limit: 3,
    outputFields: ['id', 'search'],
    searchParams: { metricType: 'COSINE', params: { ef: 320 } },
  });
  const [terms, range, ...words] = filter.split(/(?<=\)) and /);
  expect(terms).toMatch(/^\(array_contains_any\(terms, \["[0-9a-f]{24}"\]\)\)$/);
  expect(range).toMatch(
    /^\(numbers\["n[0-9a-f]{24}"\] >= 2\.0 and numbers\["n[0-9a-f]{24}"\] <= 1e\+21\)$/,
  );
  expect(words).toEqual([
    '(words like "% 50 %")',
    '(words like "% off %")',
    '(words like "% or %")',
    '(words like "%白%")',
  ]);
});

test('a small release has an index that compares all rows, a large one a graph', async () => {
  const { store } = await opened(() => ok({}));
  const plan = (count: number) => store.plan({ ...info, count });
  expect(plan(10_000)).toContain('"indexType": "FLAT"');
  expect(plan(10_001)).toContain('"indexType": "HNSW"');
  expect(plan(10_001)).toMatch(/"M": 16,\s+"efConstruction": 128/);
});

test('a title in a language without spaces is found by any part of it', () => {
  const title = 'แจกันดินเผาเคลือบสีขาวทรงสูง'.repeat(6);
  const row = JSON.parse(
    rowText(storeRow({ id: 'x', image: 'x.jpg', title }, Float32Array.of(0, 1))),
  );
  expect(row.words).toContain(title.normalize('NFKD'));
  expect(row.unit).toEqual([0, 1]);
});

test('an engine that has no other limit gets that of the search', async () => {
  const { host, asked } = await httpEngine(() => ok([]));
  const settings = { queryTimeoutMs: 2500 };
  const store = await openStore(`milvus+http://${host}/shop`, settings, {});
  const retriever = await store.retriever({ ...info, count: 20_000 });
  expect(await retriever.get('x')).toBeNull();
  expect(asked[0]?.headers['request-timeout']).toBe('3');
});

test('what a graph has not found is not called complete', async () => {
  const { store } = await opened(({ request }) =>
    request.endsWith('/search')
      ? ok([{ distance: 0.5, id: 'b', search: '{}' }])
      : ok([{ 'count(*)': 9 }]),
  );
  const retriever = await store.retriever({ ...info, count: 20_000 });
  const found = await retriever.nearest(
    Float32Array.of(0.5, 0.5),
    wanting(5, { filter: { colour: 'red' } }),
  );
  expect(found).toMatchObject({ exhausted: false, isSpent: true, engine: 'hnsw' });
  // That a worse row was found does not mean that all better ones were.
  const least = await retriever.nearest(
    Float32Array.of(0.5, 0.5),
    wanting(5, { exact: true, minScore: 0.6 }),
  );
  expect(least).toMatchObject({ rows: [], exhausted: false, isSpent: true, engine: 'hnsw' });
  expect(retriever.can.exact).toBe(false);
  expect((await store.retriever(info)).can.exact).toBeUndefined();
});

test('the current release is read once, and without the others', async () => {
  const described = JSON.stringify({ info: releaseText(info), built: '', made: 0 });
  const { store, asked } = await opened(({ request }) =>
    request.endsWith('aliases/describe')
      ? ok({ collectionName: 'shop__r1' })
      : ok([{ key: 'release.r1.0', value: described }]),
  );
  expect(await store.current()).toEqual(info);
  expect(await store.current()).toEqual(info);
  const queries = asked.filter(({ request }) => request.endsWith('entities/query'));
  expect(queries.map(({ body }) => body)).toMatchObject([{ filter: 'key like "release.r1.%"' }]);
});

test('a description with a missing piece is named', async () => {
  const { store } = await opened(() => ok([{ key: 'release.r1.1', value: '}' }]));
  await expect(store.releases()).rejects.toThrow(
    /release r1: its description in "shop__Meta" is incomplete/,
  );
});

/** A server with collections and descriptions; `answer` may answer in its place. */
function milvusWith(collections: Set<string>, answer: (action: string) => Answer | null) {
  const meta = new Map<string, string>();
  return opened(({ request, body }) => {
    const action = request.replace('POST /v2/vectordb/', '');
    const given = answer(action);
    if (given) return given;
    const {
      collectionName = '',
      filter = '',
      data = [],
    } = (body ?? {}) as {
      collectionName?: string;
      filter?: string;
      data?: { key: string; value: string }[];
    };
    if (action === 'aliases/describe') return failed(1600, 'alias not found');
    if (action === 'collections/has') return ok({ has: collections.has(collectionName) });
    if (action === 'collections/create') collections.add(collectionName);
    if (action === 'collections/drop') collections.delete(collectionName);
    if (action === 'entities/upsert') for (const { key, value } of data) meta.set(key, value);
    if (action === 'entities/delete') {
      for (const [, key = ''] of filter.matchAll(/"([^"]+)"/g)) meta.delete(key);
    }
    if (action === 'entities/query') {
      const wanted = /"([^"%]+)/.exec(filter)?.[1] ?? '';
      const keys = [...meta.keys()].filter((key) => key.startsWith(wanted));
      return ok(keys.map((key) => ({ key, value: meta.get(key) })));
    }
    return ok({ loadState: 'LoadStateLoaded' });
  });
}

test('a release whose deletion failed stays in the list until it is deleted', async () => {
  let isBroken = false;
  const collections = new Set<string>();
  const { store } = await milvusWith(collections, (action) =>
    isBroken && action === 'collections/drop' ? failed(1, 'no') : null,
  );
  await (await store.begin(info)).close();
  isBroken = true;
  await expect(store.drop('r1')).rejects.toThrow(/ no\.$/);
  expect(await store.releases()).toEqual([info]);
  isBroken = false;
  await store.drop('r1');
  expect(await store.releases()).toEqual([]);
  expect([...collections]).toEqual(['shop__Meta']);
});

test('a push that ended before it had a collection is in the list, and the next one makes it', async () => {
  let isBroken = true;
  const collections = new Set(['shop__Meta']);
  const { store } = await milvusWith(collections, (action) =>
    isBroken && action === 'collections/create' ? failed(1, 'no') : null,
  );
  await expect(store.begin(info)).rejects.toThrow(/ no\.$/);
  expect(await store.releases()).toEqual([info]);
  isBroken = false;
  await (await store.begin(info)).close();
  expect([...collections]).toEqual(['shop__Meta', 'shop__r1']);
});

test('a collection that is not ours is named before a row is sent', async () => {
  const { store } = await milvusWith(new Set(['shop']), () => null);
  await expect(store.begin(info)).rejects.toThrow(
    /"shop" is a collection that Soutu did not make\. Choose another --name, or remove it\.$/,
  );
});

test('a dry run prints all that a push would make', async () => {
  const { store } = await opened(() => ok({}));
  const plan = store.plan(info);
  expect(plan.match(/^POST \S+/gm)).toEqual(
    [
      'collections/create',
      'entities/upsert',
      'collections/create',
      'entities/upsert',
      'aliases/create',
    ].map((action) => `POST /v2/vectordb/${action}`),
  );
  expect(plan.match(/"collectionName": "[^"]+"/g)).toEqual(
    ['shop__Meta', 'shop__r1', 'shop__r1'].map((name) => `"collectionName": "${name}"`),
  );
});

test('a busy server is asked again', async () => {
  let times = 0;
  const { store, asked } = await opened(() =>
    times++ === 0 ? failed(8, 'rate limit exceeded') : failed(1600, 'alias not found'),
  );
  expect(await store.current()).toBeNull();
  expect(asked).toHaveLength(2);
});

test('errors, which have status 200, say what to do, without the password', async () => {
  const cases: [answer: Answer, words: RegExp][] = [
    [
      failed(1800, "user hasn't authenticated"),
      /authenticated\. Check the user.+SOUTU_STORE_API_KEY.+DropCollection/,
    ],
    [failed(800, 'database not found'), /Make the database, or leave it out of the address\.$/],
    [failed(9, 'quota exceeded[disk]'), /its disk or memory is full/],
    [failed(1807, 'limiter'), /limits requests \(quotaAndLimits\)\. Try again later\.$/],
    [failed(1, `bug with ${PASSWORD}`), /bug with \*\*\*\.$/],
    [[404, '404 page not found'], /Is this Milvus from 2\.4 on\?/],
    [[503, 'no'], /answered 503: no\.$/],
  ];
  for (const [answer, words] of cases) {
    const { store } = await opened(() => answer);
    const current = store.current();
    await expect(current).rejects.toMatchObject({ name: 'StoreError' });
    await expect(current).rejects.toThrow(words);
    await expect(current).rejects.toThrow(/^milvus\+http:\/\/me@127\.0\.0\.1:\d+\/stock\/shop: /);
  }
});

test('a collection that is gone is a release that was dropped', async () => {
  const { store } = await opened(() => failed(100, "can't find collection[shop__r1]"));
  const retriever = await store.retriever(info);
  await expect(retriever.get('x')).rejects.toThrow(ReleaseGoneError);
});
