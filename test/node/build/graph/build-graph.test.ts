// biome-ignore-all lint/suspicious/noConsole: the console is what is watched here
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { readGraphShards, writeGraphShards } from '../../../../src/core/bundle/graph.ts';
import type { HnswGraph } from '../../../../src/core/bundle/hnsw-graph.ts';
import { buildGraph } from '../../../../src/node/build/graph/build-graph.ts';
import { buildGraphInThread } from '../../../../src/node/build/graph/graph-thread.ts';
import { Hnswlib, loadHnswlib } from '../../../../src/node/build/graph/hnswlib.ts';
import { readHnswlibFile } from '../../../../src/node/build/graph/hnswlib-file.ts';
import { MemoryDatabase } from '../../../../src/node/build/graph/memory-database.ts';
import { clusteredVectors } from '../../../support/vectors.ts';

// Before hnswlib-wasm is loaded: it keeps the console's methods of that moment.
const messages: string[] = [];
for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
  console[method] = (...words: unknown[]) =>
    messages.push(`${method}: ${words.map(String).join(' ')}`);
}
afterEach(() => {
  expect(messages.splice(0), 'console messages during the test').toEqual([]);
});

// The one that hnswlib-wasm opens when it starts.
const opened = vi.spyOn(MemoryDatabase.prototype, 'open');
const storedFiles = () => [...(opened.mock.contexts[0] as MemoryDatabase).files.keys()];

const DIMENSION = 32;
const COUNT = 500;
const OPTIONS = { M: 8, efConstruction: 60, seed: 5 };
const vectors = clusteredVectors(COUNT, DIMENSION, 30, 1);
const rowOf = (row: number) => vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION);

describe('the graph of a build', () => {
  let graph: HnswGraph;
  beforeAll(async () => {
    graph = await buildGraph(vectors, DIMENSION, OPTIONS);
  });

  test('has the options it was built with', async () => {
    expect(graph).toMatchObject({ count: COUNT, rowCount: COUNT, dimension: DIMENSION });
    expect(graph).toMatchObject({ M: 8, efConstruction: 60, twinRows: new Uint32Array() });
    expect(graph.maxLevel).toBe(Math.max(...graph.levels));
    expect(Math.max(...graph.baseCounts)).toBeLessThanOrEqual(16);
    const plain = await buildGraph(vectors, DIMENSION);
    expect(plain).toMatchObject({ M: 16, efConstruction: 200 });
  });

  test('is the same for the same seed, another for another seed', async () => {
    expect(await buildGraph(vectors, DIMENSION, OPTIONS)).toEqual(graph);
    expect(await buildGraph(vectors, DIMENSION, { ...OPTIONS, seed: 6 })).not.toEqual(graph);
  });

  test('is the same from a thread of its own', async () => {
    expect(await buildGraphInThread(vectors, DIMENSION, OPTIONS)).toEqual(graph);
    const shared = new Float32Array(new SharedArrayBuffer(vectors.byteLength));
    shared.set(vectors);
    expect(await buildGraphInThread(shared, DIMENSION, OPTIONS)).toEqual(graph);
    await expect(buildGraphInThread(vectors, DIMENSION, { M: 1 })).rejects.toMatchObject({
      name: 'IndexError',
      message: 'A graph needs at least one whole vector and M from 2 up, got 500 vectors and M 1.',
    });
  });

  test('has one node for equal vectors, the same graph as without them', async () => {
    // Row 0 again as 1, 3 and last; row 5 of the table again as the last but one.
    const order = [0, 0, 1, 0, ...Array.from({ length: COUNT - 2 }, (_, i) => i + 2), 5, 0];
    const table = new Float32Array(order.length * DIMENSION);
    for (const [i, row] of order.entries()) table.set(rowOf(row), i * DIMENSION);
    const built = await buildGraph(table, DIMENSION, OPTIONS);
    const last = order.length - 1;
    expect(built).toEqual({
      ...graph,
      rowCount: order.length,
      twinNodes: Uint32Array.of(0, 0, 0, 5),
      twinRows: Uint32Array.of(1, 3, last, last - 1),
    });
    expect(readGraphShards(writeGraphShards(built), ['graph'])).toEqual(built);
  });

  test('may have a single node', async () => {
    const same = Float32Array.from([...rowOf(1), ...rowOf(1), ...rowOf(1)]);
    const built = await buildGraph(same, DIMENSION);
    expect(built).toMatchObject({ count: 1, rowCount: 3, entryPoint: 0, maxLevel: 0 });
    expect([...built.twinRows]).toEqual([1, 2]);
  });

  test('several at once do not mix', async () => {
    const few = vectors.slice(0, 100 * DIMENSION);
    const [one, two] = await Promise.all([
      buildGraph(few, DIMENSION, OPTIONS),
      buildGraph(vectors, DIMENSION, OPTIONS),
    ]);
    expect(one.count).toBe(100);
    expect(two).toEqual(graph);
  });

  test('reports how many nodes are done', async () => {
    const reports: string[] = [];
    const rows = vectors.slice(0, 260 * DIMENSION);
    await buildGraph(rows, DIMENSION, { M: 4, efConstruction: 10 }, (done, total) =>
      reports.push(`${done} of ${total}`),
    );
    expect(reports).toEqual(['250 of 260', '260 of 260']);
  });

  test('leaves no file behind, and no IndexedDB or page', async () => {
    await buildGraph(vectors.slice(0, 20 * DIMENSION), DIMENSION);
    expect(storedFiles()).toEqual([]);
    const globals = ['indexedDB', 'window', 'document', 'self'].filter((it) => it in globalThis);
    expect(globals).toEqual([]);
  });

  test.each([
    [new Float32Array(10), {}, '0.3125 vectors and M 16'],
    [new Float32Array(), {}, '0 vectors and M 16'],
    [vectors, { M: 1 }, '500 vectors and M 1'],
  ])('refuses %#', async (data, options, words) => {
    await expect(buildGraph(data, DIMENSION, options)).rejects.toThrow(
      `A graph needs at least one whole vector and M from 2 up, got ${words}.`,
    );
  });

  test('a file of hnswlib that is not as expected is refused', async () => {
    const hnswlib = await loadHnswlib();
    const index = hnswlib.create(DIMENSION);
    index.initIndex(COUNT, 8, 60, 5);
    for (let row = 0; row < COUNT; row++) index.addPoint(rowOf(row), row, false);
    const file = await hnswlib.save(index);
    index.delete();
    const { rowCount: _r, twinNodes: _n, twinRows: _t, ...links } = graph;
    expect(readHnswlibFile(file, DIMENSION)).toEqual(links);
    const refused = (bytes: Uint8Array, dimension = DIMENSION) =>
      expect(() => readHnswlibFile(bytes, dimension));
    refused(file, DIMENSION - 1).toThrow(
      "hnswlib's file is not as expected: elements of 200 bytes, expected 196.",
    );
    refused(Buffer.concat([file, Buffer.alloc(4)])).toThrow(
      `${file.length + 4} bytes, expected ${file.length}.`,
    );
    const relabelled = file.slice();
    relabelled[56 + 2 * 200 - 4] = 9;
    refused(relabelled).toThrow('element 1 has label 9');
  });
});

describe('loading hnswlib-wasm', () => {
  test('if it cannot start, the error has the reason', async () => {
    const cause = new Error('no WebAssembly');
    await expect(Hnswlib.load(() => Promise.reject(cause))).rejects.toMatchObject({
      name: 'IndexError',
      message: 'hnswlib-wasm cannot start: no WebAssembly',
      cause,
    });
  });

  test('a sync that fails is an error', async () => {
    const library = {
      HierarchicalNSW: class {},
      EmscriptenFileSystemManager: { isSynced: () => true },
      setIdbfsSynced: () => undefined,
    };
    const hnswlib = await Hnswlib.load(async () => ({ loadHnswlib: async () => library }));
    const writeIndex = vi.fn(async () => (library.setIdbfsSynced as (ok: boolean) => void)(false));
    const index = { writeIndex } as unknown as ReturnType<typeof hnswlib.create>;
    await expect(hnswlib.save(index)).rejects.toMatchObject({
      name: 'IndexError',
      message: 'hnswlib-wasm cannot sync its files.',
    });
  });
});
