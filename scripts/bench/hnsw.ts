/**
 * Compares our HNSW reader with hnswlib-wasm on the same graph, queries and ef. Limits: overlap of the top ten at
 * least 0.999, at most 1.5 times its time, at most 4 kB of script with brotli.
 */
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { build } from 'vite';
import type { IndexedItem } from '../../src/core/item.ts';
import { median } from '../../src/core/median.ts';
import { createItemTable } from '../../src/core/search/item-table.ts';
import { FlatRetriever } from '../../src/engine/flat-retriever.ts';
import { HnswRetriever } from '../../src/engine/hnsw/hnsw-retriever.ts';
import type { Retriever, Wanted } from '../../src/engine/retriever.ts';
import { buildGraph } from '../../src/node/build/graph/build-graph.ts';
import { loadHnswlib } from '../../src/node/build/graph/hnswlib.ts';
import { clusteredVectors } from './support/clustered-vectors.ts';

const COUNT = 5000;
const QUERIES = 200;
const DIMENSION = 256;
const EF = 64;
const K = 10;
const ROUNDS = 15;
const M = 16;
const EF_CONSTRUCTION = 200;
const SEED = 100;

const BARS = { overlap: 0.999, timeRatio: 1.5, brotliBytes: 4000 };

export async function run(args: readonly string[]): Promise<void> {
  const all = clusteredVectors(COUNT + QUERIES, DIMENSION, 100, 1);
  const rowOf = (row: number) => all.subarray(row * DIMENSION, (row + 1) * DIMENSION);
  const vectors = all.subarray(0, COUNT * DIMENSION);
  const queries = Array.from({ length: QUERIES }, (_, i) => rowOf(COUNT + i));
  const items = Array.from(
    { length: COUNT },
    (_, row): IndexedItem => ({
      id: String(row).padStart(6, '0'),
      image: '',
    }),
  );
  const flat = new FlatRetriever(
    vectors,
    DIMENSION,
    createItemTable(items, async (rows) => rows.map((row) => items[row] as IndexedItem)),
  );
  const options = { M, efConstruction: EF_CONSTRUCTION, seed: SEED };
  const ours = new HnswRetriever(flat, await buildGraph(vectors, DIMENSION, options));
  // The same seed gives hnswlib the same links.
  const theirs = (await loadHnswlib()).create(DIMENSION);
  theirs.initIndex(COUNT, M, EF_CONSTRUCTION, SEED);
  for (let row = 0; row < COUNT; row++) theirs.addPoint(rowOf(row), row, false);
  theirs.setEfSearch(EF);

  let same = 0;
  let recalled = 0;
  for (const query of queries) {
    const found = await nearest(ours, query);
    const { neighbors } = theirs.searchKnn(query, K, undefined);
    const exact = new Set(await nearest(flat, query));
    same += found.filter((row) => neighbors.includes(row)).length;
    recalled += found.filter((row) => exact.has(row)).length;
  }
  // Alternating, so that a slow moment of the machine affects all equally.
  const times = { ours: [] as number[], theirs: [] as number[], flat: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.ours.push(await timed(queries, (query) => nearest(ours, query)));
    times.theirs.push(await timed(queries, (query) => theirs.searchKnn(query, K, undefined)));
    times.flat.push(await timed(queries, (query) => nearest(flat, query)));
  }
  theirs.delete();
  const figures = {
    overlap: same / (QUERIES * K),
    recall10: recalled / (QUERIES * K),
    oursMs: median(times.ours),
    hnswlibMs: median(times.theirs),
    flatMs: median(times.flat),
    timeRatio: median(times.ours) / median(times.theirs),
    // The script that HNSW adds to a page: the reader of the graph's files and the graph search.
    brotliBytes:
      (await brotliBytes('support/hnsw-reader.ts')) - (await brotliBytes('support/flat-reader.ts')),
  };
  console.log(`${COUNT} × ${DIMENSION}, ef ${EF}, ${QUERIES} queries, medians of ${ROUNDS} rounds`);
  const line = (name: string, value: string, bar = '') =>
    console.log(`${name.padEnd(28)}${value.padEnd(12)}${bar}`);
  line('top-10 overlap', figures.overlap.toFixed(4), `at least ${BARS.overlap}`);
  line('recall@10 (flat scan)', figures.recall10.toFixed(4));
  line('our reader', `${figures.oursMs.toFixed(3)} ms`);
  line('hnswlib-wasm', `${figures.hnswlibMs.toFixed(3)} ms`);
  line('flat scan', `${figures.flatMs.toFixed(3)} ms`);
  line('time ratio', figures.timeRatio.toFixed(2), `at most ${BARS.timeRatio}`);
  line('added script with brotli', `${figures.brotliBytes} B`, `at most ${BARS.brotliBytes}`);
  const isMet =
    figures.overlap >= BARS.overlap &&
    figures.timeRatio <= BARS.timeRatio &&
    figures.brotliBytes <= BARS.brotliBytes;
  if (!isMet) process.exitCode = 1;
  if (args.includes('--json')) console.log(JSON.stringify(figures));
}

const WANTED: Wanted = {
  k: K,
  ef: EF,
  filter: {},
  exact: false,
  minScore: -1,
  everyMatch: false,
};

async function nearest(retriever: Retriever, query: Float32Array): Promise<number[]> {
  return (await retriever.nearest(query, WANTED)).rows.map(({ row }) => Number(row.id));
}

/** Times one search in milliseconds. */
async function timed(
  queries: readonly Float32Array[],
  search: (query: Float32Array) => unknown,
): Promise<number> {
  const start = performance.now();
  for (const query of queries) await search(query);
  return (performance.now() - start) / queries.length;
}

async function brotliBytes(entry: string): Promise<number> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: {
        entry: fileURLToPath(new URL(entry, import.meta.url)),
        formats: ['es'],
        fileName: 'reader',
      },
      minify: 'oxc',
      rollupOptions: { output: { minify: true } },
    },
  });
  const output = (Array.isArray(built) ? built : [built]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const code = output.map((chunk) => ('code' in chunk ? chunk.code : '')).join('');
  return brotliCompressSync(code, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }).length;
}
