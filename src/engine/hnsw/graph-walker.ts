/**
 * Read-only search in an HNSW graph: Malkov & Yashunin 2016 (arXiv 1603.09320), algorithms 2 and 5.
 *
 *     layer 2      e ───▶ •                 greedy: go to the nearest neighbour until none is nearer
 *     layer 1             • ───▶ •          greedy
 *     layer 0                    • ─▶ ••••  beam: the `ef` best nodes so far, and candidates to expand
 */
import type { HnswGraph } from '../../core/bundle/graph.ts';
import type { RowScores } from '../flat-retriever.ts';
import { ScoreHeap } from '../score-heap.ts';

/** Stamps are u16 and are cleared on overflow. */
const MAX_STAMP = 0xffff;

export class GraphWalker {
  /** After `search`: the nodes found and their scores. */
  readonly found = new ScoreHeap('worst');
  readonly #graph: HnswGraph;
  readonly #scores: RowScores;
  readonly #firstRows: Uint32Array;
  /** Where each node's links on layer 0 begin. */
  readonly #baseStarts: Uint32Array;
  /** The position of each node's layer 1 among all upper layers, and where each upper layer's links begin. */
  readonly #firstLayers: Uint32Array;
  readonly #upperStarts: Uint32Array;
  /** A node was visited in the current search if its stamp is the current one. */
  readonly #visited: Uint16Array;
  #stamp = 0;
  readonly #candidates = new ScoreHeap('best');

  /**
   * @param graph validated: every link leads to a node
   * @param firstRows for each node a row with its vector
   */
  constructor(graph: HnswGraph, scores: RowScores, firstRows: Uint32Array) {
    this.#graph = graph;
    this.#scores = scores;
    this.#firstRows = firstRows;
    this.#baseStarts = startsOf(graph.baseCounts);
    this.#firstLayers = startsOf(graph.levels);
    this.#upperStarts = startsOf(graph.upperCounts);
    this.#visited = new Uint16Array(graph.count);
  }

  /**
   * Fills `found` with up to `ef` nodes.
   * @param accepts non-zero for nodes that may be returned. Other nodes are still traversed, so a filter does not
   * reduce the result below `ef` nodes. null accepts all
   */
  search(query: Float32Array, ef: number, accepts: Uint8Array | null): void {
    const { found } = this;
    const { baseLinks, baseCounts } = this.#graph;
    const scores = this.#scores;
    const scoreOf = (scores.fewScorer ?? scores.scorer).call(scores, query);
    const rows = this.#firstRows;
    const starts = this.#baseStarts;
    const visited = this.#visited;
    const candidates = this.#candidates;
    if (this.#stamp === MAX_STAMP) {
      visited.fill(0);
      this.#stamp = 0;
    }
    const stamp = ++this.#stamp;

    const entry = this.#descend(scoreOf);
    const entryScore = scoreOf(rows[entry] as number);
    found.size = 0;
    candidates.size = 0;
    candidates.push(entryScore, entry);
    if (accepts === null || accepts[entry]) found.push(entryScore, entry);
    visited[entry] = stamp;
    let worst = found.size > 0 ? entryScore : Number.NEGATIVE_INFINITY;
    while (candidates.size > 0) {
      if (candidates.scoreAt(0) < worst && found.size === ef) break;
      const node = candidates.idAt(0);
      candidates.pop();
      const first = starts[node] as number;
      const end = first + (baseCounts[node] as number);
      for (let link = first; link < end; link++) {
        const next = baseLinks[link] as number;
        if (visited[next] === stamp) continue;
        visited[next] = stamp;
        const score = scoreOf(rows[next] as number);
        if (found.size === ef && score <= worst) continue;
        candidates.push(score, next);
        if (accepts !== null && !accepts[next]) continue;
        if (found.size < ef) found.push(score, next);
        else found.replaceTop(score, next);
        worst = found.scoreAt(0);
      }
    }
  }

  /** Greedy search on layers above 0: the node of layer 1 that is nearest to the query. */
  #descend(scoreOf: (row: number) => number): number {
    const { entryPoint, maxLevel, upperLinks, upperCounts } = this.#graph;
    let node = entryPoint;
    let best = scoreOf(this.#firstRows[node] as number);
    for (let level = maxLevel; level > 0; level--) {
      for (let from = -1; from !== node; ) {
        from = node;
        const layer = (this.#firstLayers[from] as number) + level - 1;
        const first = this.#upperStarts[layer] as number;
        const end = first + (upperCounts[layer] as number);
        for (let link = first; link < end; link++) {
          const next = upperLinks[link] as number;
          const score = scoreOf(this.#firstRows[next] as number);
          // Each step is strictly better, so cyclic links cannot cause an infinite loop.
          if (score > best) {
            best = score;
            node = next;
          }
        }
      }
    }
    return node;
  }
}

function startsOf(counts: Uint8Array | Uint16Array): Uint32Array {
  const starts = new Uint32Array(counts.length);
  let total = 0;
  for (let i = 0; i < counts.length; i++) {
    starts[i] = total;
    total += counts[i] as number;
  }
  return starts;
}
