/** Wires hnswlib-wasm into a worker: a chunk of its own, fetched when a large bundle is searched. */
import type { HnswGraph } from '../core/bundle/graph.ts';
import { openHnswIndex } from '../engine/hnsw/hnsw-index.ts';
import { HnswRuntime } from '../engine/hnsw/hnsw-runtime.ts';
import type { VectorIndex } from '../engine/vector-index.ts';

let runtime: Promise<HnswRuntime> | null = null;

export async function createBrowserHnswIndex(
  graph: HnswGraph,
  vectors: Float32Array,
  dimension: number,
): Promise<VectorIndex> {
  // A failure is kept on purpose: a page whose policy forbids it today will not allow it at the next query.
  runtime ??= HnswRuntime.load(() => import('hnswlib-wasm'));
  return openHnswIndex(await runtime, graph, vectors, dimension);
}
