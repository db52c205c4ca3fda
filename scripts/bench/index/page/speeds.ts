/** How fast a browser reads and searches each kind of index; all files are in memory, so that no download counts. */
import { Bundle } from '../../../../src/core/bundle/bundle.ts';
import { readGraphShards } from '../../../../src/core/bundle/graph.ts';
import { readBundleCodes } from '../../../../src/core/bundle/read-codes.ts';
import { readVectors } from '../../../../src/core/bundle/vectors.ts';
import type { FileRef } from '../../../../src/core/file-ref.ts';
import { median } from '../../../../src/core/median.ts';
import { createItemTable } from '../../../../src/core/search/item-table.ts';
import { openCodeScores } from '../../../../src/engine/codes/code-scores.ts';
import { FlatRetriever, ScanRetriever } from '../../../../src/engine/flat-retriever.ts';
import { HnswRetriever } from '../../../../src/engine/hnsw/hnsw-retriever.ts';
import { openParts } from '../../../../src/engine/parts/open-parts.ts';
import type { Retriever } from '../../../../src/engine/retriever.ts';
import { createCodeRanking } from '../../../../src/kernel/codes/code-ranking.ts';

export interface SpeedsAsked {
  readonly count: number;
  readonly dimension: number;
  /** Names of files below `/speeds/parts/`. */
  readonly parts: readonly string[];
}

/** Milliseconds, each the median of several. */
export interface Speeds {
  readonly readVectors: number;
  readonly scanVectors: number;
  readonly walkVectors: number;
  readonly readCodes: number;
  readonly scanCodes: number;
  readonly walkCodes: number;
  readonly readLinks: number;
  /** A search with nothing in memory, the root included. */
  readonly firstParts: number;
  /** A search by another photo after it, most of whose shards are not in memory. */
  readonly nextParts: number;
}

const ROUNDS = 5;
const load = async (name: string) =>
  new Uint8Array(await (await fetch(`/speeds/${name}`)).arrayBuffer());

export async function speeds({ count, dimension, parts }: SpeedsAsked): Promise<Speeds> {
  const queries = rowsIn(new Float32Array((await load('queries.f32')).buffer), dimension);
  const range = { first: 0, rows: count };
  const table = tableOf(count);

  const vectorFile = await load('vectors.bin');
  const vectors = await timed(() => readVectors([vectorFile], [range], dimension, ['vectors']));
  const spaceFile = await load('space.bin');
  const codesFile = await load('codes.bin');
  const codes = await timed(() =>
    openCodeScores(
      readBundleCodes(spaceFile, 'space', [codesFile], [range], ['codes'], dimension),
      createCodeRanking,
    ),
  );
  const graphFile = await load('graph.bin');
  const graph = await timed(() => readGraphShards([graphFile], ['graph']));

  const flat = new FlatRetriever(vectors.result, dimension, table);
  const scan = new ScanRetriever(codes.result, table);
  const source = await partsInMemory(parts);
  const firstParts: number[] = [];
  const nextParts: number[] = [];
  for (let at = 0; at + 1 < queries.length; at += 2) {
    const retriever = openParts(await Bundle.open(source));
    for (const [i, list] of [firstParts, nextParts].entries()) {
      list.push(await timeOf(retriever, queries[at + i] as Float32Array));
    }
  }
  return {
    readVectors: vectors.ms,
    scanVectors: await searched(flat, queries),
    walkVectors: await searched(new HnswRetriever(flat, graph.result), queries),
    readCodes: codes.ms,
    scanCodes: await searched(scan, queries),
    walkCodes: await searched(new HnswRetriever(scan, graph.result), queries),
    readLinks: graph.ms,
    firstParts: median(firstParts),
    nextParts: median(nextParts),
  };
}

function rowsIn(all: Float32Array, dimension: number): Float32Array[] {
  return Array.from({ length: all.length / dimension }, (_, row) =>
    all.subarray(row * dimension, (row + 1) * dimension),
  );
}

function tableOf(count: number) {
  const items = Array.from({ length: count }, (_, row) => ({
    id: String(row).padStart(7, '0'),
    image: '',
  }));
  return createItemTable(items, async (rows) => rows.map(() => ({ image: '' })));
}

async function partsInMemory(names: readonly string[]) {
  const files = new Map<string, Uint8Array>();
  for (const name of names) files.set(name, await load(`parts/${name}`));
  const read = async ({ file }: FileRef) => {
    const bytes = files.get(file);
    if (!bytes) throw new Error(`The benchmark lacks ${file}.`);
    return bytes;
  };
  const manifest = new TextDecoder().decode(files.get('manifest.json'));
  return { where: 'parts', manifest: async () => JSON.parse(manifest), read };
}

async function timed<Result>(work: () => Result | Promise<Result>) {
  const times: number[] = [];
  let result = null as Result;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    result = await work();
    times.push(performance.now() - start);
  }
  return { ms: median(times), result };
}

async function searched(retriever: Retriever, queries: readonly Float32Array[]): Promise<number> {
  const times: number[] = [];
  for (const query of queries) times.push(await timeOf(retriever, query));
  return median(times);
}

/** Of the ten nearest. */
async function timeOf(retriever: Retriever, query: Float32Array): Promise<number> {
  const start = performance.now();
  await retriever.nearest(query, {
    ...{ k: 10, ef: 64, filter: {}, exact: false, everyMatch: false },
    minScore: Number.NEGATIVE_INFINITY,
  });
  return performance.now() - start;
}
