/**
 * Chooses how many shards and fine files a search reads: the fewest bytes at the wanted recall, tried with photos of the
 * catalogue as queries.
 */
import { LayeredCoder } from '../../../../core/parts/layers.ts';
import type { Probing } from '../../../../core/parts/root.ts';
import { Prober } from '../../../../engine/parts/prober.ts';
import { ShardScorer, type ShardScores } from '../../../../engine/parts/shard-scores.ts';
import type { Judging } from '../query-model.ts';
import { bitsOfTable } from '../share-tables.ts';
import type { MadeParts, PartsCodes } from './make-parts.ts';
import { positionsOf } from './make-parts.ts';

type Chosen = Pick<MadeParts, 'probing' | 'coarseError' | 'error' | 'recall10' | 'cold'>;

const QUERIES = 1000;
const TEN = 10;
/** Photos of visitors differ from those of the catalogue: at a recall of 0.95 a search aims for this much more. */
const MARGIN = 0.006;
const MARGIN_LOSS = 0.05;
/** A search in more waves waits too long. */
const MOST_WAVES = 4;
/** Shards of all waves, and fine files: 24 requests at most. If these find too little, more of them. */
const MOST = [12, 14, 16] as const;
const REFINE = [3, 4, 5, 6];
const MORE = [20, 24, 32, 48, 64, 96, 128, 192] as const;
const REFINE_MORE = [8, 10, 12, 16, 24];
const REACHES = [0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.8, 9];
const RESTS = [0.15, 0.3];
const FIRST = 8;
const WAVE = 4;
/** The manifest and the root. */
const OTHER_REQUESTS = 2;

interface Tried {
  readonly probing: Probing;
  readonly recall: number;
  readonly bytes: number;
  readonly requests: number;
  readonly waves: number;
}

/** @param rowBytes of an item's id and attributes in a shard */
export function chooseProbing(
  codes: PartsCodes,
  judging: Judging,
  wanted: number,
  rowBytes = 3,
): Chosen | null {
  const trial = new Trial(codes, judging, rowBytes);
  const goal = wanted + MARGIN * Math.min(1, (1 - wanted) / MARGIN_LOSS);
  let best: Tried | null = null;
  const tryAll = (most: number, refines: readonly number[]) => {
    const found = cheapest(trial, probingWith(most, codes.spilled.length), goal, refines);
    if (found && (!best || found.bytes < best.bytes)) best = found;
  };
  for (const most of MOST) {
    // With few shards, all settings read all of them.
    if (best && most - 2 >= codes.spilled.length) break;
    tryAll(most, REFINE);
  }
  for (const most of MORE) {
    if (best) break;
    tryAll(most, [...REFINE, ...REFINE_MORE]);
  }
  if (!best) return null;
  const { probing, recall, bytes, requests, waves }: Tried = best;
  return { probing, ...trial.errors, recall10: recall, cold: { bytes, requests, waves } };
}

/** Waves grow with the number of shards, so that no search takes more than four, that of the fine files included. */
function probingWith(most: number, shards: number): Pick<Probing, 'first' | 'wave' | 'most'> {
  const all = Math.min(most, shards);
  const first = Math.min(FIRST, all);
  const wave = Math.max(WAVE, Math.ceil((all - first) / (MOST_WAVES - 2)));
  return { first, wave, most: all };
}

/** The fewest bytes at the recall for one number of shards; null if it is not reached. */
function cheapest(
  trial: Trial,
  shards: ReturnType<typeof probingWith>,
  goal: number,
  refines: readonly number[],
): Tried | null {
  const runs = new Map<string, Tried>();
  const run = (reach: number, refine: number, rest: number): Tried => {
    const key = [reach, refine, rest].join();
    const known = runs.get(key) ?? trial.run({ ...shards, reach, refine, rest });
    runs.set(key, known);
    return known;
  };
  const widest = refines.at(-1) as number;
  let best: Tried | null = null;
  for (const rest of RESTS) {
    if (rest !== RESTS[0] && !best) break;
    const least = firstOf(REACHES, (reach) => run(reach, widest, rest).recall >= goal);
    if (least === null) continue;
    // With one more step of reach, fewer fine files may be enough.
    const from = REACHES.indexOf(least);
    for (const reach of REACHES.slice(from, from + 2)) {
      const refine = firstOf(refines, (own) => run(reach, own, rest).recall >= goal);
      if (refine === null) continue;
      const tried = run(reach, refine, rest);
      if (!best || tried.bytes < best.bytes) best = tried;
    }
  }
  return best;
}

/** The first that is enough, by bisection; null if none is. */
function firstOf(list: readonly number[], isEnough: (n: number) => boolean): number | null {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isEnough(list[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return list[low] ?? null;
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
    const count = Math.min(QUERIES, judges.rows.length);
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

  run(probing: Probing): Tried {
    let found = 0;
    let wanted = 0;
    const sums = { bytes: 0, requests: 0, waves: 0 };
    for (const asked of this.#asked) {
      const prober = new Prober(asked.shards, probing, this.errors.coarseError, {
        need: TEN,
        count: Number.POSITIVE_INFINITY,
        minScore: Number.NEGATIVE_INFINITY,
        exact: false,
        filtered: false,
      });
      sums.bytes += this.#rootBytes;
      sums.requests += OTHER_REQUESTS;
      for (let wave = prober.nextWave(); wave.length > 0; wave = prober.nextWave()) {
        sums.waves++;
        for (const shard of wave) {
          sums.bytes += this.#coarseBytes[shard] as number;
          sums.requests++;
          prober.add(shard, this.#positions[shard] as Int32Array, asked.scoresOf(shard));
          prober.candidates.delete(asked.own);
        }
      }
      const files = prober.fineFiles((shard) => this.#fineBytes[shard] as number);
      if (files.length > 0) sums.waves++;
      for (const shard of files) {
        sums.bytes += this.#fineBytes[shard] as number;
        sums.requests++;
        const positions = this.#positions[shard] as Int32Array;
        prober.refine(shard, positions, (row) => asked.correctionOf(positions[row] as number));
      }
      const best = [...prober.candidates.values()]
        .sort((a, b) => b.score - a.score || a.position - b.position)
        .slice(0, TEN);
      found += best.filter(({ position }) => asked.exact.has(position)).length;
      wanted += asked.exact.size;
    }
    const { length } = this.#asked;
    return {
      probing,
      recall: wanted === 0 ? 1 : found / wanted,
      bytes: sums.bytes / length,
      requests: sums.requests / length,
      waves: sums.waves / length,
    };
  }
}

function sumAt(codes: Int16Array, start: number, weights: Int16Array): number {
  let sum = 0;
  for (let c = 0; c < weights.length; c++) {
    sum += (codes[start + c] as number) * (weights[c] as number);
  }
  return sum;
}

/** Of the files of each shard, by the tables of the codes. */
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
