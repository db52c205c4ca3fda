// biome-ignore-all lint/suspicious/noConsole: the console is what is watched here
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { HnswGraph } from '../../src/core/bundle/graph.ts';
import { createExactIndex } from '../../src/engine/exact-index.ts';
import { HnswRuntime } from '../../src/engine/hnsw/hnsw-runtime.ts';
import { fromHnswlibFile, toHnswlibFile } from '../../src/engine/hnsw/hnswlib-file.ts';
import { MemoryDatabase } from '../../src/engine/hnsw/memory-database.ts';
import {
  buildNodeHnswGraph,
  createNodeHnswIndex,
  nodeHnswRuntime,
} from '../../src/node/search/hnsw-node.ts';
import { clusteredVectors, vectorIndexContract } from './vector-index.contract.ts';

// Before hnswlib-wasm is loaded: it keeps the console's methods of that moment.
const said: string[] = [];
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  console[method] = (...words: unknown[]) => said.push(`${method}: ${words.map(String).join(' ')}`);
}
afterEach(() => {
  expect(said.splice(0), 'console messages during the test').toEqual([]);
});

// The one that hnswlib-wasm opens at its start.
const opened = vi.spyOn(MemoryDatabase.prototype, 'open');
const filesHeld = () => [...(opened.mock.contexts[0] as MemoryDatabase).files.keys()];

vectorIndexContract('hnsw', async (vectors, dimension) =>
  createNodeHnswIndex(await buildNodeHnswGraph(vectors, dimension), vectors, dimension),
);

describe('the HNSW index', () => {
  const COUNT = 5000;
  const QUERIES = 100;
  const DIMENSION = 256;
  // The last rows are the queries: new photos of the same catalogue.
  const all = clusteredVectors(COUNT + QUERIES, DIMENSION, 100, 1);
  const vectors = all.subarray(0, COUNT * DIMENSION);
  const few = vectors.slice(0, 500 * DIMENSION);
  let graph: HnswGraph;
  let small: HnswGraph;

  beforeAll(async () => {
    graph = await buildNodeHnswGraph(vectors, DIMENSION);
    small = await buildNodeHnswGraph(few, DIMENSION, { M: 8, efConstruction: 60, seed: 5 });
  });

  test('recalls at least 99 of 100 of the ten nearest at ef 64', async () => {
    const index = await createNodeHnswIndex(graph, vectors, DIMENSION);
    const exact = createExactIndex(vectors, DIMENSION);
    let found = 0;
    for (let i = COUNT; i < COUNT + QUERIES; i++) {
      const query = all.subarray(i * DIMENSION, (i + 1) * DIMENSION);
      const nearest = new Map(exact.search(query, 10).map(({ row, score }) => [row, score]));
      for (const { row, score } of index.search(query, 10, { ef: 64 })) {
        const expected = nearest.get(row);
        if (expected === undefined) continue;
        found++;
        expect(Math.abs(score - expected)).toBeLessThan(1e-5);
      }
    }
    index.dispose();
    expect(found / (QUERIES * 10)).toBeGreaterThanOrEqual(0.99);
  });

  test('keeps the options it was built with', () => {
    expect(graph).toMatchObject({ count: COUNT, dimension: DIMENSION, M: 16, efConstruction: 200 });
    expect(small).toMatchObject({ count: 500, M: 8, efConstruction: 60 });
    expect(small.maxLevel).toBe(Math.max(...small.levels));
    expect(Math.max(...small.baseCounts)).toBeLessThanOrEqual(16);
  });

  test('the same seed gives the same graph, another seed another', async () => {
    const options = { M: 8, efConstruction: 60 };
    expect(await buildNodeHnswGraph(few, DIMENSION, { ...options, seed: 5 })).toEqual(small);
    expect(await buildNodeHnswGraph(few, DIMENSION, { ...options, seed: 6 })).not.toEqual(small);
  });

  test('two indexes, opened at the same time, both answer', async () => {
    const [one, two] = await Promise.all([
      createNodeHnswIndex(small, few, DIMENSION),
      createNodeHnswIndex(graph, vectors, DIMENSION),
    ]);
    const rowOf = (row: number) => vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    expect(one.search(rowOf(7), 1)[0]?.row).toBe(7);
    expect(two.search(rowOf(4999), 1)[0]?.row).toBe(4999);
    one.dispose();
    expect(two.search(rowOf(7), 1)[0]?.row).toBe(7);
    two.dispose();
  });

  test('tells how many rows are done', async () => {
    const told: string[] = [];
    const options = { M: 4, efConstruction: 10 };
    const rows = few.slice(0, 260 * DIMENSION);
    await buildNodeHnswGraph(rows, DIMENSION, options, (done, total) =>
      told.push(`${done} of ${total}`),
    );
    expect(told).toEqual(['250 of 260', '260 of 260']);
  });

  test('leaves no file behind, and no IndexedDB or page', async () => {
    await buildNodeHnswGraph(few.slice(0, 20 * DIMENSION), DIMENSION);
    (await createNodeHnswIndex(small, few, DIMENSION)).dispose();
    expect(filesHeld()).toEqual([]);
    const globals = ['indexedDB', 'window', 'document', 'self'].filter((it) => it in globalThis);
    expect(globals).toEqual([]);
  });

  test('a file that hnswlib cannot read is refused, and leaves nothing either', async () => {
    const runtime = await nodeHnswRuntime();
    const opening = runtime.open(new Uint8Array(100), 4, 1);
    await expect(opening).rejects.toMatchObject({
      name: 'IndexError',
      message:
        'hnswlib-wasm cannot read the graph (100 bytes for 1 vectors of 4 numbers). Build the bundle again.',
    });
    expect(filesHeld()).toEqual([]);
    const index = await createNodeHnswIndex(small, few, DIMENSION);
    expect(index.search(few.subarray(0, DIMENSION), 1)[0]?.row).toBe(0);
    index.dispose();
  });

  test('refuses a graph that does not fit its vectors, with both figures', async () => {
    await expect(createNodeHnswIndex(small, few.slice(DIMENSION), DIMENSION)).rejects.toThrow(
      'it was built for 500 vectors of 256 numbers, the bundle has 499 of 256. Build the bundle again.',
    );
    const refused = createNodeHnswIndex(small, few, DIMENSION / 2);
    await expect(refused).rejects.toMatchObject({ name: 'BundleError' });
    await expect(refused).rejects.toThrow(
      'it was built for 500 vectors of 256 numbers, the bundle has 1000 of 128.',
    );
  });

  test("writes hnswlib's own file again, byte for byte but for links it no longer uses", async () => {
    const runtime = await nodeHnswRuntime();
    const index = runtime.create(DIMENSION);
    index.initIndex(500, 8, 60, 5);
    for (let row = 0; row < 500; row++) {
      index.addPoint(few.subarray(row * DIMENSION, (row + 1) * DIMENSION), row, false);
    }
    const theirs = await runtime.save(index);
    index.delete();
    const ours = toHnswlibFile(fromHnswlibFile(theirs, DIMENSION), few, DIMENSION);
    expect(ours.length).toBe(theirs.length);
    expect(Buffer.compare(ours, withoutStaleLinks(theirs, 500, 8))).toBe(0);
  });

  test('refuses a file of hnswlib that is not as expected', () => {
    const file = toHnswlibFile(small, few, DIMENSION);
    const refused = (bytes: Uint8Array, dimension = DIMENSION) =>
      expect(() => fromHnswlibFile(bytes, dimension));
    refused(file, DIMENSION - 1).toThrow(
      "hnswlib's file is not as expected: elements of 1096 bytes, expected 1092.",
    );
    refused(Buffer.concat([file, Buffer.alloc(4)])).toThrow(
      `${file.length + 4} bytes, expected ${file.length}.`,
    );
    const relabelled = file.slice();
    relabelled[56 + 2 * 1096 - 4] = 9;
    refused(relabelled).toThrow('element 1 is labelled otherwise');
  });
});

describe('loading hnswlib-wasm', () => {
  test('where it cannot start, the reason is told', async () => {
    const cause = new EvalError('unsafe-eval');
    await expect(HnswRuntime.load(() => Promise.reject(cause))).rejects.toMatchObject({
      name: 'IndexError',
      message: 'hnswlib-wasm cannot start: unsafe-eval',
      cause,
    });
  });

  /** As much of the package as loading touches. */
  const fakeModule = (loadHnswlib: () => Promise<object>) => () => Promise.resolve({ loadHnswlib });
  const fakeLibrary = () => ({
    HierarchicalNSW: class {},
    EmscriptenFileSystemManager: { isSynced: () => true },
    setIdbfsSynced: () => undefined,
  });

  test('a failure is not kept', async () => {
    const load = vi.fn<() => Promise<object>>(async () => fakeLibrary());
    load.mockRejectedValueOnce(new Error('offline'));
    await expect(HnswRuntime.load(fakeModule(load))).rejects.toThrow('cannot start: offline');
    await expect(HnswRuntime.load(fakeModule(load))).resolves.toBeInstanceOf(HnswRuntime);
  });

  test('the same library has one runtime, loaded one after the other', async () => {
    const library = fakeLibrary();
    let loading = 0;
    const load = fakeModule(async () => {
      expect(++loading).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      loading--;
      return library;
    });
    const [one, two] = await Promise.all([HnswRuntime.load(load), HnswRuntime.load(load)]);
    expect(one).toBe(two);
    const other = await HnswRuntime.load(fakeModule(async () => fakeLibrary()));
    expect(other).not.toBe(one);
  });

  test('a sync that fails is told', async () => {
    const library = fakeLibrary();
    const runtime = await HnswRuntime.load(fakeModule(async () => library));
    const writeIndex = vi.fn(async () => (library.setIdbfsSynced as (ok: boolean) => void)(false));
    const index = { writeIndex } as unknown as ReturnType<typeof runtime.create>;
    await expect(runtime.save(index)).rejects.toMatchObject({
      name: 'IndexError',
      message: 'hnswlib-wasm cannot sync its files.',
    });
  });
});

/** hnswlib shortens a node's links by their count alone; what lies behind it is never read. */
function withoutStaleLinks(file: Uint8Array, count: number, M: number): Uint8Array {
  const clean = file.slice();
  const view = new DataView(clean.buffer);
  const cleanLinks = (at: number, slots: number) => {
    clean.fill(0, at + 4 + view.getUint16(at, true) * 4, at + 4 + slots * 4);
  };
  const elementBytes = view.getUint32(12, true);
  let at = 56;
  for (let row = 0; row < count; row++, at += elementBytes) cleanLinks(at, 2 * M);
  for (let row = 0; row < count; row++) {
    const end = at + 4 + view.getUint32(at, true);
    for (at += 4; at < end; at += 4 + M * 4) cleanLinks(at, M);
  }
  return clean;
}
