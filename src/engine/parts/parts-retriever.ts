/**
 * An index in parts: a search reads the root, then waves of shards, then the fine files of the best rows.
 *
 *     root ─▶ 8 shards ─▶ 4 shards ─▶ … ─▶ fine files ─▶ ids and attributes, which the shards have
 *
 * A shard that is missing, damaged or slow is left out: the answer comes from the others, and says so.
 */
import { vectorOf } from '../../core/codes/vector-of.ts';
import type { CancelSignal } from '../../core/contract.ts';
import { MissingFileError, SoutuError } from '../../core/errors.ts';
import type { DisplayItem, ItemDetails, SearchItem } from '../../core/item.ts';
import { type Lazy, lazy } from '../../core/lazy.ts';
import { loadScript } from '../../core/load-script.ts';
import type { CodeArray, LayerCodes } from '../../core/parts/code-decoder.ts';
import { LayeredCoder, type LayeredQuery } from '../../core/parts/layers.ts';
import type { PartsRoot } from '../../core/parts/root.ts';
import { HASH_BYTES, type PartRef } from '../../core/parts/shard-files.ts';
import {
  type LayerPair,
  type ReadPart,
  type Shard,
  ShardReader,
} from '../../core/parts/shard-reader.ts';
import { wholeCodes } from '../../core/parts/whole-codes.ts';
import { hasConditions, matcher } from '../../core/search/filter.ts';
import { rowOf, textsOf } from '../../core/search/item-table.ts';
import type { Neighbour } from '../../core/search/rank.ts';
import { foldedText, wordsMatcher } from '../../core/search/text-words.ts';
import { withTimeout } from '../../core/timeout.ts';
import { normalised } from '../../core/vector/arithmetic.ts';
import { compileLayerCodes, openLayerCodes } from '../../kernel/codes/layer-codes.ts';
import { displayItems } from '../display-items.ts';
import {
  type Call,
  checkWanted,
  disposedError,
  type Nearest,
  type Retriever,
  type Wanted,
} from '../retriever.ts';
import { coarseScores } from './coarse-scores.ts';
import { laterPage } from './later-page.ts';
import { PartReads } from './part-reads.ts';
import type { PartsSettings, PartsSource } from './parts-source.ts';
import type { Posted, PostingSearch } from './posting-search.ts';
import { type Candidate, Prober } from './prober.ts';
import {
  type FoundRow,
  type RowSources,
  rowsOfKnown,
  rowsOfPosting,
  rowsOfShards,
} from './rows-of.ts';
import { segmentsToRead } from './segments.ts';
import { ShardScorer } from './shard-scores.ts';

const SLOW_MS = 10_000;
/** Titles are loaded in place of details that failed, if their files are small, and quick. */
const FEW_TITLE_BYTES = 100_000;
const TITLES_MS = 3000;

/** Answers whose items are remembered: of several searches at once, each of which may take several turns. */
const KNOWN_ANSWERS = 12;
/** Items of them all; the newest answer is remembered whatever its size. */
const KNOWN_ITEMS = 50_000;

interface KnownItem {
  readonly item: SearchItem;
  readonly position: number;
}

interface OpenRoot {
  readonly root: PartsRoot;
  readonly reader: ShardReader;
  readonly layers: LayerPair;
  readonly coder: LayeredCoder;
  readonly scorer: ShardScorer;
  /** Its script is loaded by the first search with a filter; null without postings. */
  readonly postings: Lazy<PostingSearch | null>;
}

export class PartsRetriever implements Retriever {
  readonly count: number;
  readonly dimension: number;
  readonly can;
  readonly hasCopies: boolean;
  readonly laterPage = laterPage;
  readonly #source: PartsSource;
  readonly #settings: PartsSettings;
  /** The items of the last answers by id, the newest first. A page asks for their details after other searches may have begun. */
  #answers: readonly ReadonlyMap<string, KnownItem>[] = [];
  readonly #titles: Lazy<readonly (string | undefined)[]>;
  /** What a search for words looks at, by position, as far as it was needed. */
  readonly #texts: string[] = [];
  #opened: Promise<OpenRoot> | null = null;
  #disposed = false;

  /** Begins to read the root. */
  constructor(source: PartsSource, settings: PartsSettings = {}) {
    this.#source = source;
    this.#settings = settings;
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
    const { root, reader, layers, coder, scorer } = await this.#open();
    this.#check(signal);
    const { filter, text = '', minScore, exact, k, everyMatch } = wanted;
    const need = Math.min(k, wanted.need ?? k);
    const query = coder.code(unit);
    const shards = scorer.score(query.coarse);
    const reads = new PartReads({
      slowMs: this.#settings.slowMs ?? SLOW_MS,
      isReplaced: () => this.#source.isReplaced(),
      check: () => this.#check(signal),
    });
    const found = await this.#posted(filter, text, query, reads);
    const posted = found?.kind === 'rows' ? found : null;
    // Added items are in no posting.
    const accepts = posted && !root.changes ? null : await this.#filterOf(filter, text);
    this.#check(signal);
    const probing = { ...root.probing, ...this.#settings.probing };
    const prober = new Prober(shards, probing, root.error, {
      ...{ need, count: this.count, minScore, exact },
      filtered: accepts !== null,
      shards: found?.kind === 'shards' ? found.shards : null,
      removed: root.changes?.removed,
    });
    if (posted) {
      prober.addPosted(posted.positions, posted.scores, (position) => reader.shardOf(position));
    }
    const isWide = exact || accepts !== null;
    const segments = segmentsToRead(root, shards, isWide ? Number.POSITIVE_INFINITY : need);
    const read = new Map<number, Shard['fine']>();
    // An exact search takes all that it needs of a shard at once, because memory does not hold all of them.
    const known = exact && !posted ? new Map<number, SearchItem>() : null;
    const refine = (index: number, shard: Shard, codes: CodeArray) => {
      const sums = layers.fine.sums(codes, query.fine.weights);
      const { unit: size } = query.fine;
      prober.refine(index, shard.positions, (row) => size * (sums[row] as number));
    };
    const nextWave = () => (posted ? [] : prober.nextWave());
    const first = [...nextWave(), ...segments];
    for (let wave = first; wave.length > 0; wave = nextWave()) {
      const held = new Map<number, Shard>();
      await reads.each('coarse', wave, async (index) => {
        const shard = await reader.shard(index);
        const accepted = accepts && (await accepts(shard));
        const items = known && (await shard.items());
        return () => {
          read.set(index, shard.fine);
          const scores = coarseScores(root, index, shard, layers.coarse, query, shards.sums);
          prober.add(index, shard.positions, scores, accepted);
          if (!known || !items) return;
          held.set(index, shard);
          shard.positions.forEach((position, i) => {
            if (prober.candidates.get(position)?.shard === index) {
              known.set(position, items[i] as SearchItem);
            }
          });
        };
      });
      if (known) {
        await reads.each('fine', prober.unrefinedOf(held), async (index) => {
          const shard = held.get(index) as Shard;
          const codes = await reader.refinement(index, shard);
          return () => refine(index, shard, codes);
        });
        if (!everyMatch) prober.forget(known, k);
      }
      if (wave === first && !known && !posted) {
        onFirst?.(() => this.#firstOf(prober, wanted, { shards: root.shards, reader, reads }));
      }
      // Nothing can be reached: more waves would only wait for more timeouts.
      if (read.size === 0 && !posted) throw reads.first;
    }
    const fine = known
      ? []
      : prober.fineFiles(
          (index) => read.get(index)?.bytes ?? (root.shards[index] as PartRef).bytes,
        );
    await reads.each('fine', fine, async (index) => {
      const shard = await reader.shard(index);
      const codes = await reader.refinement(index, shard);
      return () => refine(index, shard, codes);
    });
    const all = sorted(prober, minScore);
    const wantedRows = everyMatch ? all : atLeast(all, k);
    const sources = { shards: root.shards, reader, reads };
    const rows = this.#inOrder(
      await (posted
        ? rowsOfPosting(wantedRows, posted, sources)
        : known
          ? rowsOfKnown(wantedRows, known, sources)
          : rowsOfShards(wantedRows, sources)),
    );
    const { lack } = reads;
    const hasAll = segments.length === root.shards.length - shards.count;
    const sawAll = (posted !== null || prober.isWhole) && hasAll && lack === null;
    const isRefined = all.every((candidate) => candidate.isRefined);
    // By coarse codes alone, a row may be taken to be on the wrong side of the cut-off, or of a match.
    const isWhole = sawAll && isRefined;
    return {
      rows: everyMatch ? rows : rows.slice(0, k),
      exhausted: isWhole && (everyMatch || all.length <= k),
      total: isWhole || (sawAll && minScore === Number.NEGATIVE_INFINITY) ? all.length : null,
      engine: 'parts',
      // A page that is not full: more rows are in shards that this search has not read, or cannot read.
      // Each photo is in two shards, so a search may have seen every row although it has not read every shard.
      isSpent:
        !isWhole &&
        (posted !== null ||
          lack !== null ||
          prober.isSpent ||
          rows.length < need ||
          need >= this.count),
      lack,
    };
  }

  /** The best rows of a search that goes on. */
  async #firstOf(
    prober: Prober,
    { minScore, need, k }: Wanted,
    from: RowSources,
  ): Promise<Nearest> {
    const best = sorted(prober, minScore).slice(0, 4 * (need ?? k));
    const rows = this.#inOrder(await rowsOfShards(best, from));
    return { rows, exhausted: false, total: null, engine: 'parts', isSpent: true };
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
    const [item] = await this.#displayed([{ item: items[row] as SearchItem, position }], {
      signal,
    });
    this.#check(signal);
    const codes = wholeCodes(root, shard, index, row, refined);
    return {
      item: item as DisplayItem,
      vector: normalised(vectorOf(codes, root.layers.fine)),
    };
  }

  async items(ids: readonly string[], call?: Call): Promise<readonly DisplayItem[]> {
    const answers = this.#answers;
    const known = (id: string) => answers.find((answer) => answer.has(id))?.get(id);
    const found = await Promise.all(ids.map(async (id) => known(id) ?? (await this.#find(id))));
    return this.#displayed(found, call);
  }

  #displayed(found: readonly KnownItem[], call?: Call): Promise<readonly DisplayItem[]> {
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
      slowMs: this.#settings.slowMs ?? SLOW_MS,
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
      // Beside the download of the root.
      compileLayerCodes().catch(() => undefined);
      const opening = this.#source.root().then(async (root): Promise<OpenRoot> => {
        const { memoryBytes, openLayer = openLayerCodes } = this.#settings;
        const [coarse, fine] = await Promise.all([
          openLayer(root.layers.tables),
          openLayer(root.layers.fine.tables),
        ]);
        const layers = { coarse, fine };
        return {
          root,
          reader: new ShardReader(root, this.#source.readPart, memoryBytes, layers),
          layers,
          coder: new LayeredCoder(root.layers),
          scorer: new ShardScorer(root),
          postings: lazy(() => this.#openPostings(root, coarse)),
        };
      });
      this.#opened = opening;
      opening.catch(() => {
        if (this.#opened === opening) this.#opened = null;
      });
    }
    return this.#opened;
  }

  async #openPostings(root: PartsRoot, coarse: LayerCodes): Promise<PostingSearch | null> {
    const { postings, readPart } = this.#source;
    if (!postings) return null;
    const script = await loadScript(import('./posting-search.ts'));
    const hash = postings.sha256.slice(0, 2 * HASH_BYTES);
    const slowMs = this.#settings.slowMs ?? SLOW_MS;
    const read: ReadPart = (role, ref) =>
      withTimeout(readPart(role, ref), slowMs, () => {
        const what = `A file that the filter needs took longer than ${slowMs / 1000} s to load.`;
        return new SoutuError('NetworkError', what);
      });
    return new script.PostingSearch(root, { bytes: postings.bytes, hash }, read, coarse);
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

  /** Null if every row matches. Loads the titles, if the text has words: all of them once, because words are anywhere in the catalogue. */
  async #filterOf(filter: Wanted['filter'], text: string) {
    const hasWords = wordsMatcher(text);
    if (!hasConditions(filter) && !hasWords) return null;
    const matches = matcher(filter);
    const titles = hasWords ? await this.#orReplaced(this.#titles()) : [];
    const texts = this.#texts;
    return async ({ positions, items }: Shard): Promise<Uint8Array> =>
      Uint8Array.from(await items(), (item, i) => {
        if (!matches(rowOf(item))) return 0;
        if (!hasWords) return 1;
        const position = positions[i] as number;
        texts[position] ??= foldedText(textsOf(item, titles[position]));
        return hasWords(texts[position]) ? 1 : 0;
      });
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
    this.#remember(new Map(rows.map(({ item, position }) => [item.id, { item, position }])));
    return rows.map(({ neighbour }) => neighbour);
  }

  #remember(answer: ReadonlyMap<string, KnownItem>): void {
    let items = answer.size;
    const others = this.#answers.slice(0, KNOWN_ANSWERS - 1).filter(({ size }) => {
      items += size;
      return items <= KNOWN_ITEMS;
    });
    this.#answers = [answer, ...others];
  }

  #check(signal: CancelSignal | undefined): void {
    if (this.#disposed) throw disposedError();
    signal?.throwIfAborted();
  }
}

/** The rows that reach the cut-off, best first. */
function sorted({ candidates }: Prober, minScore: number): readonly Candidate[] {
  return [...candidates.values()]
    .filter(({ score }) => score >= minScore)
    .sort((a, b) => b.score - a.score);
}

/** The k best, and all that are as good as the last of them: their ids decide. */
function atLeast(sorted: readonly Candidate[], k: number): readonly Candidate[] {
  const last = sorted[k - 1];
  if (!last) return sorted;
  let end = k;
  while (sorted[end]?.score === last.score) end++;
  return sorted.slice(0, end);
}
