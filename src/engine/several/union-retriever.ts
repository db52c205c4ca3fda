/**
 * Several indexes as one: each is searched, and their rows are merged by score. Ids, groups and copies are those of one
 * index, so each begins with its key: "shoes/#red-1". The space is that of the first index; the others' queries go back to
 * the plain vector and into their own space.
 */
import type { IndexEngine } from '../../core/contract.ts';
import { messageOf } from '../../core/errors.ts';
import type { DisplayItem } from '../../core/item.ts';
import type { Row } from '../../core/search/filter.ts';
import type { Neighbour } from '../../core/search/rank.ts';
import { placed, type Space } from '../../core/vector/space.ts';
import { unplaced } from '../../core/vector/unplaced.ts';
import {
  type Call,
  checkWanted,
  disposedError,
  type Lack,
  type Nearest,
  type Retriever,
  type Wanted,
} from '../retriever.ts';

export interface OpenIndex {
  readonly retriever: Retriever;
  readonly space: Space;
}

export interface Member {
  /** Begins the ids of its items, with "#" after it. */
  readonly key: string;
  /** @throws SoutuError */
  open(): Promise<OpenIndex>;
  /** With absolute URLs, because each index has a folder of its own. */
  addressed(item: DisplayItem): DisplayItem;
}

/** An index that could not be opened is tried again by a search so much later. */
const AGAIN_MS = 60_000;

interface Opened extends Member {
  index: OpenIndex | null;
  failure: { readonly error: unknown; readonly at: number } | null;
}

export class UnionRetriever implements Retriever {
  readonly dimension: number;
  readonly #members: readonly Opened[];
  readonly #space: Space;
  #disposed = false;

  readonly #isGone: (error: unknown) => boolean;

  private constructor(
    members: readonly Opened[],
    first: OpenIndex,
    isGone: (error: unknown) => boolean,
  ) {
    this.#members = members;
    this.#isGone = isGone;
    this.#space = first.space;
    this.dimension = first.retriever.dimension;
  }

  /**
   * The first index must open. Another one that does not is left out, and the answers say so.
   * @param isGone whether an error means that a release was replaced, so that the caller opens the next one
   * @throws SoutuError of the first index; `UsageError` of any: it has another model
   */
  static async open(
    members: readonly Member[],
    isGone: (error: unknown) => boolean,
  ): Promise<UnionRetriever> {
    const opened = members.map((member): Opened => ({ ...member, index: null, failure: null }));
    await Promise.all(opened.map(openAgain));
    const [first] = opened;
    if (!first?.index) throw first?.failure?.error;
    return new UnionRetriever(opened, first.index, isGone);
  }

  get count(): number {
    return this.#sum(({ count }) => count);
  }

  get hasCopies(): boolean {
    return this.#opened.some(({ index }) => index.retriever.hasCopies === true);
  }

  get laterPage(): Retriever['laterPage'] {
    return this.#opened.find(({ index }) => index.retriever.laterPage)?.index.retriever.laterPage;
  }

  get can(): Retriever['can'] {
    const all = this.#opened.map(({ index }) => index.retriever.can);
    return {
      preFilter: all.every(({ preFilter }) => preFilter),
      maxK: this.#sum(({ can }) => can.maxK),
      ...(all.some(({ countsApart }) => countsApart) ? { countsApart: true } : {}),
      ...(all.some(({ words }) => words === false) ? { words: false } : {}),
      ...(all.some(({ exact }) => exact === false) ? { exact: false } : {}),
    };
  }

  async nearest(unit: Float32Array, wanted: Wanted, call: Call = {}): Promise<Nearest> {
    this.#check(call);
    await Promise.all(this.#members.map(openAgain));
    checkWanted(unit, wanted, this);
    const plain = unplaced(unit, this.#space);
    const results = await Promise.all(
      this.#members.map(async (member) => {
        const { index, failure } = member;
        if (!index) return { member, failed: failure?.error };
        const { retriever, space } = index;
        const k = Math.min(wanted.k, retriever.can.maxK);
        const need = Math.min(wanted.need ?? wanted.k, k);
        const own = space === this.#space ? unit : placed(plain, space);
        try {
          const { signal } = call;
          return {
            member,
            found: await retriever.nearest(own, { ...wanted, k, need }, { signal }),
          };
        } catch (error) {
          call.signal?.throwIfAborted();
          if (this.#isGone(error) || isMistake(error)) throw error;
          return { member, failed: error };
        }
      }),
    );
    this.#check(call);
    const found = results.flatMap((one) =>
      one.found ? [{ ...one.found, member: one.member }] : [],
    );
    const [failure] = results.flatMap((one) => ('failed' in one ? [one] : []));
    if (failure && found.length === 0) throw failure.failed;
    // Of an index that has more rows, those below its last are unknown; so nothing below that may be in the answer.
    const open = found.filter(({ exhausted }) => !exhausted);
    const least = Math.max(
      ...open.map(({ rows }) => rows.at(-1)?.score ?? Number.NEGATIVE_INFINITY),
    );
    const rows = found
      .flatMap(({ rows: own, member }) => own.map((row) => keyed(row, member.key)))
      .filter(({ score }) => score >= least)
      .sort((a, b) => b.score - a.score);
    const totals = found.map(({ total }) => total);
    return {
      rows,
      exhausted: open.length === 0,
      total: totals.includes(null) ? null : totals.reduce<number>((sum, n) => sum + (n ?? 0), 0),
      engine: engineOf(found),
      isSpent: open.length > 0 && open.every(({ isSpent }) => isSpent === true),
      lack: lackOf(results),
    };
  }

  async get(
    id: string,
    call: Call = {},
  ): Promise<{ item: DisplayItem; vector: Float32Array } | null> {
    this.#check(call);
    const owner = this.#ownerOf(id);
    if (!owner) return null;
    const { key, index } = owner;
    const found = await index.retriever.get(id.slice(key.length + 1), call);
    this.#check(call);
    if (!found) return null;
    const { space } = index;
    const vector =
      space === this.#space ? found.vector : placed(unplaced(found.vector, space), this.#space);
    return { item: keyedItem(found.item, owner), vector };
  }

  async items(ids: readonly string[], call: Call = {}): Promise<readonly DisplayItem[]> {
    this.#check(call);
    const known = new Map<string, DisplayItem>();
    await Promise.all(
      this.#opened.map(async (member) => {
        const { key, index } = member;
        const own = ids.filter((id) => this.#ownerOf(id)?.key === key);
        const found = await index.retriever.items(
          own.map((id) => id.slice(key.length + 1)),
          call,
        );
        for (const item of found) known.set(`${key}#${item.id}`, keyedItem(item, member));
      }),
    );
    this.#check(call);
    return ids.flatMap((id) => known.get(id) ?? []);
  }

  facets(): Promise<readonly string[]> {
    return this.#names((retriever) => retriever.facets());
  }

  numeric(): Promise<readonly string[]> {
    return this.#names((retriever) => retriever.numeric());
  }

  dispose(): void {
    this.#disposed = true;
    for (const { index } of this.#members) index?.retriever.dispose();
  }

  get #opened(): readonly (Opened & { index: OpenIndex })[] {
    return this.#members.filter((member): member is Opened & { index: OpenIndex } =>
      Boolean(member.index),
    );
  }

  #ownerOf(id: string): (Opened & { index: OpenIndex }) | undefined {
    return this.#opened.find(({ key }) => id.startsWith(`${key}#`));
  }

  #sum(of: (retriever: Retriever) => number): number {
    return this.#opened.reduce((sum, { index }) => sum + of(index.retriever), 0);
  }

  async #names(of: (retriever: Retriever) => Promise<readonly string[]>): Promise<string[]> {
    const all = await Promise.all(this.#opened.map(({ index }) => of(index.retriever)));
    return [...new Set(all.flat())];
  }

  #check({ signal }: Call): void {
    if (this.#disposed) throw disposedError();
    signal?.throwIfAborted();
  }
}

/** @throws SoutuError `UsageError`: it has another model */
async function openAgain(member: Opened): Promise<void> {
  const { index, failure } = member;
  if (index || (failure && Date.now() - failure.at < AGAIN_MS)) return;
  try {
    member.index = await member.open();
    member.failure = null;
  } catch (error) {
    if (isMistake(error)) throw error;
    member.failure = { error, at: Date.now() };
  }
}

/** Looks at the name instead of the class, because the error may come from another script. */
const isMistake = (error: unknown) => (error as Error).name === 'UsageError';

function keyed({ row, score }: Neighbour, key: string): Neighbour {
  const own: Row = {
    id: `${key}#${row.id}`,
    group: `${key}#${row.group}`,
    copyOf: row.copyOf === undefined ? undefined : `${key}#${row.copyOf}`,
    attribute: (name) => row.attribute(name),
  };
  return { row: own, score };
}

function keyedItem(item: DisplayItem, { key, addressed }: Member): DisplayItem {
  const { id, group, copyOf } = item;
  return {
    ...addressed(item),
    id: `${key}#${id}`,
    ...(group === undefined ? {} : { group: `${key}#${group}` }),
    ...(copyOf === undefined ? {} : { copyOf: `${key}#${copyOf}` }),
  };
}

/** The one with the least certain answers. */
function engineOf(found: readonly Nearest[]): IndexEngine {
  const engines = new Set(found.map(({ engine }) => engine));
  return engines.has('parts') ? 'parts' : engines.has('hnsw') ? 'hnsw' : 'flat';
}

function lackOf(
  results: readonly { readonly found?: Nearest; readonly failed?: unknown }[],
): Lack | null {
  const lacks = results.map(
    ({ found, failed }): Lack =>
      found
        ? (found.lack ?? { failed: 0, asked: 1, reason: '' })
        : { failed: 1, asked: 1, reason: messageOf(failed) },
  );
  const sum = (of: (lack: Lack) => number) => lacks.reduce((total, lack) => total + of(lack), 0);
  const failed = sum((lack) => lack.failed);
  if (failed === 0) return null;
  const reason = lacks.find((lack) => lack.failed > 0)?.reason ?? '';
  const isWhole = results.every(({ found }) => !found?.lack);
  const what = isWhole ? ({ what: 'bundles' } as const) : {};
  return { ...what, failed, asked: sum((lack) => lack.asked), reason };
}
