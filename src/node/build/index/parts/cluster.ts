/**
 * Balanced k-means: shards of about the same number of rows, because each is one file. Lloyd's algorithm on a sample from
 * seeded rows, then on all rows with a penalty for full shards, while large shards are split and small ones dissolved.
 */
import { seededRandom, shuffled } from '../../../../core/vector/random.ts';
import { sampleRows } from '../query-model.ts';
import { pickRows, type RowSource, rangesOf, rowSourceOf } from '../row-source.ts';
import type { TaskThreads } from '../task-threads.ts';
import type { Centroids } from '../tasks.ts';

const SEED = 3;
const SAMPLE_ROUNDS = 6;
const ROUNDS = 8;
/** Rounds without splits at the end, in which the centroids settle. */
const LAST = 3;
/** Sizes of clusters that are split or dissolved, in units of the mean number of rows. */
const LARGE = 1.6;
const SMALL = 0.3;
/** The most rows that centroids are fitted to; more would make them no better. */
const MAX_TRAINING = 200_000;

export interface Clusters {
  readonly centroids: Centroids;
  /** The shard of each row. */
  readonly shards: Int32Array;
}

/** Pays best for queries that read about 16 shards (../shared/prototypes/index-in-parts). */
export const shardsFor = (count: number) => Math.max(2, Math.round(2.3 * Math.sqrt(count)));

/**
 * @param source vectors in the basis
 * @returns the same clusters for any number of threads
 */
export async function cluster(
  source: RowSource,
  wanted: number,
  threads: TaskThreads,
): Promise<Clusters> {
  const { count, dimension } = source;
  const random = seededRandom(SEED);
  const size = Math.max(20 * wanted, Math.min(40_000, count));
  const first = sampleRows(count, size, SEED);
  const starts = shuffled(Array.from(first), random).slice(0, wanted);
  let centroids: Centroids = {
    columns: dimension,
    vectors: pickRows(source, Int32Array.from(starts).sort()),
    penalties: new Float32Array(Math.min(wanted, starts.length)),
  };
  const small = rowSourceOf(pickRows(source, first), dimension);
  for (let round = 0; round < SAMPLE_ROUNDS; round++) {
    const { sums, sizes } = await assignAll(small, centroids, threads);
    centroids = { ...centroids, vectors: meansOf(centroids.vectors, sums, sizes, dimension) };
  }
  const isWhole = count <= MAX_TRAINING;
  const training = isWhole
    ? source
    : rowSourceOf(pickRows(source, sampleRows(count, MAX_TRAINING, SEED)), dimension);
  for (let round = 0; round < ROUNDS; round++) {
    const { shards, sums, sizes, squares } = await assignAll(training, centroids, threads);
    const vectors = meansOf(centroids.vectors, sums, sizes, dimension);
    const penalties = Float32Array.from(centroids.penalties);
    const scale = squares.reduce((a, b) => a + b, 0) / training.count;
    if (round < ROUNDS - LAST) {
      splitLarge(training, { columns: dimension, vectors, penalties }, shards, sizes, random);
    }
    const mean = training.count / sizes.length;
    sizes.forEach((own, s) => {
      const next = (penalties[s] as number) + 0.04 * scale * Math.log(Math.max(own / mean, SMALL));
      penalties[s] = Math.max(-0.6 * scale, Math.min(0.6 * scale, next));
    });
    centroids = { columns: dimension, vectors, penalties };
  }
  const { shards } = await assignAll(source, centroids, threads);
  return { centroids, shards };
}

export async function assignAll(source: RowSource, centroids: Centroids, threads: TaskThreads) {
  const number = centroids.penalties.length;
  const shards = new Int32Array(source.count);
  const sums = new Float64Array(centroids.vectors.length);
  const squares = new Float64Array(number);
  const ranges = rangesOf(source.count);
  await threads.map(
    'assign',
    ranges.length,
    (i) => [source.read(...(ranges[i] as (typeof ranges)[number])), centroids],
    (part, i) => {
      shards.set(part.shards, ranges[i]?.[0]);
      addTo(sums, part.sums);
      addTo(squares, part.squares);
    },
  );
  const sizes = new Uint32Array(number);
  for (const s of shards) sizes[s] = (sizes[s] as number) + 1;
  return { shards, sums, squares, sizes };
}

export async function spillAll(
  source: RowSource,
  centroids: Centroids,
  own: Int32Array,
  threads: TaskThreads,
): Promise<Int32Array> {
  const second = new Int32Array(source.count);
  const ranges = rangesOf(source.count);
  await threads.map(
    'spill',
    ranges.length,
    (i) => {
      const [first, end] = ranges[i] as (typeof ranges)[number];
      return [source.read(first, end), centroids, own.slice(first, end)];
    },
    (part, i) => second.set(part, ranges[i]?.[0]),
  );
  return second;
}

/** A shard without rows keeps its centroid. */
function meansOf(
  before: Float32Array,
  sums: Float64Array,
  sizes: Uint32Array,
  columns: number,
): Float32Array {
  return before.map((x, i) => {
    const own = sizes[Math.floor(i / columns)] as number;
    return own > 0 ? (sums[i] as number) / own : x;
  });
}

/** Each large shard takes the place of a small one with its second half. */
function splitLarge(
  source: RowSource,
  { columns, vectors, penalties }: Centroids & { readonly penalties: Float32Array },
  shards: Int32Array,
  sizes: Uint32Array,
  random: () => number,
): void {
  const mean = source.count / sizes.length;
  const bySize = Array.from(sizes.keys()).sort(
    (a, b) => (sizes[a] as number) - (sizes[b] as number) || a - b,
  );
  const large = bySize
    .slice(-Math.max(1, Math.floor(sizes.length / 20)))
    .filter((s) => (sizes[s] as number) > LARGE * mean)
    .reverse();
  const small = bySize.filter((s) => (sizes[s] as number) < SMALL * mean);
  const rest = bySize.filter((s) => !small.includes(s));
  for (const from of large) {
    const to = small.shift() ?? rest.shift();
    if (to === undefined || to === from || large.includes(to)) return;
    const members: number[] = [];
    shards.forEach((s, row) => {
      if (s === from) members.push(row);
    });
    const rows = pickRows(source, members);
    halve(rows, vectors, columns, from, to, random);
    penalties[from] = 0;
    penalties[to] = 0;
  }
}

/** Two means of the rows: the shard's own centroid moves to one, `to` gets the other. */
function halve(
  rows: Float32Array,
  vectors: Float32Array,
  columns: number,
  from: number,
  to: number,
  random: () => number,
): void {
  const count = rows.length / columns;
  const start = Math.floor(random() * count) * columns;
  let a = Float64Array.from(rows.subarray(start, start + columns));
  let b = Float64Array.from(vectors.subarray(from * columns, (from + 1) * columns));
  for (let round = 0; round < 4; round++) {
    const sums = [new Float64Array(columns), new Float64Array(columns)] as const;
    const sizes: [number, number] = [0, 0];
    for (let row = 0; row < count; row++) {
      let difference = 0;
      for (let c = 0; c < columns; c++) {
        const x = rows[row * columns + c] as number;
        difference += (x - (a[c] as number)) ** 2 - (x - (b[c] as number)) ** 2;
      }
      const side = difference < 0 ? 0 : 1;
      sizes[side]++;
      const sum = sums[side];
      for (let c = 0; c < columns; c++) {
        sum[c] = (sum[c] as number) + (rows[row * columns + c] as number);
      }
    }
    if (sizes[0] === 0 || sizes[1] === 0) break;
    a = sums[0].map((x) => x / sizes[0]);
    b = sums[1].map((x) => x / sizes[1]);
  }
  vectors.set(a, to * columns);
  vectors.set(b, from * columns);
}

function addTo(sums: Float64Array, part: Float64Array): void {
  part.forEach((x, i) => {
    sums[i] = (sums[i] as number) + x;
  });
}
