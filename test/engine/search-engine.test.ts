import { describe, expect, test, vi } from 'vitest';
import { writeGraphShards } from '../../src/core/bundle/graph.ts';
import type { SearchOptions } from '../../src/core/contract.ts';
import { SoutuError } from '../../src/core/errors.ts';
import type { IndexedItem } from '../../src/core/item.ts';
import type { ModelSpec } from '../../src/core/model/spec.ts';
import { type Runtimes, SearchEngine } from '../../src/engine/search-engine.ts';
import { buildGraph } from '../../src/node/build/graph/build-graph.ts';
import {
  type Changes,
  COLOURS,
  COUNT,
  DIMENSION,
  embedderOf,
  idOf,
  idsOf,
  items,
  lessCentre,
  memoryBundle,
  open,
  photoOf,
  plainAnswer,
  plainOf,
  stored,
  THRESHOLDS,
} from './memory-bundle.ts';

describe('an answer', () => {
  test('tells of itself and the bundle', async () => {
    const engine = await open();
    const info = { count: COUNT, model: 'tiny', dimension: DIMENSION, thresholds: THRESHOLDS };
    expect(engine.info()).toEqual({ ...info, licence: 'MIT', attribution: 'us', notices: [] });
    const answer = await engine.search({ vector: plainOf(3) });
    expect(answer).toMatchObject({
      model: 'tiny',
      minScore: -1,
      thresholds: THRESHOLDS,
      matchesRelation: 'eq',
      engine: { index: 'flat', embedder: null },
      totalRelation: 'eq',
      notices: [],
      vector: plainOf(3),
    });
    const { embed, search, total } = answer.timings;
    expect(embed).toBeGreaterThanOrEqual(0);
    expect(search).toBeGreaterThanOrEqual(0);
    expect(embed + search).toBeCloseTo(total, 6);
  });

  test('to a vector is that of the centred vector', async () => {
    const answer = await (await open()).search({ vector: plainOf(7) });
    const expected = plainAnswer(lessCentre(plainOf(7)), {});
    expect(idsOf(answer)).toEqual(idsOf(expected));
    expect(answer.hits[0]).toMatchObject({ id: idOf(7) });
    expect([answer.total, answer.matches]).toEqual([COUNT, expected.matches]);
    expect(answer.bestScore).toBe(answer.hits[0]?.score);
    for (const [i, { score }] of answer.hits.entries()) {
      expect(score).toBeCloseTo(expected.hits[i]?.score ?? Number.NaN, 5);
    }
  });

  test('has the asked fields only, and always the id', async () => {
    const { hits } = await (await open()).search({ vector: plainOf(1) }, { fields: ['group'] });
    expect(hits.map((hit) => hit.item)).toContainEqual({ id: idOf(1), group: 'g1' });
    for (const { id, item } of hits) {
      expect(Object.keys(item).filter((key) => key !== 'group')).toEqual(['id']);
      expect(item.id).toBe(id);
    }
  });

  test('without a centre is that of the plain cosine', async () => {
    const answer = await (await open({}, { centre: null })).search({ vector: plainOf(7) });
    const length = Math.hypot(...plainOf(7));
    const unit = plainOf(7).map((x) => x / length);
    const expected = plainAnswer(unit, {});
    expect(idsOf(answer)).toEqual(idsOf(expected));
    expect(idsOf(expected)).not.toEqual(idsOf(plainAnswer(lessCentre(plainOf(7)), {})));
  });

  test('to an id leaves out that item, and gives no vector', async () => {
    const answer = await (await open()).search({ id: idOf(7) }, { size: COUNT, minScore: -1 });
    const own = stored.slice(7 * DIMENSION, 8 * DIMENSION);
    const expected = plainAnswer(own, { size: COUNT, minScore: -1 }, 7);
    expect(idsOf(answer)).toEqual(idsOf(expected));
    expect(answer.total).toBe(COUNT - 1);
    expect(answer.vector).toBeNull();
  });

  test('to a photo is that of its embedding, which can be asked again', async () => {
    const engine = await open();
    const steps: string[] = [];
    const answer = await engine.search(
      { photo: photoOf(300) },
      {},
      {
        onProgress: ({ step }) => steps.push(step),
      },
    );
    expect(idsOf(answer)).toEqual(idsOf(plainAnswer(lessCentre(plainOf(300)), {})));
    expect(answer.engine.embedder).toBe('fake');
    expect(steps).toEqual(['engine', 'embed', 'search']);
    expect(answer.vector).toEqual(plainOf(300));
    expect(await engine.embed(photoOf(300))).toEqual(plainOf(300));
    const again = await engine.search({ vector: answer.vector as Float32Array });
    expect(again.hits).toEqual(answer.hits);
  });
});

describe('facets and the query itself', () => {
  test('`*` counts all attributes that divide the catalogue, beside their own filter', async () => {
    const engine = await open();
    const options = { minScore: -1, facets: ['*'], filter: { colour: 'red' } };
    const { facets, total } = await engine.search({ vector: plainOf(7) }, options);
    const counts = (of: readonly IndexedItem[]) =>
      COLOURS.map((colour) => of.filter(({ attributes }) => attributes?.colour === colour).length);
    expect(Object.keys(facets), 'not those with one value').toEqual(['colour']);
    expect(COLOURS.map((colour) => facets.colour?.[colour])).toEqual(counts(items));
    expect(total).toBe(counts(items)[0]);
  });

  test('an id brings its item along, and with groups none of its own', async () => {
    const engine = await open();
    const options = { minScore: -1, size: COUNT, group: true };
    const answer = await engine.search({ id: idOf(6) }, options);
    expect(answer.queryItem).toEqual(items[6]);
    const ids = answer.hits.flatMap(({ id, more }) => [id, ...more.map((view) => view.id)]);
    const own = items.flatMap(({ id, group }) => (group === items[6]?.group ? [id] : []));
    expect(own.length).toBeGreaterThan(1);
    expect(ids.filter((id) => own.includes(id))).toEqual([]);
    expect((await engine.search({ vector: plainOf(7) })).queryItem).toBeNull();
  });
});

describe('with a graph', () => {
  const graphed = (parts: Partial<Runtimes> = {}, changes?: Changes) =>
    open({ flatUpTo: 50, ...parts }, changes);

  test('the first hits are those of the scan', async () => {
    const engine = await graphed();
    for (let row = 0; row < COUNT; row += 20) {
      const [near, all] = await Promise.all([
        engine.search({ vector: plainOf(row) }, { ef: 100 }),
        engine.search({ vector: plainOf(row) }, { exact: true }),
      ]);
      expect(near.engine.index).toBe('hnsw');
      expect(all.engine.index).toBe('flat');
      expect(idsOf(near)).toEqual(idsOf(all));
    }
  });

  test('filters, groups, pages and own row hold', async () => {
    const engine = await graphed();
    const options = { filter: { colour: ['red', 'blue'] }, group: true, size: 5, from: 3 };
    const answer = await engine.search({ id: idOf(6) }, { ...options, ef: 100, minScore: -1 });
    expect(answer.engine.index).toBe('hnsw');
    const own = stored.slice(6 * DIMENSION, 7 * DIMENSION);
    expect(idsOf(answer)).toEqual(idsOf(plainAnswer(own, { ...options, minScore: -1 }, 6)));
  });

  test('tells whether there may be more', async () => {
    const engine = await graphed();
    const query = { vector: plainOf(7) };
    const part = await engine.search(query, { minScore: -1, size: 5 });
    expect(part).toMatchObject({ engine: { index: 'hnsw' }, totalRelation: 'gte' });
    expect(part.total).toBeLessThan(COUNT);
    const all = await engine.search(query, { minScore: 0.9, size: 5 });
    expect(all).toMatchObject({ engine: { index: 'hnsw' }, totalRelation: 'eq' });
    expect(all.total).toBe(plainAnswer(lessCentre(plainOf(7)), { minScore: 0.9 }).total);
  });

  test.each<[string, SearchOptions]>([
    ['a filter that leaves few', { filter: { rare: 'yes' } }],
    ['a page far behind', { from: 300, minScore: -1 }],
    ['a beam as wide as the graph', { ef: 200 }],
    ['a visitor who wants it', { exact: true }],
    ['an order of its own', { sort: { by: 'weight' } }],
  ])('%s is answered by the scan', async (_, options) => {
    const answer = await (await graphed()).search({ vector: plainOf(7) }, options);
    const expected = plainAnswer(lessCentre(plainOf(7)), options);
    expect(answer).toMatchObject({ engine: { index: 'flat' }, totalRelation: 'eq', notices: [] });
    expect(answer.total).toBe(expected.total);
    expect(idsOf(answer)).toEqual(idsOf(expected));
  });

  test('details are loaded for the page of hits, each file once', async () => {
    const { source, manifest } = memoryBundle();
    const engine = await SearchEngine.open(source, {
      embeddersFor: (spec) => [async () => embedderOf(spec)],
    });
    const details = () =>
      source.read.mock.calls.map(([{ file }]) => file).filter((file) => file.startsWith('details'));
    expect(details()).toEqual([]);
    const { hits } = await engine.search({ vector: plainOf(1) }, { size: 1 });
    expect(hits[0]?.item).toEqual(items[1]);
    expect(details()).toHaveLength(1);
    await engine.search({ vector: plainOf(1) }, { size: COUNT, minScore: -1 });
    expect(manifest.items.details.length).toBeGreaterThan(2);
    expect(details().sort()).toEqual(manifest.items.details.map(({ file }) => file).sort());
  });

  test('a small catalogue never fetches it', async () => {
    const { source } = memoryBundle();
    const embeddersFor = (spec: ModelSpec) => [async () => embedderOf(spec)];
    const parts = { embeddersFor, flatUpTo: COUNT };
    await (await SearchEngine.open(source, parts)).search({ vector: plainOf(1) });
    const kinds = source.read.mock.calls.map(([{ file }]) => file.replace(/-.*/, ''));
    expect([...new Set(kinds)].sort()).toEqual(['columns', 'details', 'vectors']);
  });

  test('a bundle built without one is scanned, and that is no fallback', async () => {
    const answer = await (await graphed({}, { graph: [] })).search({ vector: plainOf(1) });
    expect(answer).toMatchObject({ engine: { index: 'flat' }, notices: [] });
  });

  test('is loaded once, and again after a failed download', async () => {
    const { source } = memoryBundle();
    const graphReads = () =>
      source.read.mock.calls.filter(([{ file }]) => file.startsWith('graph')).length;
    const read = source.read.getMockImplementation() as typeof source.read;
    let isOffline = true;
    source.read.mockImplementation(async (ref) => {
      if (isOffline && ref.file.startsWith('graph'))
        throw new SoutuError('NetworkError', 'offline');
      return read(ref);
    });
    const parts = {
      embeddersFor: (spec: ModelSpec) => [async () => embedderOf(spec)],
      flatUpTo: 50,
    };
    const engine = await SearchEngine.open(source, parts);
    await expect(engine.search({ id: idOf(1) })).rejects.toThrow('offline');
    isOffline = false;
    for (let i = 0; i < 3; i++) {
      expect((await engine.search({ id: idOf(i) })).engine.index).toBe('hnsw');
    }
    expect(graphReads()).toBe(2);
  });

  test('a broken graph is an error and no fallback', async () => {
    const engine = await graphed({}, { graph: [new Uint8Array(99)] });
    await expect(engine.search({ vector: plainOf(7) })).rejects.toMatchObject({
      name: 'BundleError',
      message: expect.stringContaining('b/graph-0: not a Soutu file'),
    });
    const foreign = writeGraphShards(await buildGraph(stored.slice(DIMENSION), DIMENSION));
    await expect((await graphed({}, { graph: foreign })).search({ id: idOf(1) })).rejects.toThrow(
      'it was built for 399 vectors of 16 numbers, the bundle has 400 of 16.',
    );
  });
});

describe('what cannot be asked', () => {
  const usage = (message: string) => expect.objectContaining({ name: 'UsageError', message });

  test.each(['item-4000', '', 'item-', 'zzz', 'Item-001'])('the id %j', async (id) => {
    await expect((await open()).search({ id })).rejects.toThrow(
      usage(`No item has the id "${id}" in this bundle.`),
    );
  });

  test('a vector of another length, or with NaN', async () => {
    const engine = await open();
    await expect(engine.search({ vector: new Float32Array(DIMENSION - 1) })).rejects.toThrow(
      usage(
        "The query vector has 15 numbers, this bundle's model gives 16. Embed the query with the same model.",
      ),
    );
    const vector = plainOf(1);
    vector[4] = Number.NaN;
    await expect(engine.search({ vector })).rejects.toThrow(
      usage('Number 4 of the query vector is NaN.'),
    );
  });

  test('an option out of range, before the model is loaded', async () => {
    const createEmbedder = vi.fn();
    const engine = await open({ embeddersFor: () => [createEmbedder] });
    await expect(engine.search({ photo: photoOf(1) }, { size: 0 })).rejects.toThrow(
      'Search option "size" must be a whole number from 1 up, got 0.',
    );
    expect(createEmbedder).not.toHaveBeenCalled();
  });
});
