/**
 * What a query looks like to a photo that it should find. Photos of the catalogue take the part of queries. With q the
 * query and x the photo, both rotated, q = mean + slope × x + rest, column by column.
 */
import { BASIS_UNIT } from '../../../core/codes/space.ts';
import { seededRandom, shuffled } from '../../../core/vector/random.ts';
import { NearestRows } from './nearest-rows.ts';
import { inverseOf, type Rotation } from './rotation.ts';
import { pickRows, type RowSource, rangesOf } from './row-source.ts';
import type { TaskThreads } from './task-threads.ts';
import type { Judges } from './tasks.ts';

const QUERIES = 2000;
/** From this many rows, more queries are tried: a smaller error of the measurement saves more bytes than it costs time. */
export const LARGE = 50_000;
const QUERIES_OF_LARGE = 4000;
/** Neighbours of each query that count as relevant, and that recall is measured with. */
const RELEVANT = 10;
const SEED = 5;

/** Photos of the catalogue as queries, with what they should find. */
export interface Judging {
  readonly judges: Judges;
  /** The nearest rows of each judge by the vectors themselves. */
  readonly exact: NearestRows;
}

export interface QueryModel {
  /** Variances of what the slope does not explain, one for each column, above 0. */
  readonly variances: Float64Array;
  /** 255 × slope */
  readonly slopes: Uint8Array;
}

/** A column whose variance is below this share of the largest one counts as if it had this one. */
const LEAST_SHARE = 1e-5;

export async function findJudges(source: RowSource, threads: TaskThreads): Promise<Judging> {
  const { count, dimension } = source;
  const rows = sampleRows(count, count < LARGE ? QUERIES : QUERIES_OF_LARGE, SEED);
  const judges: Judges = { vectors: pickRows(source, rows), rows, k: RELEVANT };
  return { judges, exact: await nearestExactly(source, judges, dimension, threads) };
}

/** The nearest rows by the vectors themselves. */
async function nearestExactly(
  source: RowSource,
  judges: Judges,
  dimension: number,
  threads: TaskThreads,
): Promise<NearestRows> {
  const exact = new NearestRows(judges.rows.length, judges.k);
  const ranges = rangesOf(source.count);
  await threads.map(
    'nearest',
    ranges.length,
    (i) => {
      const [first, end] = ranges[i] as (typeof ranges)[number];
      return [source.read(first, end), first, dimension, judges];
    },
    (found) => exact.merge(found),
  );
  return exact;
}

export async function fitQueries(
  source: RowSource,
  { mean, basis }: Rotation,
  { judges, exact }: Judging,
  threads: TaskThreads,
): Promise<QueryModel> {
  const { dimension } = source;
  const relevant = Int32Array.from(new Set(exact.rows.filter((row) => row >= 0))).sort();
  const positions = new Map(Array.from(relevant, (row, i) => [row, i]));
  const columns = basis.length / dimension;
  // Queries by the basis, photos by its inverse: products of the two are those of the vectors.
  const forward = Float32Array.from(basis, (x) => x / BASIS_UNIT);
  const q = await rotated(threads, judges.vectors, { dimension, mean, rotation: forward });
  const x = await rotated(threads, pickRows(source, relevant), {
    dimension,
    mean,
    rotation: inverseOf(basis, dimension),
  });
  const pairs: [query: number, photo: number][] = [];
  for (let query = 0; query < judges.rows.length; query++) {
    for (const row of exact.of(query)) {
      if (row >= 0) pairs.push([query, positions.get(row) as number]);
    }
  }
  const slopes = new Uint8Array(columns);
  const variances = new Float64Array(columns);
  for (let c = 0; c < columns; c++) {
    let product = 0;
    let square = 1e-12;
    for (const [query, photo] of pairs) {
      const own = x[photo * columns + c] as number;
      product += (q[query * columns + c] as number) * own;
      square += own * own;
    }
    slopes[c] = Math.round(255 * Math.min(1, Math.max(0, product / square)));
    const slope = (slopes[c] as number) / 255;
    let sum = 0;
    for (const [query, photo] of pairs) {
      sum += ((q[query * columns + c] as number) - slope * (x[photo * columns + c] as number)) ** 2;
    }
    variances[c] = sum / Math.max(1, pairs.length);
  }
  const least = variances.reduce((a, b) => Math.max(a, b), 1e-6) * LEAST_SHARE;
  return { variances: variances.map((v) => Math.max(v, least)), slopes };
}

/** Some rows, ascending. */
export function sampleRows(count: number, wanted: number, seed: number): Int32Array<ArrayBuffer> {
  const all = Array.from({ length: count }, (_, row) => row);
  const picked = count <= wanted ? all : shuffled(all, seededRandom(seed)).slice(0, wanted);
  return Int32Array.from(picked).sort();
}

async function rotated(
  threads: TaskThreads,
  rows: Float32Array,
  plan: { dimension: number; mean: Float32Array; rotation: Float32Array },
): Promise<Float32Array> {
  const out = new Float32Array(
    (rows.length / plan.dimension) * (plan.rotation.length / plan.dimension),
  );
  const ranges = rangesOf(rows.length / plan.dimension);
  let at = 0;
  await threads.map(
    'rotate',
    ranges.length,
    (i) => {
      const [first, end] = ranges[i] as (typeof ranges)[number];
      return [rows.slice(first * plan.dimension, end * plan.dimension), plan];
    },
    (part) => {
      out.set(part, at);
      at += part.length;
    },
  );
  return out;
}
