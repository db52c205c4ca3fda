/** HNSW (Malkov & Yashunin 2016, arXiv 1603.09320) by hnswlib-wasm. */
import type { HnswGraph } from '../../core/bundle/graph.ts';
import { SoutuError } from '../../core/errors.ts';
import { byScore, checkQuery, type VectorIndex } from '../vector-index.ts';
import type { HnswRuntime } from './hnsw-runtime.ts';
import { fromHnswlibFile, toHnswlibFile } from './hnswlib-file.ts';

export interface HnswBuildOptions {
  /** Links of a node; default 16. */
  readonly M?: number;
  /** Width of the beam when a node is put in; default 200. */
  readonly efConstruction?: number;
  /** The same seed gives the same graph. */
  readonly seed?: number;
}

export type OnRows = (done: number, total: number) => void;

const DEFAULT_EF = 64;
/** Rows from one report of progress to the next: about a third of a second. */
const REPORT_ROWS = 250;

/**
 * Builds the graph, row after row.
 * @param vectors count × dimension, of unit length
 */
export async function buildHnswGraph(
  runtime: HnswRuntime,
  vectors: Float32Array,
  dimension: number,
  options: HnswBuildOptions = {},
  onProgress: OnRows = () => undefined,
): Promise<HnswGraph> {
  const { M = 16, efConstruction = 200, seed = 100 } = options;
  const count = vectors.length / dimension;
  if (!Number.isInteger(count) || count < 1 || M < 2) {
    throw new SoutuError(
      'IndexError',
      `A graph needs at least one whole vector and M from 2 up, got ${count} vectors and M ${M}.`,
    );
  }
  const index = runtime.create(dimension);
  try {
    index.initIndex(count, M, efConstruction, seed);
    for (let row = 0; row < count; row++) {
      index.addPoint(vectors.subarray(row * dimension, (row + 1) * dimension), row, false);
      const done = row + 1;
      if (done % REPORT_ROWS === 0 || done === count) onProgress(done, count);
    }
    return fromHnswlibFile(await runtime.save(index), dimension);
  } finally {
    index.delete();
  }
}

/**
 * @throws SoutuError `BundleError` for a graph that does not fit the vectors, with both figures
 */
export async function openHnswIndex(
  runtime: HnswRuntime,
  graph: HnswGraph,
  vectors: Float32Array,
  dimension: number,
): Promise<VectorIndex> {
  const { count } = graph;
  const index = await runtime.open(toHnswlibFile(graph, vectors, dimension), dimension, count);
  let disposed = false;
  return {
    engine: 'hnsw',
    count,
    dimension,
    search(query, k, { ef = DEFAULT_EF, accept } = {}) {
      checkQuery(query, k, dimension, disposed);
      const wanted = Math.min(k, count);
      index.setEfSearch(Math.max(ef, wanted));
      const { distances, neighbors } = index.searchKnn(query, wanted, accept);
      return neighbors
        .map((row, i) => ({ row, score: 1 - (distances[i] as number) }))
        .sort(byScore);
    },
    dispose() {
      if (!disposed) index.delete();
      disposed = true;
    },
  };
}
