/**
 * One search of an index in parts:
 *
 *     8 shards ─▶ 4 shards ─▶ … ─▶ fine files of the best rows ─▶ ids and attributes, which the shards have
 *
 * A shard that is missing, damaged or slow is left out: the answer comes from the others, and says so.
 */
import type { SearchItem } from '../../core/item.ts';
import type { LayeredQuery } from '../../core/parts/layers.ts';
import type { Probing } from '../../core/parts/root.ts';
import type { PartRef } from '../../core/parts/shard-files.ts';
import type { Shard } from '../../core/parts/shard-reader.ts';
import type { Wanted } from '../retriever.ts';
import { coarseScores } from './coarse-scores.ts';
import {
  type FoundRow,
  type RowSources,
  rowsOfKnown,
  rowsOfPosting,
  rowsOfShards,
} from './found-rows.ts';
import type { OpenRoot } from './open-root.ts';
import type { PartReads } from './part-reads.ts';
import type { Posted, PostedRows } from './posting-search.ts';
import { type Candidate, Prober } from './prober.ts';
import type { Accepts } from './row-filter.ts';
import { segmentsToRead } from './segments.ts';
import type { ShardScores } from './shard-scores.ts';

export interface WaveQuery {
  readonly query: LayeredQuery;
  readonly wanted: Omit<Wanted, 'need'> & { readonly need: number };
  readonly probing: Probing;
  /** Null if every row matches. */
  readonly accepts: Accepts | null;
  /** What postings say about the filter; null if they say nothing. */
  readonly posted: Posted | null;
  /** Rows of the index. */
  readonly count: number;
}

export interface WaveAnswer {
  /** The rows found, in no order. */
  readonly rows: FoundRow[];
  /** How many rows that were seen reach the cut-off. */
  readonly found: number;
  /** How many rows match and reach it; null if not all were seen. */
  readonly total: number | null;
  /** Every row was seen, and compared by both layers. */
  readonly isWhole: boolean;
  /** A search for more rows would read no more. */
  readonly isSpent: boolean;
}

export class WaveSearch {
  readonly #open: OpenRoot;
  readonly #asked: WaveQuery;
  readonly #reads: PartReads;
  readonly #shards: ShardScores;
  readonly #prober: Prober;
  readonly #posted: PostedRows | null;
  /** The fine files of the shards that were read. */
  readonly #fine = new Map<number, Shard['fine']>();
  /**
   * Items by position, of an exact search: it takes all that it needs of a shard at once, because memory does not hold all
   * of them.
   */
  readonly #known: Map<number, SearchItem> | null;

  constructor(open: OpenRoot, asked: WaveQuery, reads: PartReads) {
    const { root, reader, scorer } = open;
    const { query, wanted, probing, accepts, posted, count } = asked;
    this.#open = open;
    this.#asked = asked;
    this.#reads = reads;
    this.#shards = scorer.score(query.coarse);
    this.#prober = new Prober(this.#shards, probing, root.error, {
      ...wanted,
      count,
      filtered: accepts !== null,
      shards: posted?.kind === 'shards' ? posted.shards : null,
      removed: root.changes?.removed,
    });
    this.#posted = posted?.kind === 'rows' ? posted : null;
    this.#known = wanted.exact && !this.#posted ? new Map() : null;
    if (this.#posted) {
      const { positions, scores } = this.#posted;
      this.#prober.addPosted(positions, scores, (position) => reader.shardOf(position));
    }
  }

  /**
   * @param onFirst is called after the first wave, unless the search reads all that it needs at once
   * @throws what the first file failed with, if no shard could be read; errors of `reads`
   */
  async run(onFirst?: (look: () => Promise<FoundRow[]>) => void): Promise<WaveAnswer> {
    const { root } = this.#open;
    const { wanted, accepts, count } = this.#asked;
    const { minScore, exact, k, need, everyMatch } = wanted;
    const isWide = exact || accepts !== null;
    const segments = segmentsToRead(root, this.#shards, isWide ? Number.POSITIVE_INFINITY : need);
    const first = [...this.#nextWave(), ...segments];
    for (let wave = first; wave.length > 0; wave = this.#nextWave()) {
      await this.#readWave(wave);
      if (wave === first && !this.#known && !this.#posted) {
        onFirst?.(() => rowsOfShards(this.#sorted().slice(0, 4 * need), this.#sources));
      }
      // Nothing can be reached: more waves would only wait for more timeouts.
      if (this.#fine.size === 0 && !this.#posted) throw this.#reads.first;
    }
    if (!this.#known) await this.#readFine();
    const all = this.#sorted();
    const rows = await this.#rowsOf(everyMatch ? all : atLeast(all, k));
    const { lack } = this.#reads;
    const hasAll = segments.length === root.shards.length - this.#shards.count;
    const sawAll = (this.#posted !== null || this.#prober.isWhole) && hasAll && lack === null;
    // By coarse codes alone, a row may be taken to be on the wrong side of the cut-off, or of a match.
    const isWhole = sawAll && all.every(({ isRefined }) => isRefined);
    return {
      rows,
      found: all.length,
      total: isWhole || (sawAll && minScore === Number.NEGATIVE_INFINITY) ? all.length : null,
      isWhole,
      isSpent:
        !isWhole &&
        // All rows of the posting have been compared.
        (this.#posted !== null ||
          // A file that failed would fail again.
          lack !== null ||
          this.#prober.isSpent ||
          // The rows that the page lacks are in shards that this search may not read.
          rows.length < need ||
          need >= count),
    };
  }

  #nextWave(): number[] {
    return this.#posted ? [] : this.#prober.nextWave();
  }

  async #readWave(wave: readonly number[]): Promise<void> {
    const { root, reader, layers } = this.#open;
    const { accepts, query, wanted } = this.#asked;
    const known = this.#known;
    const held = new Map<number, Shard>();
    await this.#reads.each('coarse', wave, async (index) => {
      const shard = await reader.shard(index);
      const accepted = accepts && (await accepts(shard));
      const items = known && (await shard.items());
      return () => {
        this.#fine.set(index, shard.fine);
        const scores = coarseScores(root, index, shard, layers.coarse, query, this.#shards.sums);
        this.#prober.add(index, shard.positions, scores, accepted);
        if (!known || !items) return;
        held.set(index, shard);
        shard.positions.forEach((position, i) => {
          if (this.#prober.candidates.get(position)?.shard === index) {
            known.set(position, items[i] as SearchItem);
          }
        });
      };
    });
    if (!known) return;
    await this.#refine(this.#prober.unrefinedOf(held), async (index) => held.get(index) as Shard);
    if (!wanted.everyMatch) this.#prober.forget(known, wanted.k);
  }

  /** The files that most probably decide which rows are the best. */
  #readFine(): Promise<void> {
    const { root, reader } = this.#open;
    const bytesOf = (index: number) =>
      (this.#fine.get(index) ?? (root.shards[index] as PartRef)).bytes;
    return this.#refine(this.#prober.fineFiles(bytesOf), (index) => reader.shard(index));
  }

  #refine(indices: readonly number[], shardAt: (index: number) => Promise<Shard>): Promise<void> {
    const { reader, layers } = this.#open;
    const { weights, unit } = this.#asked.query.fine;
    return this.#reads.each('fine', indices, async (index) => {
      const shard = await shardAt(index);
      const codes = await reader.refinement(index, shard);
      return () => {
        const sums = layers.fine.sums(codes, weights);
        this.#prober.refine(index, shard.positions, (row) => unit * (sums[row] as number));
      };
    });
  }

  /** The rows that reach the cut-off, best first. */
  #sorted(): readonly Candidate[] {
    const { minScore } = this.#asked.wanted;
    return [...this.#prober.candidates.values()]
      .filter(({ score }) => score >= minScore)
      .sort((a, b) => b.score - a.score);
  }

  #rowsOf(best: readonly Candidate[]): Promise<FoundRow[]> {
    if (this.#posted) return rowsOfPosting(best, this.#posted, this.#sources);
    if (this.#known) return rowsOfKnown(best, this.#known, this.#sources);
    return rowsOfShards(best, this.#sources);
  }

  get #sources(): RowSources {
    const { root, reader } = this.#open;
    return { shards: root.shards, reader, reads: this.#reads };
  }
}

/** The k best, and all that are as good as the last of them: their ids decide. */
function atLeast(sorted: readonly Candidate[], k: number): readonly Candidate[] {
  const last = sorted[k - 1];
  if (!last) return sorted;
  let end = k;
  while (sorted[end]?.score === last.score) end++;
  return sorted.slice(0, end);
}
