/**
 * The index in parts of a bundle. It reads the root once; each search is a `WaveSearch`, whose rows it puts in order. It
 * remembers their items, so that their titles and pictures are found without the shards.
 */
import { vectorOf } from '../../core/codes/vector-of.ts';
import type { CancelSignal } from '../../core/contract.ts';
import { MissingFileError, SoutuError } from '../../core/errors.ts';
import type { DisplayItem, ItemDetails, SearchItem } from '../../core/item.ts';
import { type Lazy, lazy } from '../../core/lazy.ts';
import type { LayeredQuery } from '../../core/parts/layers.ts';
import { wholeCodes } from '../../core/parts/whole-codes.ts';
import { hasConditions } from '../../core/search/filter.ts';
import type { Neighbour } from '../../core/search/rank.ts';
import { wordsMatcher } from '../../core/search/text-words.ts';
import { withTimeout } from '../../core/timeout.ts';
import { normalised } from '../../core/vector/arithmetic.ts';
import { displayItems } from '../display-items.ts';
import {
  type Call,
  checkWanted,
  disposedError,
  type Nearest,
  type Retriever,
  type Wanted,
} from '../retriever.ts';
import type { FoundRow } from './found-rows.ts';
import { type KnownItem, KnownItems } from './known-items.ts';
import { laterPage } from './later-page.ts';
import { type OpenRoot, openRoot } from './open-root.ts';
import { PartReads } from './part-reads.ts';
import type { PartsSettings, PartsSource } from './parts-source.ts';
import type { Posted } from './posting-search.ts';
import { RowFilter } from './row-filter.ts';
import { WaveSearch } from './wave-search.ts';

const SLOW_MS = 10_000;
/** Titles are loaded in place of details that failed, if their files are small, and quick. */
const FEW_TITLE_BYTES = 100_000;
const TITLES_MS = 3000;
/** A search by id does not wait longer for what the page shows of its own item. */
const OWN_MS = 1500;

export class PartsRetriever implements Retriever {
  readonly count: number;
  readonly dimension: number;
  readonly can;
  readonly hasCopies: boolean;
  readonly laterPage = laterPage;
  readonly #source: PartsSource;
  readonly #settings: PartsSettings;
  readonly #slowMs: number;
  readonly #known = new KnownItems();
  readonly #titles: Lazy<readonly (string | undefined)[]>;
  readonly #filter = new RowFilter(() => this.#orReplaced(this.#titles()));
  #opened: Promise<OpenRoot> | null = null;
  #disposed = false;

  /** Begins to read the root. */
  constructor(source: PartsSource, settings: PartsSettings = {}) {
    this.#source = source;
    this.#settings = settings;
    this.#slowMs = settings.slowMs ?? SLOW_MS;
    this.#titles = lazy(() => source.titles());
    this.count = source.count;
    this.dimension = source.dimension;
    this.hasCopies = source.hasCopies;
    this.can = {
      preFilter: true,
      maxK: Math.max(1, source.count),
      countsApart: true,
    };
    // The first search reports a failure.
    this.#open().catch(() => undefined);
  }

  async nearest(
    unit: Float32Array,
    wanted: Wanted,
    { signal, onFirst }: Call = {},
  ): Promise<Nearest> {
    this.#check(signal);
    checkWanted(unit, wanted, this);
    const open = await this.#open();
    this.#check(signal);
    const { filter, text = '', k, everyMatch, need = k } = wanted;
    const query = open.coder.code(unit);
    const reads = new PartReads({
      slowMs: this.#slowMs,
      isReplaced: () => this.#source.isReplaced(),
      check: () => this.#check(signal),
    });
    const posted = await this.#posted(filter, text, query, reads);
    // Added items are in no posting.
    const isPosted = posted?.kind === 'rows' && !open.root.changes;
    const accepts = isPosted ? null : await this.#filter.of(filter, text);
    this.#check(signal);
    const asked = {
      ...{ query, accepts, posted },
      wanted: { ...wanted, need: Math.min(k, need) },
      probing: { ...open.root.probing, ...this.#settings.probing },
      count: this.count,
    };
    const { rows, found, total, isWhole, isSpent } = await new WaveSearch(open, asked, reads).run(
      (look) =>
        onFirst?.(async () => ({
          rows: this.#inOrder(await look()),
          exhausted: false,
          total: null,
          engine: 'parts',
          isSpent: true,
        })),
    );
    const inOrder = this.#inOrder(rows);
    return {
      rows: everyMatch ? inOrder : inOrder.slice(0, k),
      exhausted: isWhole && (everyMatch || found <= k),
      ...{ total, isSpent },
      engine: 'parts',
      lack: reads.lack,
    };
  }

  async get(id: string, { signal }: Call = {}) {
    this.#check(signal);
    const { root, reader } = await this.#open();
    const position = await this.#orReplaced(reader.positionOf(id));
    this.#check(signal);
    if (position < 0) return null;
    const index = reader.shardOf(position);
    const shard = await this.#orReplaced(reader.shard(index));
    const row = position - (root.starts[index] as number);
    // Begun beside the fine file.
    this.#source.detailsAt([position]).catch(() => undefined);
    const [items, refined] = await this.#orReplaced(
      Promise.all([shard.items(), reader.refinement(index, shard)]),
    );
    const own = { item: items[row] as SearchItem, position };
    const [item] = await this.#displayed([own], { signal }, OWN_MS);
    this.#check(signal);
    const codes = wholeCodes(root, shard, index, row, refined);
    return {
      item: item as DisplayItem,
      vector: normalised(vectorOf(codes, root.layers.fine)),
    };
  }

  async items(ids: readonly string[], call?: Call): Promise<readonly DisplayItem[]> {
    const known = ids.map((id) => this.#known.get(id));
    const found = await Promise.all(ids.map((id, i) => known[i] ?? this.#find(id)));
    return this.#displayed(found, call);
  }

  #displayed(
    found: readonly KnownItem[],
    call?: Call,
    slowMs = this.#slowMs,
  ): Promise<readonly DisplayItem[]> {
    const { detailsAt, isReplaced, titleBytes = 0 } = this.#source;
    const positionOf = (i: number) => (found[i] as KnownItem).position;
    const source = {
      detailsOf: async (i: number) => (await detailsAt([positionOf(i)]))[0] as ItemDetails,
      titleOf: async (i: number) => {
        if (!this.#titles.started() && titleBytes > FEW_TITLE_BYTES) return undefined;
        const tooSlow = () => new SoutuError('NetworkError', 'The titles are slow.');
        return (await withTimeout(this.#titles(), TITLES_MS, tooSlow))[positionOf(i)];
      },
      isReplaced,
      slowMs,
    };
    return displayItems(
      found.map(({ item }) => item),
      source,
      call,
    );
  }

  /** @throws SoutuError `IndexError` for an id that no item has */
  async #find(id: string): Promise<KnownItem> {
    const { root, reader } = await this.#open();
    const position = await this.#orReplaced(reader.positionOf(id));
    if (position < 0)
      throw new SoutuError('IndexError', `No item has the id "${id}" in this bundle.`);
    const index = reader.shardOf(position);
    const shard = await this.#orReplaced(reader.shard(index));
    const at = position - (root.starts[index] as number);
    return { item: (await shard.items())[at] as SearchItem, position };
  }

  async facets(): Promise<readonly string[]> {
    return (await this.#open()).root.facets;
  }

  async numeric(): Promise<readonly string[]> {
    return (await this.#open()).root.numeric;
  }

  dispose(): void {
    this.#disposed = true;
  }

  #open(): Promise<OpenRoot> {
    if (!this.#opened) {
      const opening = openRoot(this.#source, this.#settings, this.#slowMs);
      this.#opened = opening;
      opening.catch(() => {
        if (this.#opened === opening) this.#opened = null;
      });
    }
    return this.#opened;
  }

  async #orReplaced<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      // A file that is missing although the release is current is damage, which reading the manifest again cannot mend.
      const isDamage = error instanceof MissingFileError && !(await this.#source.isReplaced());
      throw isDamage ? new SoutuError('BundleError', error.message, { cause: error }) : error;
    }
  }

  /** Null if the filter's postings do not list its rows, or cannot be read: shards are read then. */
  async #posted(
    filter: Wanted['filter'],
    text: string,
    query: LayeredQuery,
    reads: PartReads,
  ): Promise<Posted | null> {
    if (!this.#source.postings || !hasConditions(filter) || wordsMatcher(text)) return null;
    let found: Posted | null = null;
    await reads.each('postings', [0], async () => {
      const postings = await (await this.#open()).postings();
      const own = (await postings?.find(filter, query)) ?? null;
      return () => {
        found = own;
      };
    });
    return found;
  }

  /** Equal scores are in order of their ids. */
  #inOrder(rows: FoundRow[]): Neighbour[] {
    rows.sort((a, b) => b.neighbour.score - a.neighbour.score || (a.item.id < b.item.id ? -1 : 1));
    this.#known.add(rows);
    return rows.map(({ neighbour }) => neighbour);
  }

  #check(signal: CancelSignal | undefined): void {
    if (this.#disposed) throw disposedError();
    signal?.throwIfAborted();
  }
}
