/** Filters by postings: every row that matches is found, wherever it is; compared with a plain loop over the items. */
import { beforeAll, expect, test } from 'vitest';
import type { Filter } from '../../../src/core/contract.ts';
import { MissingFileError } from '../../../src/core/errors.ts';
import type { FileRef } from '../../../src/core/file-ref.ts';
import type { AttributeValue, IndexedItem } from '../../../src/core/item.ts';
import { CodeDecoder } from '../../../src/core/parts/code-decoder.ts';
import { LayeredCoder } from '../../../src/core/parts/layers.ts';
import { writePostings } from '../../../src/core/parts/postings.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import type { PartsSource } from '../../../src/engine/parts/parts-source.ts';
import { POSTED_FINE } from '../../../src/engine/parts/prober.ts';
import type { MadeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import { type MemoryParts, memoryParts, plainScores } from '../../support/parts/memory-parts.ts';
import { wanting } from '../../support/vectors.ts';

const { items: plain, queries } = jugs(8);
const random = seededRandom(41);
const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
const COLOURS = Array.from({ length: 60 }, (_, i) => `colour ${i}`);
/** `shop`: 40 values, some with two; `kind`: one common value; `price`: many numbers; `é`: not ASCII; `odd`: texts and numbers. */
const items = plain.map((item, row): IndexedItem => {
  const attributes: Record<string, AttributeValue> = {
    colour: [...new Set([pick(COLOURS), pick(COLOURS)])],
    kind: row % 9 === 0 ? 'bowl' : 'jug',
    price: Math.round(random() * 4000) / 10,
    new: row % 50 === 0,
    odd: row % 45 === 0 ? 7 : row % 30 === 0 ? 'seven' : 'x',
  };
  if (row % 25 === 0) attributes.café = 'crème';
  return { ...item, attributes };
});
const THRESHOLDS = { match: 0.6, related: 0.2 };
let made: MadeParts;
let parts: MemoryParts;

beforeAll(async () => {
  ({ made } = await partsOfJugs());
  parts = await memoryParts(made, items);
});

/** Each with a test in plain words. */
const FILTERS: readonly [
  filter: Filter,
  matches: (attributes: Record<string, unknown>) => boolean,
][] = [
  [{ colour: 'colour 3' }, ({ colour }) => (colour as string[]).includes('colour 3')],
  [
    { colour: ['colour 8', 'no such colour'] },
    ({ colour }) => (colour as string[]).includes('colour 8'),
  ],
  [
    { colour: 'colour 5', kind: 'jug' },
    ({ colour, kind }) => (colour as string[]).includes('colour 5') && kind === 'jug',
  ],
  [{ new: true }, (own) => own.new === true],
  [
    { price: { gte: 100, lte: 110 } },
    ({ price }) => (price as number) >= 100 && (price as number) <= 110,
  ],
  [{ price: { gte: 391 } }, ({ price }) => (price as number) >= 391],
  [
    { price: { lte: 300 }, new: [true], kind: 'jug' },
    (own) => (own.price as number) <= 300 && own.new === true && own.kind === 'jug',
  ],
  [{ 'cafe\u0301': 'cre\u0300me' }, (own) => own.café === 'crème'],
  [{ colour: 'none at all' }, () => false],
  [{ 'no such attribute': 'x' }, () => false],
  [{ odd: 7 }, ({ odd }) => odd === 7],
  [{ odd: 'seven' }, ({ odd }) => odd === 'seven'],
];
const NAMES = ['colour', 'kind', 'new', 'café', 'odd'];
const matching = (matches: (typeof FILTERS)[number][1]) =>
  items.flatMap(({ attributes = {} }, row) => (matches(attributes) ? [row] : []));
const kindsOf = (reads: readonly string[]) => [...new Set(reads.map((name) => name.split('-')[0]))];

test('every row that matches is found, though few shards are read', async () => {
  const retriever = parts.open();
  for (const [filter, matches] of FILTERS) {
    parts.reads.length = 0;
    const wanted = matching(matches).map((row) => items[row]?.id);
    const { rows, total } = await retriever.nearest(
      pick(queries),
      wanting(10, { filter, everyMatch: true }),
    );
    expect([JSON.stringify(filter), rows.map(({ row }) => row.id).sort()]).toEqual([
      JSON.stringify(filter),
      wanted,
    ]);
    expect(total).toBe(wanted.length);
    const shards = parts.reads.filter((name) => name.startsWith('coarse'));
    expect(shards.length).toBeLessThanOrEqual(Math.ceil(POSTED_FINE * made.probing.refine));
  }
});

test('any filter × group × counts × cut-off × page of an exact search is that slice of the plain answer', async () => {
  const retriever = parts.open();
  for (let round = 0; round < 60; round++) {
    const unit = pick(queries);
    const [filter, matches] = pick(FILTERS);
    const options = {
      ...{ filter, exact: true, group: random() < 0.5, minScore: pick([-1, 0.1, 0.5]) },
      ...{ from: pick([0, 3, 20]), size: pick([1, 7, 30]) },
      facets: random() < 0.5 ? [pick(NAMES)] : [],
    };
    const hits: { id: string; score: number }[] = [];
    const groups = new Set<string>();
    for (const { row, score } of plainScores(made, unit)) {
      const { id, group = id, attributes = {} } = items[row] as IndexedItem;
      if (!matches(attributes) || score < options.minScore) continue;
      if (options.group && groups.has(group)) continue;
      groups.add(group);
      hits.push({ id, score });
    }
    const found = await findPage(retriever, unit, [], checkOptions(options), THRESHOLDS, {});
    expect(found.page.map(({ best }) => ({ id: best.row.id, score: best.score }))).toEqual(
      hits.slice(options.from, options.from + options.size),
    );
    expect(found).toMatchObject({ total: hits.length, totalRelation: 'eq' });
  }
});

test('counts of the chosen attribute are those without its own condition, of others those with it', async () => {
  const retriever = parts.open();
  const filter = { colour: 'colour 3' };
  const options = checkOptions({ filter, facets: ['colour', 'kind'], size: 12 });
  const found = await findPage(retriever, queries[1] as Float32Array, [], options, THRESHOLDS, {});
  const own = matching(FILTERS[0]?.[1] as (typeof FILTERS)[number][1]);
  const count = (kind: string) => own.filter((row) => items[row]?.attributes?.kind === kind).length;
  expect(found.facets.kind).toEqual({ jug: count('jug'), bowl: count('bowl') });
  expect(found).toMatchObject({ total: own.length, totalRelation: 'eq' });
  expect(found.facets.colour?.['colour 3']).toBe(own.length);
  expect(Object.keys(found.facets.colour ?? {}).length).toBeGreaterThan(40);
});

test('without counts and groups, `total` is that of all rows', async () => {
  const own = matching(FILTERS[0]?.[1] as (typeof FILTERS)[number][1]);
  const options = checkOptions({ filter: { colour: 'colour 3' }, size: 1, ef: 1 });
  const unit = queries[1] as Float32Array;
  const found = await findPage(parts.open(), unit, [], options, THRESHOLDS, {});
  expect(found).toMatchObject({ total: own.length, totalRelation: 'eq' });
});

test('counts of two filtered attributes: each is without its own condition, with the other one', async () => {
  const filter = { colour: 'colour 3', kind: 'jug' };
  const options = checkOptions({ filter, facets: ['colour', 'kind'], size: 5 });
  const unit = queries[1] as Float32Array;
  const found = await findPage(parts.open(), unit, [], options, THRESHOLDS, {});
  const own = matching(FILTERS[0]?.[1] as (typeof FILTERS)[number][1]);
  const jugs = own.filter((row) => items[row]?.attributes?.kind === 'jug').length;
  expect(found.facets.kind).toEqual({ jug: jugs, bowl: own.length - jugs });
  expect(found.total).toBe(jugs);
});

test('a wide range of numbers reads no postings', async () => {
  // Files as large as those of a catalogue of 100,000 items.
  const { readPart } = parts.source;
  const { PostingSearch } = await import('../../../src/engine/parts/posting-search.ts');
  const root = await parts.source.root();
  const files = Array.from({ length: 50 }, (_, i) => ({
    ...{ firstHash: i === 0 ? 0 : i * 85_899_345, rows: 2000, bytes: 80_000 },
    hash: '00'.repeat(12),
  }));
  const lows = Array.from({ length: 50 }, (_, i) => 2 * i);
  const list = writePostings({ limit: 5000, numeric: new Map([['price', lows]]), files });
  const roles: string[] = [];
  const search = new PostingSearch(
    root,
    { bytes: 1, hash: '' },
    async (role, ref) => {
      roles.push(role);
      return role === 'postings' ? list : readPart(role, ref);
    },
    new CodeDecoder(root.layers.tables),
  );
  const query = new LayeredCoder(root.layers).code(queries[0] as Float32Array);
  expect(await search.find({ price: { lte: 70 } }, query)).toBeNull();
  expect(roles).toEqual(['postings']);
});

test('segments of a delta, which no posting has, do not count as shards', async () => {
  const root = await parts.source.root();
  // As a root with two segments: they have files and positions, but no centroids.
  const starts = Uint32Array.from([...root.starts, made.count, made.count]);
  const { PostingSearch } = await import('../../../src/engine/parts/posting-search.ts');
  const ref = parts.source.postings as FileRef;
  const search = new PostingSearch(
    { ...root, starts },
    { bytes: ref.bytes, hash: ref.sha256.slice(0, 24) },
    parts.source.readPart,
    new CodeDecoder(root.layers.tables),
  );
  const query = new LayeredCoder(root.layers).code(queries[0] as Float32Array);
  const found = await search.find({ kind: 'jug' }, query);
  expect(found?.kind === 'shards' ? found.shards.length : found).toBe(root.spreads.length);
});

test('an exact search with counts of a filtered attribute reads no file twice', async () => {
  parts.reads.length = 0;
  const options = checkOptions({ filter: { kind: 'bowl' }, facets: ['kind'], exact: true });
  const unit = queries[4] as Float32Array;
  const found = await findPage(parts.open({ memoryBytes: 1 }), unit, [], options, THRESHOLDS, {});
  expect(found).toMatchObject({ total: 100, totalRelation: 'eq' });
  expect(found.facets.kind).toEqual({ bowl: 100, jug: 800 });
  expect(new Set(parts.reads).size).toBe(parts.reads.length);
});

test('columns of more than 20 MiB are whole', async () => {
  const large = items.map((item, row) => ({
    ...item,
    attributes: { ...(row < 60 ? { big: 'yes', note: `${row} ${'x'.repeat(400_000)}` } : {}) },
  }));
  const retriever = (await memoryParts(made, large)).open();
  const wanted = wanting(10, { filter: { big: 'yes' }, everyMatch: true });
  const { rows, lack } = await retriever.nearest(queries[0] as Float32Array, wanted);
  expect({ rows: rows.length, lack }).toEqual({ rows: 60, lack: null });
});

test('pages neither overlap nor miss a row', async () => {
  const seen: string[] = [];
  for (let from = 0; from < 50; from += 10) {
    const options = checkOptions({ filter: { colour: 'colour 3' }, exact: true, from, size: 10 });
    const retriever = parts.open();
    const unit = queries[2] as Float32Array;
    const { page } = await findPage(retriever, unit, [], options, THRESHOLDS, {});
    seen.push(...page.map(({ best }) => best.row.id));
  }
  const own = matching(FILTERS[0]?.[1] as (typeof FILTERS)[number][1]);
  expect([...seen].sort()).toEqual(own.map((row) => items[row]?.id));
});

test('what is read: nothing of postings without a filter, or for words', async () => {
  const readFor = async (filter: Filter, text = '') => {
    parts.reads.length = 0;
    await parts.open().nearest(queries[0] as Float32Array, wanting(10, { filter, text }));
    return kindsOf(parts.reads);
  };
  expect(await readFor({})).toEqual(['coarse', 'fine']);
  expect(await readFor({ colour: 'colour 1' }, 'jug')).toEqual(['coarse', 'fine']);
  expect(await readFor({ kind: 'jug' })).toEqual(['postings', 'posting', 'coarse', 'fine']);
  expect(await readFor({ colour: 'colour 1' })).toEqual(['postings', 'posting', 'coarse', 'fine']);
  expect(await readFor({ colour: 'none at all' })).not.toContain('coarse');
});

test('common values: only shards that have such rows are read', async () => {
  // The rows of the first shards, by position.
  const { order, starts } = made;
  const first = new Set(order.subarray(0, starts[20]));
  const marked = items.map((item, row) => ({
    ...item,
    attributes: { half: first.has(row) ? 'first' : 'last', kind: row % 4 === 0 ? 'bowl' : 'jug' },
  }));
  const { open, reads } = await memoryParts(made, marked);
  const filter = { half: 'first', kind: 'jug' };
  const isMatch = (row: number) => first.has(row) && row % 4 !== 0;
  for (const unit of queries.slice(0, 4)) {
    reads.length = 0;
    const { rows, total } = await open().nearest(unit, wanting(10, { filter, exact: true }));
    const wanted = plainScores(made, unit).filter(({ row }) => isMatch(row));
    expect(rows.map(({ row }) => row.id)).toEqual(
      wanted.slice(0, 10).map(({ row }) => items[row]?.id),
    );
    expect(total).toBe(wanted.length);
    expect(new Set(reads.filter((name) => name.startsWith('coarse'))).size).toBeLessThanOrEqual(20);
  }
});

test('items of the hits are at hand, with what pages display', async () => {
  const retriever = parts.open();
  const { rows } = await retriever.nearest(
    queries[3] as Float32Array,
    wanting(10, { filter: { colour: 'colour 3' } }),
  );
  const ids = rows.map(({ row }) => row.id);
  const found = await retriever.items(ids);
  expect(found).toEqual(ids.map((id) => items[Number(id.slice(1))]));
});

test('a posting that is missing, damaged or slow: shards are searched instead, and the answer says so', async () => {
  const failing =
    (fail: () => Promise<Uint8Array>): PartsSource['readPart'] =>
    async (role, ref) =>
      role === 'posting' ? fail() : parts.source.readPart(role, ref);
  const answer = async (fail: () => Promise<Uint8Array>) => {
    // Shards are read in far less, on a busy machine, too.
    const retriever = parts.open({ slowMs: 2000 }, { readPart: failing(fail) });
    return retriever.nearest(
      queries[0] as Float32Array,
      wanting(10, { filter: { colour: 'colour 3' } }),
    );
  };
  for (const [fail, reason] of [
    [() => Promise.reject(new MissingFileError('posting-1.bin: 404')), /^posting-1\.bin: 404$/],
    [
      async () => new Uint8Array(60),
      /^posting [0-9a-f]{16}: it is not a file of an index in parts/,
    ],
    [
      () => new Promise<Uint8Array>(() => undefined),
      /^A file that the filter needs took longer than 2 s to load\.$/,
    ],
  ] as const) {
    const { rows, lack, exhausted, total } = await answer(fail);
    expect(rows).toHaveLength(10);
    expect(
      rows.every(({ row }) => (row.attribute('colour') as string[]).includes('colour 3')),
    ).toBe(true);
    expect(lack?.failed).toBe(1);
    expect(lack?.reason).toMatch(reason);
    expect({ exhausted, total }).toEqual({ exhausted: false, total: null });
  }
});
