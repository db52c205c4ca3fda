/** Searches that a build simulates on the codes in memory, to see what settings find and download. */
import { LayeredCoder } from '../../../../core/parts/layers.ts';
import type { Probing } from '../../../../core/parts/root.ts';
import { type Candidate, Prober } from '../../../../engine/parts/prober.ts';
import { ShardScorer, type ShardScores } from '../../../../engine/parts/shard-scores.ts';
import type { Judging } from '../query-model.ts';
import { bitsOfTable } from '../share-tables.ts';
import type { PartsCodes } from './make-parts.ts';
import { positionsOf } from './make-parts.ts';

const QUERIES = 500;
/** From this many items, more queries are tried: the bytes of large catalogues depend most on what is measured here. */
const LARGE = 10_000;
const QUERIES_OF_LARGE = 1000;
const TEN = 10;
/** The manifest and the root. */
const OTHER_REQUESTS = 2;
/** Limits of fine files that any settings stay within. */
export const MOST_FINE = 24;
export const LEAST_REST = 0.15;
/** No correction is larger than this many times the error of coarse codes. */
const FAR = 8;

export interface Tried {
  readonly probing: Probing;
  readonly recall: number;
  readonly bytes: number;
  readonly requests: number;
  readonly waves: number;
}

interface Asked {
  readonly shards: ShardScores;
  /** Scores of all rows of a shard, by coarse codes. */
  scoresOf(shard: number): Float64Array;
  correctionOf(position: number): number;
  readonly own: number;
  /** Positions of the ten nearest. */
  readonly exact: ReadonlySet<number>;
}

interface Searched {
  /** Without fine files. */
  readonly bytes: number;
  readonly requests: number;
  readonly waves: number;
  /** Fine files in reading order; `left` of the ten are expected among the rows that no earlier one has. */
  readonly fine: readonly { readonly left: number; readonly bytes: number }[];
  /** How many of the nearest are found with each number of fine files. */
  readonly found: readonly number[];
  readonly wanted: number;
}

/** Searches whose settings of fine files are open. */
export interface Probed {
  readonly probing: Omit<Probing, 'refine' | 'rest'>;
  readonly searches: readonly Searched[];
}

/** Simulated searches. */
export class Trial {
  readonly errors: { readonly coarseError: number; readonly error: number };
  readonly #positions: readonly Int32Array[];
  readonly #coarseBytes: Float64Array;
  readonly #fineBytes: Float64Array;
  readonly #asked: readonly Asked[];
  readonly #rootBytes: number;

  constructor(codes: PartsCodes, { judges, exact }: Judging, rowBytes: number) {
    this.#positions = codes.spilled.map((_, shard) => positionsOf(codes, shard));
    const { coarseBytes, fineBytes } = bytesOfShards(codes, this.#positions, rowBytes);
    this.#coarseBytes = coarseBytes;
    this.#fineBytes = fineBytes;
    this.#rootBytes = rootBytesOf(codes);
    const { layers, order } = codes;
    const { dimension } = layers.fine;
    const positionOf = new Int32Array(order.length);
    order.forEach((row, position) => {
      positionOf[row] = position;
    });
    const coder = new LayeredCoder(layers);
    const scorer = new ShardScorer(codes);
    const queries = codes.count < LARGE ? QUERIES : QUERIES_OF_LARGE;
    const count = Math.min(queries, judges.rows.length);
    let coarseSquares = 0;
    let squares = 0;
    let compared = 0;
    this.#asked = Array.from({ length: count }, (_, q): Asked => {
      // Spread over all judges, which are sorted by row.
      const judge = Math.floor((q * judges.rows.length) / count);
      const query = judges.vectors.subarray(judge * dimension, (judge + 1) * dimension);
      const coded = coder.code(query);
      const coarseAt = (position: number) =>
        coded.coarse.offset +
        coded.coarse.unit *
          sumAt(codes.coarse, position * layers.columns.length, coded.coarse.weights);
      const correctionOf = (position: number) =>
        coded.fine.unit * sumAt(codes.fine, position * layers.fine.columns, coded.fine.weights);
      const near = exact.of(judge).filter((row) => row >= 0);
      near.forEach((row, i) => {
        const position = positionOf[row] as number;
        const wanted = exact.scores[judge * exact.k + i] as number;
        const score = coarseAt(position);
        coarseSquares += (score - wanted) ** 2;
        squares += (score + correctionOf(position) - wanted) ** 2;
        compared++;
      });
      const known = new Map<number, Float64Array>();
      return {
        shards: scorer.score(coded.coarse),
        scoresOf: (shard) => {
          const before = known.get(shard);
          if (before) return before;
          const scores = Float64Array.from(this.#positions[shard] as Int32Array, coarseAt);
          known.set(shard, scores);
          return scores;
        },
        correctionOf,
        own: positionOf[judges.rows[judge] as number] as number,
        exact: new Set(Array.from(near.subarray(0, TEN), (row) => positionOf[row] as number)),
      };
    });
    this.errors = {
      coarseError: Math.sqrt(coarseSquares / Math.max(1, compared)),
      error: Math.sqrt(squares / Math.max(1, compared)),
    };
  }

  /** Searches with all settings but those of fine files. */
  probe(probing: Omit<Probing, 'refine' | 'rest'>): Probed {
    const widest = { ...probing, refine: MOST_FINE, rest: LEAST_REST };
    const searches = this.#asked.map((asked) => this.#search(asked, widest));
    return { probing, searches };
  }

  #search(asked: Asked, probing: Probing): Searched {
    const prober = new Prober(asked.shards, probing, this.errors.coarseError, {
      need: TEN,
      count: Number.POSITIVE_INFINITY,
      minScore: Number.NEGATIVE_INFINITY,
      exact: false,
      filtered: false,
    });
    let bytes = this.#rootBytes;
    let requests = OTHER_REQUESTS;
    let waves = 0;
    for (let wave = prober.nextWave(); wave.length > 0; wave = prober.nextWave()) {
      waves++;
      for (const shard of wave) {
        bytes += this.#coarseBytes[shard] as number;
        requests++;
        prober.add(shard, this.#positions[shard] as Int32Array, asked.scoresOf(shard));
        prober.candidates.delete(asked.own);
      }
    }
    const steps = prober.fineSteps((shard) => this.#fineBytes[shard] as number);
    const near = this.#nearOf(prober);
    const found = [foundIn(near, asked.exact)];
    for (const { shard } of steps) {
      const positions = this.#positions[shard] as Int32Array;
      prober.refine(shard, positions, (row) => asked.correctionOf(positions[row] as number));
      found.push(foundIn(near, asked.exact));
    }
    const fine = steps.map(({ shard, left }) => ({
      left,
      bytes: this.#fineBytes[shard] as number,
    }));
    return { bytes, requests, waves, fine, found, wanted: asked.exact.size };
  }

  /** The candidates that fine codes may bring among the ten best. */
  #nearOf({ candidates }: Prober): Candidate[] {
    const all = [...candidates.values()];
    const scores = Float64Array.from(all, ({ score }) => score).sort();
    const tenth = scores[Math.max(0, scores.length - TEN)] as number;
    return all.filter(({ score }) => score >= tenth - FAR * this.errors.coarseError);
  }
}

/** What searches of these settings find and download. */
export function tally({ probing, searches }: Probed, refine: number, rest: number): Tried {
  let found = 0;
  let wanted = 0;
  const sums = { bytes: 0, requests: 0, waves: 0 };
  for (const search of searches) {
    const enough = search.fine.findIndex(
      ({ left }, i) => left < rest || (i >= refine && Number.isFinite(left)),
    );
    const fine = enough < 0 ? search.fine : search.fine.slice(0, enough);
    sums.bytes += fine.reduce((sum, { bytes }) => sum + bytes, search.bytes);
    sums.requests += search.requests + fine.length;
    sums.waves += search.waves + (fine.length > 0 ? 1 : 0);
    found += search.found[fine.length] as number;
    wanted += search.wanted;
  }
  const { length } = searches;
  return {
    probing: { ...probing, refine, rest },
    recall: wanted === 0 ? 1 : found / wanted,
    bytes: sums.bytes / length,
    requests: sums.requests / length,
    waves: sums.waves / length,
  };
}

/** How many of the ten best are among the nearest. */
function foundIn(near: Candidate[], exact: ReadonlySet<number>): number {
  near.sort((a, b) => b.score - a.score || a.position - b.position);
  return near.slice(0, TEN).filter(({ position }) => exact.has(position)).length;
}

function sumAt(codes: Int16Array, start: number, weights: Int16Array): number {
  let sum = 0;
  for (let c = 0; c < weights.length; c++) {
    sum += (codes[start + c] as number) * (weights[c] as number);
  }
  return sum;
}

/** Estimates the size of each shard's files from the tables of the codes. */
function bytesOfShards(codes: PartsCodes, positions: readonly Int32Array[], rowBytes: number) {
  const { layers, coarse, fine, centroids } = codes;
  const columns = layers.columns.length;
  const bitsOf = (tables: typeof layers.tables) =>
    tables.flatMap((table) => {
      const bits = bitsOfTable(table);
      return new Array<{ bits: Float32Array; lowest: number }>(table.columns).fill({
        bits,
        lowest: table.lowest,
      });
    });
  const coarseBits = bitsOf(layers.tables);
  const fineBits = bitsOf(layers.fine.tables);
  const fineOf = new Float64Array(codes.count);
  for (let position = 0, at = 0; position < codes.count; position++) {
    let sum = 0;
    for (const { bits, lowest } of fineBits) sum += bits[(fine[at++] as number) - lowest] as number;
    fineOf[position] = sum / 8;
  }
  const coarseBytes = new Float64Array(positions.length);
  const fineBytes = new Float64Array(positions.length);
  positions.forEach((list, shard) => {
    let bits = 0;
    let refined = 0;
    for (const position of list) {
      coarseBits.forEach((own, c) => {
        const code =
          (coarse[position * columns + c] as number) - (centroids[shard * columns + c] as number);
        bits += own.bits[code - own.lowest] as number;
      });
      refined += fineOf[position] as number;
    }
    // Headers, states of the stream, and two bytes for each spilled position.
    coarseBytes[shard] = 68 + bits / 8 + list.length * (rowBytes + 1);
    fineBytes[shard] = 36 + refined;
  });
  return { coarseBytes, fineBytes };
}

function rootBytesOf({ layers, spilled, centroids }: PartsCodes): number {
  const basis = 0.45 * layers.fine.basis.length;
  return 4000 + basis + 20 * spilled.length + 0.2 * centroids.length;
}
