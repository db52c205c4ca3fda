/**
 * Which shards a search reads, and which fine files. It does no loading, so that a build can try its settings on the codes
 * in memory:
 *
 *     first wave: the nearest shards ─▶ tenth best score ─▶ wave: shards that may reach it ─▶ … ─▶ fine files
 */
import type { Probing } from '../../core/parts/root.ts';
import type { ShardScores } from './shard-scores.ts';

export interface ProbeLimits {
  /** Rows that the answer needs. */
  readonly need: number;
  /** Lower scores do not count. */
  readonly minScore: number;
  /** Rows of the index. */
  readonly count: number;
  /** Every shard is read, and every fine file. */
  readonly exact: boolean;
  /** Whether a filter leaves out rows, so that more shards may be needed. */
  readonly filtered: boolean;
  /** 1 for each shard that may have rows that match; default: all. */
  readonly shards?: Uint8Array | null;
  /** Positions that no longer count. */
  readonly removed?: ReadonlySet<number> | undefined;
}

export interface Candidate {
  readonly position: number;
  /** The score by coarse codes, then by both layers. */
  score: number;
  isRefined: boolean;
  /** A shard that has the row: one that has been read, or its own. */
  readonly shard: number;
  /** A second one, −1 if there is none. */
  second: number;
}

export interface FineStep {
  readonly shard: number;
  readonly left: number;
}

/** Probing is chosen for the ten nearest. */
const TEN = 10;
/** The most shards that a search reads for a full page of rows that match a filter; only an exact one reads more. */
const MOST_SHARDS = 128;
const EXACT_WAVE = 32;
/** The number of waves, about, in which the rest of a long search is read. */
const LONG_WAVES = 3;
/** Items that an exact search remembers beyond the best ones. */
const MOST_KNOWN = 20_000;
/** The best rows of a filter are in more shards than the nearest of all, so that their fine codes take more files. */
export const POSTED_FINE = 1.25;
/** A row that is less likely among the best is not worth a file. */
const LEAST_CHANCE = 0.01;

export class Prober {
  readonly candidates = new Map<number, Candidate>();
  readonly #shards: ShardScores;
  readonly #probing: Probing;
  readonly #limits: ProbeLimits;
  readonly #error: number;
  readonly #asked: Uint8Array;
  readonly #most: number;
  readonly #limit: number;
  readonly #refine: number;
  readonly #waves: number;
  #hasPosted = false;
  /** Shards that have been asked for. */
  #count = 0;
  /** Shards without rows that match. */
  #useless = 0;
  /** Rows of the shards that were read, and those of them that match. */
  #seen = 0;
  #matching = 0;

  /** @param error root mean squared error of coarse scores */
  constructor(shards: ShardScores, probing: Probing, error: number, limits: ProbeLimits) {
    this.#shards = shards;
    this.#probing = probing;
    this.#error = Math.max(error, 1e-6);
    this.#limits = limits;
    this.#asked = new Uint8Array(shards.count);
    limits.shards?.forEach((isUseful, s) => {
      if (isUseful) return;
      this.#asked[s] = 1;
      this.#useless++;
    });
    // The best hundred lie in more shards than the best ten, but not in ten times as many.
    const scale = Math.sqrt(Math.max(1, limits.need / TEN));
    // With a filter, or for a page that a cut-off left short: it may take many shards, but not in as many round trips.
    const isLong = limits.filtered || limits.need >= limits.count;
    const most = isLong ? MOST_SHARDS : probing.most * scale;
    const limit = Math.min(shards.count, Math.max(MOST_SHARDS, probing.most));
    this.#most = limits.exact ? shards.count : Math.min(limit, Math.ceil(most));
    this.#limit = limit;
    this.#refine = Math.ceil(probing.refine * scale);
    const { first, wave } = probing;
    // More shards in as many waves, because each wave is a round trip.
    this.#waves = isLong ? LONG_WAVES : Math.max(1, Math.ceil((probing.most - first) / wave));
  }

  /** Whether every shard that may have rows that match has been asked for. */
  get isWhole(): boolean {
    return this.#count + this.#useless === this.#shards.count;
  }

  /** Whether a larger page would read no more. */
  get isSpent(): boolean {
    return this.#count >= this.#limit;
  }

  /** The shards to read next, the best first; none if the search has seen enough. */
  nextWave(): number[] {
    const { count, distances, scores, roots } = this.#shards;
    const threshold = this.#threshold();
    const most = threshold === Number.NEGATIVE_INFINITY ? this.#most : this.#mostOnceFull();
    const room = Math.max(0, most - this.#count);
    const open: number[] = [];
    for (let s = 0; s < count; s++) if (!this.#asked[s]) open.push(s);
    const byDistance = (a: number, b: number) =>
      (distances[a] as number) - (distances[b] as number) || a - b;
    const { exact } = this.#limits;
    const { first, wave: least } = this.#probing;
    const size = Math.max(least, Math.ceil((most - first) / this.#waves));
    let wave: number[];
    if (exact) wave = open.sort(byDistance).slice(0, EXACT_WAVE);
    else if (this.#count === 0) {
      wave = open.sort(byDistance).slice(0, Math.min(first, room));
    } else if (threshold === Number.NEGATIVE_INFINITY) {
      // Too few rows match: the next nearest shards, more and more of them.
      wave = open.sort(byDistance).slice(0, Math.min(this.#count, room));
    } else {
      const lack = (s: number) => (threshold - (scores[s] as number)) / (roots[s] as number);
      wave = open
        .map((s) => [lack(s), s] as const)
        .filter(([own]) => own < this.#probing.reach)
        .sort((a, b) => a[0] - b[0] || a[1] - b[1])
        .slice(0, Math.min(size, room))
        .map(([, s]) => s);
    }
    for (const s of wave) this.#asked[s] = 1;
    this.#count += wave.length;
    return wave;
  }

  /**
   * With as many matching rows as the page needs. The ten nearest of a fifth of the rows are about the fifty nearest of all:
   * these lie in more shards than ten do, by the same rule as those of a longer page.
   */
  #mostOnceFull(): number {
    const { filtered, exact, need, count } = this.#limits;
    if (!filtered || exact || need >= count || this.#matching === 0) return this.#most;
    const ofAll = (need * this.#seen) / this.#matching;
    const most = this.#probing.most * Math.sqrt(Math.max(1, ofAll / TEN));
    return Math.min(this.#most, Math.ceil(most));
  }

  /**
   * @param positions of the shard's rows
   * @param scores by coarse codes
   * @param accepts 1 for each row that matches; null if all do
   */
  add(
    shard: number,
    positions: ArrayLike<number>,
    scores: Float64Array,
    accepts: Uint8Array | null = null,
  ): void {
    const { removed } = this.#limits;
    this.#seen += scores.length;
    for (let i = 0; i < scores.length; i++) {
      if (accepts !== null && !accepts[i]) continue;
      const position = positions[i] as number;
      if (removed?.has(position)) continue;
      this.#matching++;
      const known = this.candidates.get(position);
      if (known) known.second = shard;
      else {
        const score = scores[i] as number;
        this.candidates.set(position, { position, score, isRefined: false, shard, second: -1 });
      }
    }
  }

  /**
   * Adds rows that no shard has been read for.
   * @param shardOf their own shards
   */
  addPosted(
    positions: Uint32Array,
    scores: Float64Array,
    shardOf: (position: number) => number,
  ): void {
    const { removed } = this.#limits;
    this.#hasPosted = true;
    positions.forEach((position, i) => {
      if (removed?.has(position)) return;
      const score = scores[i] as number;
      const shard = shardOf(position);
      this.candidates.set(position, { position, score, isRefined: false, shard, second: -1 });
    });
  }

  /**
   * The fine files that cover most of the probability to be among the best, by bytes.
   * @param bytesOf of the fine file of a shard that was read
   */
  fineFiles(bytesOf: (shard: number) => number): number[] {
    return this.fineSteps(bytesOf).map(({ shard }) => shard);
  }

  /** The files of `fineFiles`, each with how many of the best are expected among the rows that no earlier file has. */
  fineSteps(bytesOf: (shard: number) => number): FineStep[] {
    const { exact } = this.#limits;
    const open = [...this.candidates.values()].filter(({ isRefined }) => !isRefined);
    if (exact || this.isWhole) {
      const left = Number.POSITIVE_INFINITY;
      return [...new Set(open.map(({ shard }) => shard))].map((shard) => ({ shard, left }));
    }
    const threshold = this.#threshold();
    const near = open.flatMap((candidate) => {
      const chance = chanceOf((candidate.score - threshold) / this.#error);
      return chance > LEAST_CHANCE ? [{ candidate, chance, isCovered: false }] : [];
    });
    const chosen: FineStep[] = [];
    const most = this.#refine * (this.#hasPosted ? POSTED_FINE : 1);
    while (chosen.length < most) {
      const gains = new Map<number, number>();
      let left = 0;
      for (const { candidate, chance, isCovered } of near) {
        if (isCovered) continue;
        left += chance;
        for (const s of [candidate.shard, candidate.second]) {
          if (s >= 0) gains.set(s, (gains.get(s) ?? 0) + chance);
        }
      }
      if (left < this.#probing.rest) break;
      let best = -1;
      let highest = 0;
      for (const [s, gain] of gains) {
        const worth = gain / Math.sqrt(bytesOf(s));
        if (worth > highest || (worth === highest && s < best)) {
          highest = worth;
          best = s;
        }
      }
      if (best < 0) break;
      chosen.push({ shard: best, left });
      for (const one of near) {
        if (one.candidate.shard === best || one.candidate.second === best) one.isCovered = true;
      }
    }
    return chosen;
  }

  /** Adds what the fine codes say of the rows of a shard. */
  refine(shard: number, positions: ArrayLike<number>, correctionOf: (row: number) => number): void {
    for (let i = 0; i < positions.length; i++) {
      const candidate = this.candidates.get(positions[i] as number);
      if (!candidate || candidate.isRefined) continue;
      if (candidate.shard !== shard && candidate.second !== shard) continue;
      candidate.score += correctionOf(i);
      candidate.isRefined = true;
    }
  }

  /** The shards that have rows whose fine codes are not known yet, and that were first found there. */
  unrefinedOf(shards: ReadonlyMap<number, { readonly positions: ArrayLike<number> }>): number[] {
    return [...shards].flatMap(([shard, { positions }]) => {
      for (let i = 0; i < positions.length; i++) {
        const candidate = this.candidates.get(positions[i] as number);
        if (candidate?.shard === shard && !candidate.isRefined) return [shard];
      }
      return [];
    });
  }

  /** Drops what is known of rows that are not among the k best, once it is much. */
  forget(known: Map<number, unknown>, k: number): void {
    if (known.size < 4 * k + MOST_KNOWN) return;
    const least = this.#bestScore(k);
    for (const position of known.keys()) {
      const candidate = this.candidates.get(position);
      if (candidate && candidate.score < least) known.delete(position);
    }
  }

  #bestScore(rank: number): number {
    const scores = new Float64Array(this.candidates.size);
    let i = 0;
    for (const { score } of this.candidates.values()) scores[i++] = score;
    scores.sort();
    return scores[scores.length - rank] ?? Number.NEGATIVE_INFINITY;
  }

  /** The score that a row has to reach: that of the last one needed. */
  #threshold(): number {
    const { need, minScore } = this.#limits;
    if (this.candidates.size < need) return minScore;
    return Math.max(minScore, this.#bestScore(need));
  }
}

/** The logistic approximation of the normal distribution. */
const chanceOf = (z: number) => 1 / (1 + Math.exp(-1.702 * z));
