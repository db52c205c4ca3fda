import type { HnswGraph } from '../../../core/bundle/hnsw-graph.ts';
import { SoutuError } from '../../../core/errors.ts';
import { distinctVectors } from '../../../core/vector/distinct.ts';
import { loadHnswlib } from './hnswlib.ts';
import { readHnswlibFile } from './hnswlib-file.ts';

export interface GraphOptions {
  /** Links per node; default 16. */
  readonly M?: number;
  /** Beam width (candidate list size) when a node is inserted; default 200. */
  readonly efConstruction?: number;
  /** Seed of the random layers: the same seed gives the same graph. */
  readonly seed?: number;
}

/** A graph of codes has fewer links: beside the few bytes of codes, more of them do not pay. */
export const GRAPH_OF_CODES: GraphOptions = { M: 14 };

export type OnNodes = (done: number, total: number) => void;

/** Nodes between progress reports: about a third of a second. */
const REPORT_NODES = 250;

/**
 * Builds the HNSW graph of an index. Equal vectors become one node: otherwise, thousands of equal placeholders
 * would link only to each other, and the other rows would be unreachable.
 * @param vectors count × dimension, unit length
 */
export async function buildGraph(
  vectors: Float32Array,
  dimension: number,
  { M = 16, efConstruction = 200, seed = 100 }: GraphOptions = {},
  onProgress: OnNodes = () => undefined,
): Promise<HnswGraph> {
  const rowCount = vectors.length / dimension;
  if (!Number.isInteger(rowCount) || rowCount < 1 || M < 2) {
    throw new SoutuError(
      'IndexError',
      `A graph needs at least one whole vector and M from 2 up, got ${rowCount} vectors and M ${M}.`,
    );
  }
  const { firstRows, nodeOf } = distinctVectors(vectors, dimension);
  const count = firstRows.length;
  const hnswlib = await loadHnswlib();
  const index = hnswlib.create(dimension);
  try {
    index.initIndex(count, M, efConstruction, seed);
    firstRows.forEach((row, node) => {
      index.addPoint(vectors.subarray(row * dimension, (row + 1) * dimension), node, false);
      const done = node + 1;
      if (done % REPORT_NODES === 0 || done === count) onProgress(done, count);
    });
    const links = readHnswlibFile(await hnswlib.save(index), dimension);
    return { ...links, rowCount, ...twinsOf(firstRows, nodeOf) };
  } finally {
    index.delete();
  }
}

/** The rows that repeat an earlier vector, in the order of their nodes. */
function twinsOf(firstRows: Uint32Array, nodeOf: Uint32Array) {
  const twins = Array.from(nodeOf.keys())
    .filter((row) => firstRows[nodeOf[row] as number] !== row)
    // Stable: the twins of a node stay in the order of their rows.
    .sort((a, b) => (nodeOf[a] as number) - (nodeOf[b] as number));
  return {
    twinNodes: Uint32Array.from(twins, (row) => nodeOf[row] as number),
    twinRows: Uint32Array.from(twins),
  };
}
