/** The HNSW index: walks the bundle's graph. */
import { type HnswGraph, rowsOfNodes } from '../../core/bundle/hnsw-graph.ts';
import { SoutuError } from '../../core/errors.ts';
import type { ScanRetriever } from '../flat-retriever.ts';
import { type Call, checkWanted, type Nearest, type Retriever, type Wanted } from '../retriever.ts';
import { GraphWalker } from './graph-walker.ts';

/**
 * Rows, and vectors or codes, are those of the flat index. The flat index also answers if an exact search is requested, or if
 * links reach fewer rows than match.
 */
export class HnswRetriever implements Retriever {
  readonly count: number;
  readonly dimension: number;
  readonly can;
  readonly #flat: ScanRetriever;
  readonly #walker: GraphWalker;
  /** The rows of node i are `#rows[#starts[i]]` … `#rows[#starts[i + 1] - 1]`. */
  readonly #starts: Uint32Array;
  readonly #rows: Uint32Array;
  /** Every node has one row, its own. */
  readonly #isPlain: boolean;

  /**
   * @param graph validated, as `readGraphShards` returns it
   * @throws SoutuError `BundleError` if the graph was built for other vectors, with both shapes
   */
  constructor(flat: ScanRetriever, graph: HnswGraph) {
    const { rowCount, dimension } = graph;
    if (rowCount !== flat.count || dimension !== flat.dimension) {
      throw new SoutuError(
        'BundleError',
        `The graph does not fit its vectors: it was built for ${rowCount} vectors of ${dimension} numbers, the ` +
          `bundle has ${flat.count} of ${flat.dimension}. Build the bundle again.`,
      );
    }
    this.#flat = flat;
    this.count = flat.count;
    this.dimension = dimension;
    this.can = flat.can;
    const { starts, rows } = rowsOfNodes(graph);
    this.#starts = starts;
    this.#rows = rows;
    this.#isPlain = graph.count === rowCount;
    const firstRows = starts.subarray(0, graph.count).map((at) => rows[at] as number);
    this.#walker = new GraphWalker(graph, flat.rows, firstRows);
  }

  async nearest(unit: Float32Array, wanted: Wanted, call: Call = {}): Promise<Nearest> {
    const { k, filter, text = '', minScore } = wanted;
    const { table } = this.#flat;
    if (wanted.exact) return this.#flat.nearest(unit, wanted, call);
    this.#flat.throwIfDisposed();
    call.signal?.throwIfAborted();
    checkWanted(unit, wanted, this);
    await table.prepareText(text);
    this.#flat.throwIfDisposed();
    call.signal?.throwIfAborted();
    const matches = table.matching(filter, text);
    const possible = matches?.count ?? this.count;
    const accepts = matches?.accepts ?? null;
    // Every node has at least one row, so `k` nodes are always enough.
    const beam = Math.max(wanted.ef, k);
    const { found } = this.#walker;
    this.#walker.search(unit, beam, accepts && this.#acceptedNodes(accepts));

    const hits: { index: number; score: number }[] = [];
    let matched = 0;
    for (let i = 0; i < found.size; i++) {
      const node = found.idAt(i);
      const score = found.scoreAt(i);
      for (let at = this.#starts[node] as number; at < (this.#starts[node + 1] as number); at++) {
        const index = this.#rows[at] as number;
        if (accepts !== null && !accepts[index]) continue;
        matched++;
        if (score >= minScore) hits.push({ index, score });
      }
    }
    // Links may not lead to every row.
    if (found.size < beam && matched < possible) return this.#flat.nearest(unit, wanted, call);
    hits.sort((a, b) => b.score - a.score || a.index - b.index);
    const reachedThreshold = hits.length < matched;
    const isWhole = matched === possible || reachedThreshold;
    return {
      rows: hits.slice(0, k).map(({ index, score }) => ({ row: table.row(index), score })),
      exhausted: isWhole && hits.length <= k,
      total: isWhole ? hits.length : null,
      engine: 'hnsw',
    };
  }

  get(id: string, call?: Call) {
    return this.#flat.get(id, call);
  }

  items(ids: readonly string[], call?: Call) {
    return this.#flat.items(ids, call);
  }

  facets() {
    return this.#flat.facets();
  }

  numeric() {
    return this.#flat.numeric();
  }

  /** The rows are the flat index's, which is disposed with it. */
  dispose(): void {
    this.#flat.dispose();
  }

  #acceptedNodes(accepts: Uint8Array): Uint8Array {
    if (this.#isPlain) return accepts;
    const nodes = new Uint8Array(this.#starts.length - 1);
    for (let node = 0; node < nodes.length; node++) {
      const end = this.#starts[node + 1] as number;
      for (let at = this.#starts[node] as number; at < end; at++) {
        if (!accepts[this.#rows[at] as number]) continue;
        nodes[node] = 1;
        break;
      }
    }
    return nodes;
  }
}
