/**
 * Wires hnswlib-wasm into Node: it was built for web pages, so while it starts it gets the globals that it
 * looks for.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { HnswGraph } from '../../core/bundle/graph.ts';
import { lazy } from '../../core/lazy.ts';
import {
  buildHnswGraph,
  type HnswBuildOptions,
  type OnRows,
  openHnswIndex,
} from '../../engine/hnsw/hnsw-index.ts';
import { HnswRuntime } from '../../engine/hnsw/hnsw-runtime.ts';
import type { VectorIndex } from '../../engine/vector-index.ts';

export const nodeHnswRuntime = lazy(() =>
  withPageGlobals(() =>
    HnswRuntime.load(() => {
      // The package names no entry that Node finds: its file by path.
      const folder = dirname(createRequire(import.meta.url).resolve('hnswlib-wasm/package.json'));
      return import(pathToFileURL(join(folder, 'dist/hnswlib.js')).href);
    }),
  ),
);

export async function buildNodeHnswGraph(
  vectors: Float32Array,
  dimension: number,
  options?: HnswBuildOptions,
  onProgress?: OnRows,
): Promise<HnswGraph> {
  return buildHnswGraph(await nodeHnswRuntime(), vectors, dimension, options, onProgress);
}

export async function createNodeHnswIndex(
  graph: HnswGraph,
  vectors: Float32Array,
  dimension: number,
): Promise<VectorIndex> {
  return openHnswIndex(await nodeHnswRuntime(), graph, vectors, dimension);
}

/** Taken away again: with a `window` around, other packages would think themselves in a page. */
async function withPageGlobals<T>(work: () => Promise<T>): Promise<T> {
  const globals = globalThis as Record<string, unknown>;
  const added = ['window', 'document', 'self'].filter((name) => !(name in globals));
  for (const name of added) globals[name] = name === 'document' ? {} : globalThis;
  try {
    return await work();
  } finally {
    for (const name of added) delete globals[name];
  }
}
