/** POST /INDEX/_search: the original's request, answered field by field as Elasticsearch 7 documents it. */
import { describe, expect, test } from 'vitest';
import type { IndexedItem } from '../../../src/core/item.ts';
import { idOf, items, lessCentre, plainAnswer, plainOf } from '../../engine/memory-bundle.ts';
import { served } from './served.ts';

interface ElasticHit {
  readonly _id: string;
  readonly _score: number | null;
  readonly _source?: Record<string, unknown>;
  readonly fields?: Record<string, string[]>;
  readonly sort?: unknown[];
  readonly inner_hits?: Record<string, { hits: { total: object; hits: ElasticHit[] } }>;
}
interface ElasticAnswer {
  readonly hits: {
    readonly total?: { value: number; relation: string };
    readonly max_score: number | null;
    readonly hits: readonly ElasticHit[];
  };
}

const vector = Array.from(plainOf(7));
const hnsw = (size = 50) => ({ hnsw: { feature: { vector, size, ef: 200 } } });
const expected = (size: number) => plainAnswer(lessCentre(plainOf(7)), { size }).hits;
const rowOf = (id: string) => items.find((item) => item.id === id) as IndexedItem;

async function search(body: object, options: Parameters<typeof served>[0] = {}, index = 'photos') {
  const { ask } = await served(options);
  const response = await ask(`/${index}/_search`, body);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as ElasticAnswer;
}

test('GET / answers what clients of 7.14 to 7.17 ask before their first search', async () => {
  const { url } = await served();
  const response = await fetch(`${url}/`);
  expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch');
  expect(await response.json()).toMatchObject({
    version: { number: '8.0.0', build_flavor: 'default' },
    tagline: 'You Know, for Search',
  });
  const pinged = await fetch(`${url}/`, { method: 'HEAD' });
  expect([pinged.status, await pinged.text()]).toEqual([200, '']);
  const posted = await fetch(`${url}/`, { method: 'POST' });
  expect(await posted.json()).toMatchObject({ message: '/ answers GET, not POST.' });
});

test('the documented request: every field of the answer', async () => {
  const answer = await search({
    query: hnsw(),
    from: 1,
    size: 2,
    sort: ['_score'],
    collapse: { field: 'relation_id', inner_hits: { name: 'views', size: 2 } },
    _source: { includes: ['relation_id', 'image'] },
  });
  const groups = plainAnswer(lessCentre(plainOf(7)), { size: 400 }).hits.slice(0, 50);
  const members = new Map<string, { id: string; score: number }[]>();
  for (const hit of groups) {
    const { group = hit.id } = rowOf(hit.id);
    members.set(group, [...(members.get(group) ?? []), hit]);
  }
  const document = (id: string, score: number) => ({
    _index: 'photos',
    _type: '_doc',
    _id: id,
    _score: expect.closeTo(score, 5),
    _source: { image: rowOf(id).image, relation_id: rowOf(id).group ?? id },
  });
  expect(answer).toEqual({
    took: expect.any(Number),
    timed_out: false,
    _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
    hits: {
      total: { value: 50, relation: 'eq' },
      max_score: expect.closeTo(groups[0]?.score ?? Number.NaN, 5),
      hits: [...members].slice(1, 3).map(([group, views]) => ({
        ...document(views[0]?.id ?? '', views[0]?.score ?? Number.NaN),
        fields: { relation_id: [group] },
        inner_hits: {
          views: {
            hits: {
              total: { value: views.length, relation: 'eq' },
              max_score: expect.closeTo(views[0]?.score ?? Number.NaN, 5),
              hits: views.slice(0, 2).map(({ id, score }) => document(id, score)),
            },
          },
        },
      })),
    },
  });
});

describe('scores', () => {
  test.each([
    ['cosine', (cosine: number) => cosine],
    ['original', (cosine: number) => 1 / (1 + 2 - 2 * cosine)],
    ['elasticsearch', (cosine: number) => (1 + cosine) / 2],
  ] as const)('%s, and min_score in the same', async (score, of) => {
    const all = await search({ query: hnsw(400), size: 100 }, { score });
    const wanted = expected(100);
    all.hits.hits.forEach(({ _id, _score }, i) => {
      expect(_id).toBe(wanted[i]?.id);
      expect(_score).toBeCloseTo(of(wanted[i]?.score ?? Number.NaN), 5);
    });
    const least = of(0.5);
    const some = await search({ query: hnsw(400), size: 100, min_score: least }, { score });
    const reached = plainAnswer(lessCentre(plainOf(7)), { size: 400, minScore: 0.5 });
    expect(some.hits.total).toEqual({ value: reached.total, relation: 'eq' });
  });

  test('0.65 of the original is a cosine of 0.731', async () => {
    const options = { score: 'original' } as const;
    const { hits } = await search({ query: hnsw(400), size: 100, min_score: 0.65 }, options);
    const above = expected(400).filter(({ score }) => score >= 0.7308);
    expect(hits.total?.value).toBe(above.length);
    expect(1 / (1 + (2 - 2 * 0.7308))).toBeCloseTo(0.65, 3);
  });
});

test('sorted by a field: its values, no scores, those without it last', async () => {
  const { hits } = await search({
    query: hnsw(60),
    size: 60,
    sort: [{ price: { order: 'desc' } }],
  });
  expect(hits.max_score).toBeNull();
  const prices = hits.hits.map(({ sort }) => sort?.[0]);
  const numbers = prices.filter((price) => price !== null) as number[];
  expect(numbers).toEqual([...numbers].sort((a, b) => b - a));
  expect(prices.indexOf(null)).toBe(numbers.length);
  expect(hits.hits.every(({ _score }) => _score === null)).toBe(true);
  const tracked = await search({
    query: hnsw(),
    sort: [{ price: 'asc' }, '_score'],
    track_scores: true,
  });
  expect(tracked.hits.hits[0]?._score).toEqual(expect.any(Number));
});

test('collapsed and sorted: each group by its first document in that order', async () => {
  const sort = [{ price: 'asc' }];
  const plain = await search({ query: hnsw(200), size: 100, sort });
  const first = new Map<string, string>();
  for (const { _id } of plain.hits.hits) {
    const group = rowOf(_id).group ?? _id;
    if (!first.has(group)) first.set(group, _id);
  }
  const collapse = { field: 'relation_id' };
  const { hits } = await search({ query: hnsw(200), size: 20, sort, collapse });
  expect(hits.hits).toHaveLength(20);
  expect(hits.hits.map(({ _id }) => _id)).toEqual([...first.values()].slice(0, 20));
});

test('the type of body that its own clients send; parameters of the address are refused', async () => {
  const { ask, log } = await served();
  const type = 'application/vnd.elasticsearch+json; compatible-with=8';
  const body = { query: hnsw(), size: 3 };
  const response = await ask('/photos/_search', body, { 'Content-Type': type });
  expect(response.status).toBe(200);
  expect(log[0]).toMatchObject({ route: 'elastic', hits: 3, engineMs: expect.any(Number) });
  const refused = await ask('/photos/_search?size=5', body);
  expect([refused.status, await refused.json()]).toEqual([
    400,
    expect.objectContaining({
      error: expect.objectContaining({ reason: expect.stringContaining('[size]') }),
    }),
  ]);
});

test('_source: none, patterns, excluded fields, and all of them by default', async () => {
  const source = async (_source: unknown) =>
    (await search({ query: hnsw(), size: 1, _source })).hits.hits[0]?._source;
  const { id, attributes, group = id, ...rest } = rowOf(idOf(7));
  const all = { ...attributes, ...rest, id, group, relation_id: group };
  expect(await source(undefined)).toEqual(all);
  expect(await source(false)).toBeUndefined();
  expect(await source(['i*', 'col*r'])).toEqual({ id, image: rest.image, colour: 'blue' });
  expect(await source({ excludes: ['*i*', 'group'] })).toEqual({
    colour: 'blue',
    ...(rest.title ? {} : {}),
  });
});

test("Elasticsearch's own knn", async () => {
  const knn = { field: 'feature', query_vector: vector, k: 30, num_candidates: 100 };
  const near = await search({ knn: { ...knn, similarity: 0.5 }, size: 50 });
  const reached = expected(30).filter(({ score }) => score >= 0.5);
  expect(near.hits.hits.map(({ _id }) => _id)).toEqual(reached.map(({ id }) => id));
  expect((await search({ knn, size: 50, track_total_hits: false })).hits.total).toBeUndefined();
});

describe('errors in its form', () => {
  const error = (type: string, reason: RegExp, status = 400) => ({
    error: {
      root_cause: [{ type, reason: expect.stringMatching(reason) }],
      type,
      reason: expect.stringMatching(reason),
    },
    status,
  });
  test.each<[unknown, string, RegExp]>([
    ['{', 'parsing_exception', /^The body is not JSON/],
    [{}, 'parsing_exception', /either \[query\] with \[hnsw\], or \[knn\]/],
    [{ query: { match_all: {} } }, 'parsing_exception', /^unknown query \[match_all\]/],
    [{ query: hnsw(), aggs: {} }, 'parsing_exception', /^Unknown key for a VALUE in \[aggs\]/],
    [{ query: { hnsw: { f: { vector, k: 1 } } } }, 'parsing_exception', /does not support \[k\]/],
    [
      { query: { hnsw: { f: { vector: [1] } } } },
      'illegal_argument_exception',
      /has 1 numbers.* 16/,
    ],
    [{ query: hnsw(), size: -1 }, 'illegal_argument_exception', /^\[size\] must be a whole number/],
    [{ query: hnsw(), size: 101 }, 'illegal_argument_exception', /^\[size\] is 101/],
    [{ query: hnsw(20_000) }, 'illegal_argument_exception', /^The number of neighbours is 20000/],
    [{ query: hnsw(), sort: ['a', 'b'] }, 'parsing_exception', /^\[sort\] must be/],
    [{ query: hnsw(), sort: [{ a: 'up' }] }, 'parsing_exception', /^\[sort\] malformed/],
    [
      { query: hnsw(), sort: [{ price: { order: 'asc', missing: 0 } }] },
      'parsing_exception',
      /^\[sort\] malf/,
    ],
    [
      { query: hnsw(), sort: [{ price: 'asc', rare: 'asc' }] },
      'parsing_exception',
      /^\[sort\] malformed/,
    ],
    [
      { query: hnsw(), sort: ['colour'] },
      'illegal_argument_exception',
      /^No mapping found for \[colour\] in order to sort on$/,
    ],
    [
      { query: hnsw(), collapse: { field: 'group', inner_hits: { sort: ['price'] } } },
      'parsing_exception',
      /^\[inner_hits\] does not support \[sort\]/,
    ],
    [{ query: hnsw(), _source: 5 }, 'parsing_exception', /^\[_source\] malformed: 5/],
    [
      { query: hnsw(), collapse: { field: 'colour' } },
      'illegal_argument_exception',
      /^no mapping found for `colour` in order to collapse on$/,
    ],
    [
      { query: hnsw(), collapse: { field: 'group', max: 1 } },
      'parsing_exception',
      /^\[collapse\] malf/,
    ],
  ])('%j', async (body, type, reason) => {
    const { ask } = await served();
    const response = await ask('/photos/_search', body);
    expect(await response.json()).toEqual(error(type, reason));
    expect(response.status).toBe(400);
  });

  test('another index', async () => {
    const { ask } = await served({ index: 'photos' });
    expect((await ask('/photos/_search', { query: hnsw() })).status).toBe(200);
    const response = await ask('/other/_search', { query: hnsw() });
    expect(response.status).toBe(404);
    const cause = {
      type: 'index_not_found_exception',
      reason: 'no such index [other]',
      'resource.type': 'index_or_alias',
      'resource.id': 'other',
      index_uuid: '_na_',
      index: 'other',
    };
    expect(await response.json()).toEqual({
      error: { root_cause: [cause], ...cause },
      status: 404,
    });
  });

  test('too many requests', async () => {
    const { ask } = await served({ rate: 0.5 });
    await ask('/photos/_search', { query: hnsw() });
    const response = await ask('/photos/_search', { query: hnsw() });
    expect(response.status).toBe(429);
    expect(await response.json()).toEqual(
      error('circuit_breaking_exception', /more than 0.5/, 429),
    );
  });
});
