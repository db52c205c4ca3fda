import { afterAll, beforeAll, expect, test } from 'vitest';
import { createExactIndex } from '../../src/engine/exact-index.ts';
import { buildHnswGraph, openHnswIndex } from '../../src/engine/hnsw/hnsw-index.ts';
import { HnswRuntime } from '../../src/engine/hnsw/hnsw-runtime.ts';
import { clusteredVectors } from './vector-index.contract.ts';

const DIMENSION = 32;
const vectors = clusteredVectors(600, DIMENSION, 30, 8);
const original = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB');
let runtime: HnswRuntime;

// The worst browser first: hnswlib-wasm opens its database once in the life of a page.
beforeAll(async () => {
  Object.defineProperty(globalThis, 'indexedDB', {
    configurable: true,
    get() {
      throw new DOMException('The operation is insecure.', 'SecurityError');
    },
  });
  runtime = await HnswRuntime.load(() => import('hnswlib-wasm'));
});

afterAll(giveBack);

test('starts where storage is blocked', () => {
  expect(() => indexedDB).toThrow('The operation is insecure.');
  expect(runtime).toBeInstanceOf(HnswRuntime);
});

test('builds, opens and answers, and other tabs of the origin see nothing of it', async () => {
  giveBack();
  const graph = await buildHnswGraph(runtime, vectors, DIMENSION);
  const index = await openHnswIndex(runtime, graph, vectors, DIMENSION);
  const exact = createExactIndex(vectors, DIMENSION);
  for (const row of [0, 299, 599]) {
    const query = vectors.subarray(row * DIMENSION, (row + 1) * DIMENSION);
    const rowsOf = (found: readonly { row: number }[]) => found.map((neighbour) => neighbour.row);
    expect(rowsOf(index.search(query, 10, { ef: 200 }))).toEqual(rowsOf(exact.search(query, 10)));
  }
  index.dispose();
  const names = (await indexedDB.databases()).map(({ name }) => name);
  expect(names).not.toContain('/hnswlib-index');
});

test('loaded again, it is the same', async () => {
  expect(await HnswRuntime.load(() => import('hnswlib-wasm'))).toBe(runtime);
  expect(indexedDB).toBeInstanceOf(IDBFactory);
});

function giveBack(): void {
  if (original) Object.defineProperty(globalThis, 'indexedDB', original);
}
