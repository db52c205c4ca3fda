/**
 * More vectors than the data set has, with its structure: a mixture of normal distributions, one for each of 1,000 clusters of
 * the data set, with the mean and the covariance of its own rows. Seeded.
 */
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { cluster } from '../../../src/node/build/index/parts/cluster.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { openTaskThreads } from '../../../src/node/build/index/task-threads.ts';
import { nearest, type Vectors } from './vectors.ts';

const COMPONENTS = 1000;
const QUERIES = 200;
const SEED = 17;

interface Component {
  /** How many rows of the data set it has: its weight. */
  readonly rows: number;
  readonly mean: Float32Array;
  /** rows × dimension, less the mean */
  readonly residuals: Float32Array;
}

/** @param real of unit length; the mixture's are, too */
export async function mixtureOf(real: Vectors, count: number): Promise<Vectors> {
  const { dimension } = real;
  const components = await componentsOf(real);
  const random = seededRandom(SEED);
  const normal = normalFrom(random);
  const upTo = new Float64Array(components.length);
  components.forEach(({ rows }, i) => {
    upTo[i] = rows + (upTo[i - 1] ?? 0);
  });
  const draw = () => {
    const at = random() * real.count;
    const own = components[upTo.findIndex((end) => at < end)] as Component;
    return normalised(drawFrom(own, dimension, normal));
  };
  const base = new Float32Array(new SharedArrayBuffer(4 * count * dimension));
  for (let row = 0; row < count; row++) base.set(draw(), row * dimension);
  const queries = Array.from({ length: QUERIES }, draw);
  const exact = queries.map((query) => nearest(base, query, dimension));
  return { count, dimension, base, queries, exact };
}

async function componentsOf({ base, count, dimension }: Vectors): Promise<Component[]> {
  const threads = await openTaskThreads(count);
  try {
    const { shards } = await cluster(rowSourceOf(base, dimension), COMPONENTS, threads);
    const rowsBy = Array.from({ length: COMPONENTS }, (): number[] => []);
    shards.forEach((shard, row) => {
      rowsBy[shard]?.push(row);
    });
    return rowsBy
      .filter((rows) => rows.length > 1)
      .map((rows) => componentOf(base, rows, dimension));
  } finally {
    await threads.close();
  }
}

function componentOf(base: Float32Array, rows: readonly number[], dimension: number): Component {
  const mean = new Float32Array(dimension);
  for (const row of rows) {
    for (let i = 0; i < dimension; i++) {
      mean[i] = (mean[i] as number) + (base[row * dimension + i] as number) / rows.length;
    }
  }
  const residuals = new Float32Array(rows.length * dimension);
  rows.forEach((row, r) => {
    for (let i = 0; i < dimension; i++) {
      residuals[r * dimension + i] = (base[row * dimension + i] as number) - (mean[i] as number);
    }
  });
  return { rows: rows.length, mean, residuals };
}

/** A sum of the residuals with normal weights has their covariance, so that no matrix has to be factored. */
function drawFrom(
  { rows, mean, residuals }: Component,
  dimension: number,
  normal: () => number,
): Float32Array {
  const vector = Float32Array.from(mean);
  const scale = 1 / Math.sqrt(rows - 1);
  for (let r = 0; r < rows; r++) {
    const weight = scale * normal();
    for (let i = 0; i < dimension; i++) {
      vector[i] = (vector[i] as number) + weight * (residuals[r * dimension + i] as number);
    }
  }
  return vector;
}

/** Two at a time, by the method of Box and Muller. */
function normalFrom(random: () => number): () => number {
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const own = spare;
      spare = null;
      return own;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
