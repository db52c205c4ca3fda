/** Requests to Milvus as its documents have them, and what is said when it refuses. The contract runs in test/engines. */
import { expect, test } from 'vitest';
import { ReleaseGoneError } from '../../../src/core/errors.ts';
import { rowText } from '../../../src/node/stores/milvus/rows.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
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
});

test('a description with a missing piece is named', async () => {
  const { store } = await opened(() => ok([{ key: 'release.r1.1', value: '}' }]));
  await expect(store.releases()).rejects.toThrow(
    /release r1: its description in "shop__Meta" is incomplete/,
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
