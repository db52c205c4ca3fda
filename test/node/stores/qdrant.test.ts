/** Requests to Qdrant as its documents have them, and what is said when it refuses. The contract runs in test/engines. */
import { expect, test } from 'vitest';
import { ReleaseGoneError } from '../../../src/core/errors.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
import { pointId, pointOf, uuid5 } from '../../../src/node/stores/qdrant/points.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { infoOf, storeItem } from '../../support/stores/catalogue.ts';
import { type Answer, type Asked, httpEngine } from '../../support/stores/http-engine.ts';
import { wanting } from '../../support/vectors.ts';

const KEY = 'kéy-秘密';
const rows = [storeRow(storeItem(7), Float32Array.of(0.6, 0.8))];
const info = infoOf('r1', rows);

const ok = (result: unknown): Answer => [200, { result, status: 'ok', time: 0 }];
const failed = (status: number, error: string): Answer => [status, { status: { error }, time: 0 }];

async function opened(answer: (asked: Asked) => Answer) {
  const { host, asked } = await httpEngine(answer);
  const store = await openStore(`qdrant+http://${host}/shop`, {}, { SOUTU_STORE_API_KEY: KEY });
  return { store, asked };
}

test('ids are UUIDs of version 5', () => {
  // The example of RFC 9562, A.4.
  expect(uuid5('www.example.com', '6ba7b810-9dad-11d1-80b4-00c04fd430c8')).toBe(
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
  expect(pointId('a')).not.toBe(pointId('b'));
});

test('a search is one request, with the key in a header', async () => {
  const found = { id: pointId('b'), version: 1, score: 1.0000001 };
  const { store, asked } = await opened(() =>
    ok({ points: [{ ...found, payload: { id: 'b', search: '{}' } }] }),
  );
  const retriever = await store.retriever({ ...info, count: 20_000 });
  const { rows: hits } = await retriever.nearest(
    Float32Array.of(0.5, 0.5),
    wanting(1, {
      ef: 40,
      filter: { colour: ['red', 'sky blue'], price: { gte: 2 } },
      text: 'große 白色 va',
    }),
  );
  expect(hits).toMatchObject([{ score: 1 }]);
  expect(hits[0]?.row.id).toBe('b');
  expect(asked[0]?.request).toBe('POST /collections/shop-r1/points/query?timeout=10');
  expect(Buffer.from(String(asked[0]?.headers['api-key']), 'latin1').toString()).toBe(KEY);
  expect(asked[0]?.body).toEqual({
    query: [0.5, 0.5],
    using: 'unit',
    limit: 3,
    params: { hnsw_ef: 40 },
    filter: {
      must: [
        { key: 'terms', match: { any: ['["colour","red"]', '["colour","sky blue"]'] } },
        { key: expect.stringMatching(/^n[0-9a-f]{24}$/), range: { gte: 2 } },
        { key: 'words', match: { value: '=grosse' } },
        { key: 'words', match: { value: '~白色' } },
        { key: 'words', match: { value: '^va' } },
      ],
    },
    with_payload: ['id', 'search'],
  });
});

test('a point has all that its words can be found by', () => {
  const item = { id: 'x', image: 'x.jpg', title: 'Tea 白色瓶', attributes: { price: 2 } };
  const point = JSON.parse(pointOf(storeRow(item, Float32Array.of(0, 1))));
  expect(point.id).toBe(pointId('x'));
  expect(point.vector).toEqual({ unit: [0, 1] });
  expect(point.payload.words).toEqual(
    expect.arrayContaining([
      '=tea',
      '^t',
      '^te',
      '^tea',
      '=白色瓶',
      '^白',
      '~色',
      '~色瓶',
      '~白色瓶',
    ]),
  );
  expect(point.payload.words).not.toContain('~te');
});

test('a long word without spaces is found where it is whole, and not where its parts are apart', async () => {
  const payloadOf = (id: string, title: string) => {
    const row = storeRow({ id, image: 'x.jpg', title }, Float32Array.of(0, 1));
    return JSON.parse(pointOf(row)).payload;
  };
  const whole = payloadOf('whole', '旧東京都新宿区西新宿 3');
  const apart = payloadOf('apart', '東京都新宿区西新 京都新宿区西新宿');
  const text = '東京都新宿区西新宿';
  expect(whole.long).toContain(text);
  expect(payloadOf('short', '東京 tea').long).toBeUndefined();
  // As Qdrant does it: each of the keywords is there.
  const all = [...Array.from({ length: 3 }, () => apart), whole];
  const { store, asked } = await opened(({ request, body }) => {
    const { limit, filter } = body as {
      limit: number;
      filter: { must: { match: { value: string } }[] };
    };
    const met = all.filter(({ words }) =>
      filter.must.every(({ match }) => words.includes(match.value)),
    );
    expect(met).toHaveLength(4);
    const points = met.map((payload, i) => ({ payload, score: 1 - i / 10 }));
    return ok({ points: request.includes('/scroll') ? points : points.slice(0, limit) });
  });
  const retriever = await store.retriever({ ...info, count: 20_000 });
  const found = await retriever.nearest(Float32Array.of(0.5, 0.5), wanting(1, { text }));
  expect(found).toMatchObject({ exhausted: true, engine: 'hnsw' });
  expect(found.rows.map(({ row }) => row.id)).toEqual(['whole']);
  expect(asked.some(({ request }) => request.includes('points/scroll'))).toBe(true);
});

test('a row that is refused is found in its request; a request that is too large is divided', async () => {
  const many = Array.from({ length: 9 }, (_, i) => storeRow(storeItem(i), Float32Array.of(1, i)));
  const answer = ({ request, body }: Asked): Answer => {
    if (request === 'POST /collections/shop.lock/points') return ok(lease ? [lease] : []);
    if (request.startsWith('PUT /collections/shop.lock/points')) {
      [lease] = (body as { points: { payload: unknown }[] }).points as [{ payload: unknown }];
    }
    if (request === 'POST /collections/shop/points') return failed(404, 'Not found: Collection');
    if (request === 'GET /collections') return ok({ collections: [] });
    if (request === 'PUT /collections/shop-r1/points?wait=true') {
      const { points } = body as { points: { payload: { id?: string } }[] };
      const ids = points.map(({ payload }) => payload.id);
      if (ids.length > 4) return failed(413, 'JSON payload is larger than allowed');
      if (ids.includes('00003')) return failed(400, 'Wrong input: no');
    }
    return ok(true);
  };
  let lease: { payload: unknown } | null = null;
  const { store, asked } = await opened(answer);
  const draft = await store.begin(info);
  expect(await draft.upsert(many)).toEqual([{ id: '00003', reason: 'Wrong input: no' }]);
  await draft.close();
  const created = asked.find(({ request }) => request === 'PUT /collections/shop-r1');
  expect(created?.body).toEqual({
    vectors: { unit: { size: 2, distance: 'Cosine' } },
    hnsw_config: { m: 16, ef_construct: 128 },
    shard_number: 1,
    replication_factor: 2,
  });
});

test('a release is published when its graph is built, and not before', async () => {
  const states = ['green', 'yellow', 'grey', 'green', 'green'];
  let lease: { payload: unknown } | null = null;
  const { store, asked } = await opened(({ request, body }) => {
    if (request === 'POST /collections/shop.lock/points') return ok(lease ? [lease] : []);
    if (request.startsWith('PUT /collections/shop.lock/points')) {
      [lease] = (body as { points: [{ payload: unknown }] }).points;
    }
    if (request === 'POST /collections/shop/points') return failed(404, 'Not found: Collection');
    if (request === 'GET /collections') return ok({ collections: [] });
    // The answer to the first try was lost.
    if (request === 'PUT /collections/shop-r1') return failed(409, 'already exists');
    if (request === 'GET /collections/shop-r1') {
      return ok({ status: states.shift() ?? 'red', optimizer_status: 'ok' });
    }
    return request.includes('/points/count') ? ok({ count: 1 }) : ok(true);
  });
  const draft = await store.begin(info);
  expect(await draft.finish()).toBe(1);
  expect(states).toEqual([]);
  const patched = asked.filter(({ request }) => request.startsWith('PATCH'));
  expect(patched.map(({ body }) => body)).toEqual([{ optimizers_config: {} }]);
  await expect(draft.finish()).rejects.toThrow(/the index cannot be built: the collection is red/);
  await draft.close();
});

test('a server that is too old for searches gets nothing', async () => {
  const answers = async (about: Answer) => {
    const { store, asked } = await opened(({ request }) =>
      request === 'GET /' ? about : failed(500, 'no'),
    );
    return { begun: store.begin(info), asked };
  };
  const old = await answers([200, { title: 'qdrant', version: '1.9.7' }]);
  await expect(old.begun).rejects.toThrow(
    /^qdrant\+http:\S+: Soutu needs Qdrant 1\.10 or later, this is 1\.9\.7\. Nothing was sent\.$/,
  );
  expect(old.asked).toHaveLength(1);
  for (const about of [
    [200, { title: 'qdrant', version: '1.10.0' }],
    [200, { version: '2.0.0' }],
    [404, '<html>'],
  ] as const) {
    await expect((await answers(about)).begun).rejects.toThrow(/ no\.$/);
  }
});

test('a dry run prints all that a push would make', async () => {
  const { store } = await opened(() => ok({}));
  const requests = store.plan(info).match(/^PUT .+|^POST .+/gm);
  expect(requests?.map((one) => one.split(/ +[({]/)[0])).toEqual([
    'PUT /collections/shop.lock',
    'PUT /collections/shop.lock/points',
    'PUT /collections/shop-r1',
    'PUT /collections/shop-r1/points',
    ...[...'terms words'.split(' '), ...info.numeric].map(() => 'PUT /collections/shop-r1/index'),
    'POST /collections/aliases',
  ]);
});

test('an interrupted push goes on with every index of payload', async () => {
  let described: unknown = null;
  let lease: unknown = null;
  const { store, asked } = await opened(({ request, body }) => {
    const { points: [point] = [] } = (body ?? {}) as { points?: unknown[] };
    if (request === 'POST /collections/shop.lock/points') return ok(lease ? [lease] : []);
    if (request.startsWith('PUT /collections/shop.lock/points')) lease = point;
    if (request === 'POST /collections/shop/points') return failed(404, 'Not found: Collection');
    if (request === 'GET /collections') {
      return ok({ collections: described ? [{ name: 'shop-r1' }] : [] });
    }
    if (request.startsWith('PUT /collections/shop-r1/points')) described = point;
    if (request === 'POST /collections/shop-r1/points') return ok([described]);
    // The first push ends here, when the release is in the list already.
    const isFirst = request.startsWith('PUT /collections/shop-r1/index') && !isLater;
    return isFirst ? failed(500, 'no') : ok(true);
  });
  let isLater = false;
  await expect(store.begin(info)).rejects.toThrow(/ no\.$/);
  expect(await store.releases()).toEqual([info]);
  isLater = true;
  const before = asked.length;
  await (await store.begin(info)).close();
  const later = asked.slice(before).map(({ request }) => request);
  expect(later).not.toContain('PUT /collections/shop-r1');
  expect(later.filter((request) => request.includes('/index'))).toHaveLength(
    2 + info.numeric.length,
  );
});

test('errors say what to do, without the key', async () => {
  const cases: [answer: Answer, words: RegExp][] = [
    [
      [401, 'Must provide an API key'],
      /answered 401: Must provide an API key\. .*SOUTU_STORE_API_KEY\.$/,
    ],
    [failed(403, 'Forbidden'), /Forbidden\. To push, the API key must be allowed/],
    [failed(429, 'Too many'), /Too many\. The server is overloaded\. Try again later\.$/],
    [failed(500, 'No space left on device'), /No space left.+disk of the server is full/],
    [failed(500, `Bug with ${KEY}`), /Bug with \*\*\*\.$/],
    [[404, '<html>'], /answered 404 .+Is this Qdrant 1\.10 or later, and is the path/],
    [[502, '<html>'], /answered 502 with a page, not JSON\.$/],
  ];
  for (const [answer, words] of cases) {
    const { store } = await opened(() => answer);
    const current = store.current();
    await expect(current).rejects.toMatchObject({ name: 'StoreError' });
    await expect(current).rejects.toThrow(words);
    await expect(current).rejects.toThrow(/^qdrant\+http:\/\/127\.0\.0\.1:\d+\/shop: /);
  }
});

test('a collection that is not ours is named, and one that is gone is a release that was dropped', async () => {
  const { store } = await opened(({ request }) =>
    request === 'POST /collections/shop/points'
      ? ok([])
      : failed(404, "Not found: Collection `shop-r1` doesn't exist!"),
  );
  await expect(store.current()).rejects.toThrow(
    /"shop" is a collection or alias that Soutu did not make\. Choose another --name, or remove it\.$/,
  );
  const retriever = await store.retriever(info);
  await expect(retriever.get('x')).rejects.toThrow(ReleaseGoneError);
});
