/** The flat index. */
import { SoutuError } from '../core/errors.ts';
import type { DisplayItem } from '../core/item.ts';
import type { ItemTable } from '../core/search/item-table.ts';
import type { Neighbour } from '../core/search/rank.ts';
import type { BestScores } from '../kernel/codes/code-ranking.ts';
import { displayItems } from './display-items.ts';
import { dotAt } from './dot.ts';
import {
  type Call,
  checkWanted,
  disposedError,
  type Nearest,
  type Retriever,
  type Wanted,
} from './retriever.ts';
import { ScoreHeap } from './score-heap.ts';

/**
 * Milliseconds to wait for details. Longer than with an index in parts: a visitor who waited for a whole index may be on a slow line.
 */
const SLOW_MS = 30_000;

/** The rows of an index, to be compared one by one. */
export interface RowScores {
  readonly count: number;
  readonly dimension: number;
  /** Size in memory; missing for plain vectors. */
  readonly bytes?: number;
  /** The cosine of each row with a unit vector; valid until the next call. */
  scorer(unit: Float32Array): (row: number) => number;
  /** The cosine of a few of the rows; nothing is computed for the others. Default: `scorer`. */
  fewScorer?(unit: Float32Array): (row: number) => number;
  /**
   * The best rows, those with equal scores in ascending order, where that is faster than `scorer`.
   * @param accepts 0 for each row that is left out, else 1; null for none
   * @returns null if it cannot find this many
   */
  best?(
    unit: Float32Array,
    most: number,
    minScore: number,
    accepts: Uint8Array | null,
  ): BestScores | null;
  /** The unit vector of a row, as a copy. */
  vectorOf(row: number): Float32Array;
}

/** Compares every row. */
export class ScanRetriever implements Retriever {
  readonly count: number;
  readonly dimension: number;
  readonly can;
  readonly hasCopies: boolean;
  readonly table: ItemTable;
  readonly rows: RowScores;
  readonly #heap = new ScoreHeap('worst');
  #disposed = false;

  constructor(rows: RowScores, table: ItemTable) {
    if (rows.count !== table.count) {
      throw new SoutuError(
        'IndexError',
        `An index of ${rows.count} rows does not fit ${table.count} items.`,
      );
    }
    this.rows = rows;
    this.dimension = rows.dimension;
    this.table = table;
    this.hasCopies = table.hasCopies;
    this.count = table.count;
    this.can = { preFilter: true, maxK: Math.max(1, table.count) };
  }

  async nearest(unit: Float32Array, wanted: Wanted, { signal }: Call = {}): Promise<Nearest> {
    this.throwIfDisposed();
    signal?.throwIfAborted();
    checkWanted(unit, wanted, this);
    const { filter, text = '', minScore, everyMatch } = wanted;
    await this.table.prepareText(text);
    this.throwIfDisposed();
    signal?.throwIfAborted();
    const accepts = this.table.matching(filter, text)?.accepts ?? null;
    const k = everyMatch ? this.count : wanted.k;
    const { count } = this;
    const best = this.rows.best?.(unit, k, minScore, accepts);
    if (best) {
      const { found, total } = best;
      const rows = found.map(([row, score]) => ({ row: this.table.row(row), score }));
      return { rows, exhausted: total <= k, total, engine: 'flat' };
    }
    const scoreOf = this.rows.scorer(unit);
    const heap = this.#heap;
    heap.size = 0;
    let total = 0;
    // Rows are scanned in ascending order, so among equal scores the lowest rows stay in the heap.
    for (let row = 0; row < count; row++) {
      if (accepts !== null && !accepts[row]) continue;
      const score = scoreOf(row);
      // Written so that NaN is left out.
      if (!(score >= minScore)) continue;
      total++;
      if (heap.size < k) heap.push(score, row);
      else if (score > heap.scoreAt(0)) heap.replaceTop(score, row);
    }
    return { rows: this.#drain(heap), exhausted: total <= k, total, engine: 'flat' };
  }

  async get(
    id: string,
    { signal }: Call = {},
  ): Promise<{ item: DisplayItem; vector: Float32Array } | null> {
    this.throwIfDisposed();
    const row = this.table.indexOf(id);
    if (row < 0) return null;
    const [item] = await this.items([id], { signal });
    return { item: item as DisplayItem, vector: this.rows.vectorOf(row) };
  }

  items(ids: readonly string[], call?: Call): Promise<readonly DisplayItem[]> {
    const { table } = this;
    const rows = ids.map((id) => table.indexOf(id));
    const source = {
      detailsOf: (i: number) => table.detailsOf(rows[i] as number),
      isReplaced: () => table.isReplaced(),
      slowMs: SLOW_MS,
    };
    return displayItems(
      rows.map((row) => table.item(row)),
      source,
      call,
    );
  }

  async facets(): Promise<readonly string[]> {
    return this.table.facets();
  }

  async numeric(): Promise<readonly string[]> {
    return this.table.numeric();
  }

  dispose(): void {
    this.#disposed = true;
  }

  throwIfDisposed(): void {
    if (this.#disposed) throw disposedError();
  }

  /** Empties the heap, the worst first, into a list with the best first. */
  #drain(heap: ScoreHeap): Neighbour[] {
    const rows = new Array<Neighbour>(heap.size);
    for (let i = heap.size - 1; i >= 0; i--) {
      rows[i] = { row: this.table.row(heap.idAt(0)), score: heap.scoreAt(0) };
      heap.pop();
    }
    return rows;
  }
}

/** Compares every vector. Tests use it as the reference for other retrievers. */
export class FlatRetriever extends ScanRetriever {
  readonly vectors: Float32Array;

  /** @param vectors count × dimension unit vectors, row by row; not copied */
  constructor(vectors: Float32Array, dimension: number, table: ItemTable) {
    if (vectors.length !== table.count * dimension) {
      throw new SoutuError(
        'IndexError',
        `${vectors.length} numbers are not ${table.count} vectors of ${dimension}.`,
      );
    }
    const rows: RowScores = {
      count: table.count,
      dimension,
      scorer: (unit) => (row) => dotAt(vectors, row * dimension, unit),
      vectorOf: (row) => vectors.slice(row * dimension, (row + 1) * dimension),
    };
    super(rows, table);
    this.vectors = vectors;
  }
}
