/**
 * A loaded index of codes against hnswlib-wasm at equal recall: the time of a search, and the memory that both hold. For
 * hnswlib that is the memory of its WebAssembly instance; a page holds its file besides while it loads.
 */
import { median } from '../../../src/core/median.ts';
import type { Wanted } from '../../../src/engine/retriever.ts';
import { loadHnswlib } from '../../../src/node/build/graph/hnswlib.ts';
import { makeCodes } from '../../../src/node/build/index/make-codes.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { scanOf } from './linked-codes.ts';
import { K, type Vectors } from './vectors.ts';

const ROUNDS = 9;
const RECALL = 0.985;
/** What hnswlib recalls grows with it. */
const EFS = [10, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128];
const WANTED: Wanted = {
  ...{ k: K, ef: K, filter: {}, exact: false },
  ...{ minScore: Number.NEGATIVE_INFINITY, everyMatch: false },
};

export interface Against {
  readonly searchRatio: number;
  readonly memoryRatio: number;
  readonly codes: { readonly recall10: number; readonly ms: number; readonly bytes: number };
  readonly hnswlib: {
    readonly recall10: number;
    readonly ef: number;
    readonly ms: number;
    readonly bytes: number;
  };
}

/** Call it before anything else loads hnswlib-wasm: it notes the memory of the instance. */
export async function againstHnswlib(vectors: Vectors): Promise<Against> {
  const { base, queries, exact, count, dimension } = vectors;
  const made = await makeCodes(rowSourceOf(base, dimension), {
    recall: RECALL,
    ranges: [[0, count]],
  });
  if (!made) throw new Error(`No codes have a recall of ${RECALL}.`);
  const ours = await scanOf(made, dimension);
  const { hnswlib, memories } = await loadWatched();
  const theirs = hnswlib.create(dimension);
  theirs.initIndex(count, 16, 200, 100);
  for (let row = 0; row < count; row++) {
    theirs.addPoint(base.slice(row * dimension, (row + 1) * dimension), row, false);
  }
  const recallOf = async (find: (query: Float32Array) => Promise<readonly number[]>) => {
    let same = 0;
    for (const [q, query] of queries.entries()) {
      const found = await find(query);
      same += found.filter((row) => exact[q]?.includes(row)).length;
    }
    return same / (K * queries.length);
  };
  const search = async (query: Float32Array) =>
    (await ours.nearest(query, WANTED)).rows.map(({ row }) => Number(row.id));
  const recall10 = await recallOf(search);
  let ef = 0;
  let theirRecall = 0;
  for (ef of EFS) {
    theirs.setEfSearch(ef);
    theirRecall = await recallOf(async (query) => theirs.searchKnn(query, K, undefined).neighbors);
    if (theirRecall >= recall10) break;
  }
  const times = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(await timed(queries, search));
    times.theirs.push(await timed(queries, async (query) => theirs.searchKnn(query, K, undefined)));
  }
  theirs.delete();
  const bytes = memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
  const own = ours.rows.bytes ?? Number.NaN;
  return {
    searchRatio: median(times.ours) / median(times.theirs),
    memoryRatio: own / bytes,
    codes: { recall10, ms: median(times.ours), bytes: own },
    hnswlib: { recall10: theirRecall, ef, ms: median(times.theirs), bytes },
  };
}

interface Memory {
  readonly buffer: ArrayBuffer;
}

interface Instance {
  readonly exports: Record<string, unknown>;
}

interface WebAssemblyApi {
  readonly Memory: abstract new () => Memory;
  instantiate(...args: unknown[]): Promise<Instance | { readonly instance: Instance }>;
}

/** Loads hnswlib-wasm, and notes the memories of the instances that it makes. */
async function loadWatched() {
  const api = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;
  const memories: Memory[] = [];
  const { instantiate } = api;
  api.instantiate = async (...args) => {
    const made = await instantiate(...args);
    const { exports } = 'instance' in made ? made.instance : made;
    for (const one of Object.values(exports)) {
      if (one instanceof api.Memory) memories.push(one);
    }
    return made;
  };
  try {
    const hnswlib = await loadHnswlib();
    if (memories.length === 0) throw new Error('hnswlib-wasm was loaded before.');
    return { hnswlib, memories };
  } finally {
    api.instantiate = instantiate;
  }
}

async function timed(
  queries: readonly Float32Array[],
  search: (query: Float32Array) => Promise<unknown>,
): Promise<number> {
  const start = performance.now();
  for (const query of queries) await search(query);
  return (performance.now() - start) / queries.length;
}
