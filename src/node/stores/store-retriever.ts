/** What the retrievers of stores have in common. An adapter says how its engine finds rows. */
import { byId, type IndexedItem } from '../../core/item.ts';
import type { Neighbour } from '../../core/search/rank.ts';
import {
  type Call,
  checkWanted,
  disposedError,
  type Nearest,
  type Retriever,
  type Wanted,
} from '../../engine/retriever.ts';
import { readRow } from './item-parts.ts';
import { type PushedCondition, pushedConditions } from './pushed-filter.ts';
import type { ReleaseInfo } from './store.ts';

/** A row as an engine found it. */
export interface FoundRow {
  readonly id: string;
  /** `splitItem().search` */
  readonly search: string;
  /** `splitItem().details`, if the engine was asked for them and returns them with the row. */
  readonly details?: string;
  /** Cosine. */
  readonly score: number;
}

/** One engine, pinned to one release. Every method throws `ReleaseGoneError` once the release is dropped. */
export interface RowFinder {
  /** The most rows that one request may ask for. */
  readonly maxK: number;
  /** See `Retriever.can`. */
  readonly words?: false;
  /** Whether comparing all rows is faster than a graph, for `k` rows. */
  prefersExact?(k: number, ef: number): boolean;
  /**
   * Up to `k` near rows that meet the conditions. It may miss some, return one twice, and in any order.
   * @param details whether most of the rows will be displayed
   * @returns null if comparing all rows is better
   */
  approximate(
    unit: Float32Array,
    k: number,
    ef: number,
    conditions: readonly PushedCondition[],
    call: Call,
    details: boolean,
  ): Promise<readonly FoundRow[] | null>;
  /** False if `exact` is a very wide search of a graph, and no more. */
  readonly comparesAll?: boolean;
  /** The `k` nearest rows that meet the conditions, by comparing all of them. */
  exact(
    unit: Float32Array,
    k: number,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]>;
  /** How many rows meet the conditions. */
  count(conditions: readonly PushedCondition[], call: Call): Promise<number>;
  get(id: string, call: Call): Promise<{ item: IndexedItem; vector: Float32Array } | null>;
  items(ids: readonly string[], call: Call): Promise<readonly IndexedItem[]>;
}

export class StoreRetriever implements Retriever {
  readonly count: number;
  readonly dimension: number;
  readonly hasCopies: boolean;
  readonly can: Retriever['can'];
  readonly #finder: RowFinder;
  readonly #info: ReleaseInfo;
  #disposed = false;

  constructor(finder: RowFinder, info: ReleaseInfo) {
    this.#finder = finder;
    this.#info = info;
    this.count = info.count;
    this.dimension = info.dimension;
    this.hasCopies = info.hasCopies;
    this.can = {
      preFilter: true,
      maxK: Math.max(1, Math.min(finder.maxK, info.count)),
      rowsCost: true,
      ...(finder.words === false ? { words: false } : {}),
      ...(finder.comparesAll === false ? { exact: false } : {}),
    };
  }

  async nearest(unit: Float32Array, wanted: Wanted, call: Call = {}): Promise<Nearest> {
    this.#check(call);
    checkWanted(unit, wanted, this);
    const { k, ef, filter, text = '', display: [from, to] = [0, 0] } = wanted;
    const conditions = pushedConditions(filter, text);
    // The row after the last tells whether there are more.
    const asked = Math.min(k + 1, this.can.maxK);
    const isExact = wanted.exact || this.#finder.prefersExact?.(asked, ef) === true;
    if (!isExact) {
      const found = await this.#finder.approximate(
        unit,
        asked,
        Math.max(ef, asked),
        conditions,
        call,
        2 * (to - from) > asked,
      );
      this.#check(call);
      const answer =
        found && (await this.#answer(sorted(found), asked, wanted, conditions, 'hnsw', call));
      this.#check(call);
      if (answer) return answer;
    }
    const found = sorted(await this.#finder.exact(unit, asked, conditions, call));
    this.#check(call);
    const engine = this.#finder.comparesAll === false ? 'hnsw' : 'flat';
    const answer = await this.#answer(found, asked, wanted, conditions, engine, call);
    this.#check(call);
    if (answer) return answer;
    const { rows, items } = above(found, wanted);
    // A very wide search of a graph has not found all; a comparison of all rows has, unless another program deleted rows.
    const isAll = this.#finder.comparesAll !== false;
    return { rows, items, exhausted: isAll, isSpent: !isAll, total: null, engine };
  }

  async get(
    id: string,
    call: Call = {},
  ): Promise<{ item: IndexedItem; vector: Float32Array } | null> {
    this.#check(call);
    const found = await this.#finder.get(id, call);
    this.#check(call);
    return found;
  }

  async items(ids: readonly string[], call: Call = {}): Promise<readonly IndexedItem[]> {
    this.#check(call);
    if (ids.length === 0) return [];
    const found = await this.#finder.items([...new Set(ids)], call);
    this.#check(call);
    const known = new Map(found.map((item) => [item.id, item]));
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  async facets(): Promise<readonly string[]> {
    return this.#info.facets;
  }

  async numeric(): Promise<readonly string[]> {
    return this.#info.numeric;
  }

  dispose(): void {
    this.#disposed = true;
  }

  /** @returns null if there are more rows than were found, though as many were asked for */
  async #answer(
    found: readonly FoundRow[],
    asked: number,
    wanted: Wanted,
    conditions: readonly PushedCondition[],
    engine: Nearest['engine'],
    call: Call,
  ): Promise<Nearest | null> {
    const { rows, items } = above(found, wanted);
    const isBelow = rows.length < found.length;
    const isMore = found.length > wanted.k;
    let exhausted = !isMore;
    if (!isMore && !isBelow) {
      const all = conditions.length === 0 ? this.count : await this.#finder.count(conditions, call);
      if (found.length < asked && found.length < all) return null;
      exhausted = found.length >= all;
    }
    const isEnd = isBelow && rows.length <= wanted.k;
    // The widest search of a graph may miss rows, too: that a worse one was found does not mean that all better ones were.
    if (isEnd && wanted.exact && engine === 'hnsw') {
      return { rows, items, exhausted: false, isSpent: true, total: null, engine };
    }
    return {
      ...{ rows: rows.slice(0, wanted.k), items, engine },
      ...{ exhausted: exhausted || isEnd, total: null },
    };
  }

  #check({ signal }: Call): void {
    if (this.#disposed) throw disposedError();
    signal?.throwIfAborted();
  }
}

/** Best first, ties by id, each row once. */
function sorted(found: readonly FoundRow[]): readonly FoundRow[] {
  const known = new Set<string>();
  return [...found]
    .sort((a, b) => b.score - a.score || byId(a, b))
    .filter(({ id }) => !known.has(id) && known.add(id));
}

function above(
  found: readonly FoundRow[],
  { minScore }: Wanted,
): { readonly rows: Neighbour[]; readonly items: ReadonlyMap<string, IndexedItem> } {
  const items = new Map<string, IndexedItem>();
  const rows = found.flatMap(({ id, search, details = null, score }) => {
    if (score < minScore) return [];
    const { row, item } = readRow(id, search, details);
    if (item) items.set(id, item);
    return [{ row, score }];
  });
  return { rows, items };
}
