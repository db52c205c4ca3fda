/** HNSW over codes: what links find of what a comparison of all codes finds, their bytes, and the times of both. */
import { writeGraphShards } from '../../../src/core/bundle/graph.ts';
import { readBundleCodes } from '../../../src/core/bundle/read-codes.ts';
import { median } from '../../../src/core/median.ts';
import { createItemTable } from '../../../src/core/search/item-table.ts';
import { openCodeScores } from '../../../src/engine/codes/code-scores.ts';
import { ScanRetriever } from '../../../src/engine/flat-retriever.ts';
import { HnswRetriever } from '../../../src/engine/hnsw/hnsw-retriever.ts';
import type { Retriever, Wanted } from '../../../src/engine/retriever.ts';
import { createCodeRanking } from '../../../src/kernel/codes/code-ranking.ts';
import { GRAPH_OF_CODES } from '../../../src/node/build/graph/build-graph.ts';
import { buildGraphInThread } from '../../../src/node/build/graph/graph-thread.ts';
import { codeFiles, type MadeCodes, makeCodes } from '../../../src/node/build/index/make-codes.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { K, type Vectors } from './vectors.ts';

const EF = 64;
const ROUNDS = 9;
const WANTED: Wanted = {
  ...{ k: K, ef: EF, filter: {}, exact: false },
  ...{ minScore: Number.NEGATIVE_INFINITY, everyMatch: false },
};

export interface LinkedCodes {
  readonly count: number;
  /** Share of the ten best of all codes, at ef 64. */
  readonly recall10: number;
  readonly bytesPerPicture: number;
  /** The part of the links. */
  readonly linkBytes: number;
  /** Time of a search along links by that of a comparison of all codes; both alternate. */
  readonly timeRatio: number;
  readonly linksMs: number;
  readonly flatMs: number;
}

/** @param recall of the codes */
export async function linkedCodes(vectors: Vectors, recall: number): Promise<LinkedCodes> {
  const { base, queries, count, dimension } = vectors;
  const made = await makeCodes(rowSourceOf(base, dimension), { recall, ranges: [[0, count]] });
  if (!made) throw new Error(`No codes have a recall of ${recall}.`);
  const graph = await buildGraphInThread(base, dimension, GRAPH_OF_CODES);
  const flat = await scanOf(made, dimension);
  const linked = new HnswRetriever(flat, graph);
  let same = 0;
  for (const query of queries) {
    const exact = await idsOf(flat, query);
    same += (await idsOf(linked, query)).filter((id) => exact.includes(id)).length;
  }
  const times = { links: [] as number[], flat: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    times.links.push(await timed(linked, queries));
    times.flat.push(await timed(flat, queries));
  }
  const linkBytes = writeGraphShards(graph).reduce((sum, { length }) => sum + length, 0) / count;
  const codes = codeFiles(made).reduce((sum, { bytes }) => sum + bytes.length, 0);
  return {
    count,
    recall10: same / (K * queries.length),
    bytesPerPicture: (made.spaceBytes.length + codes) / count + linkBytes,
    linkBytes,
    timeRatio: median(times.links) / median(times.flat),
    linksMs: median(times.links),
    flatMs: median(times.flat),
  };
}

/** What a page opens from the files. */
export async function scanOf(made: MadeCodes, dimension: number): Promise<ScanRetriever> {
  const files = codeFiles(made);
  const codes = readBundleCodes(
    made.spaceBytes,
    'space',
    files.map(({ bytes }) => bytes),
    files,
    files.map((_, i) => `codes-${i}`),
    dimension,
  );
  const items = Array.from({ length: codes.count }, (_, row) => ({
    id: String(row).padStart(7, '0'),
    image: '',
  }));
  const table = createItemTable(items, async (rows) => rows.map(() => ({ image: '' })));
  return new ScanRetriever(await openCodeScores(codes, createCodeRanking), table);
}

async function idsOf(retriever: Retriever, query: Float32Array): Promise<string[]> {
  return (await retriever.nearest(query, WANTED)).rows.map(({ row }) => row.id);
}

/** Milliseconds of a search. */
async function timed(retriever: Retriever, queries: readonly Float32Array[]): Promise<number> {
  const start = performance.now();
  for (const query of queries) await retriever.nearest(query, WANTED);
  return (performance.now() - start) / queries.length;
}
