/** 109,000 real vectors with 1,000 queries, in two metrics, and their exact neighbours by a plain loop. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { halvesToFloats } from '../../../src/core/half.ts';
import { centred, centreOf } from '../../../src/core/vector/centre.ts';

const FOLDER = fileURLToPath(new URL('../../../../shared/data/vectors-110k/', import.meta.url));
export const DIMENSION = 256;
export const K = 10;

/** `inner product`: of the vectors as they are. `centred cosine`: what bundles compare. */
export type Metric = 'inner product' | 'centred cosine';

export interface Vectors {
  readonly count: number;
  readonly dimension: number;
  /** count × dimension, in shared memory, as a build has them */
  readonly base: Float32Array;
  readonly queries: readonly Float32Array[];
  /** For each query the nearest rows, best first. */
  readonly exact: readonly (readonly number[])[];
}

/** @param count the first rows of the data set; default: all */
export async function loadVectors(metric: Metric, count?: number): Promise<Vectors> {
  const all = await halves('base.f16');
  const plain = all.subarray(0, (count ?? Number.POSITIVE_INFINITY) * DIMENSION);
  const known =
    metric === 'inner product' && plain.length === all.length ? await knownNeighbours() : undefined;
  return placedVectors(metric, plain, await halves('queries.f16'), DIMENSION, known);
}

/** @param known exact neighbours; default: found by a plain loop */
export function placedVectors(
  metric: Metric,
  plain: Float32Array,
  plainQueries: Float32Array,
  dimension: number,
  known?: readonly (readonly number[])[],
): Vectors {
  const centre = metric === 'inner product' ? null : centreOf(plain, dimension);
  const place = (vector: Float32Array) => (centre ? centred(vector, centre) : vector);
  const base = new Float32Array(new SharedArrayBuffer(4 * plain.length));
  rowsIn(plain, dimension).forEach((row, i) => {
    base.set(place(row), i * dimension);
  });
  const queries = rowsIn(plainQueries, dimension).map(place);
  const exact = known ?? queries.map((query) => nearest(base, query, dimension));
  return { count: base.length / dimension, dimension, base, queries, exact };
}

async function halves(name: string): Promise<Float32Array> {
  const { buffer, byteOffset, length } = await readFile(`${FOLDER}${name}`);
  return halvesToFloats(new Uint16Array(buffer.slice(byteOffset, byteOffset + length)));
}

const rowsIn = (vectors: Float32Array, dimension: number) =>
  Array.from({ length: vectors.length / dimension }, (_, row) =>
    vectors.subarray(row * dimension, (row + 1) * dimension),
  );

async function knownNeighbours(): Promise<number[][]> {
  const { buffer, byteOffset, length } = await readFile(`${FOLDER}neighbours-100.u32`);
  const rows = new Uint32Array(buffer.slice(byteOffset, byteOffset + length));
  return Array.from({ length: rows.length / 100 }, (_, q) => [
    ...rows.subarray(q * 100, q * 100 + K),
  ]);
}

export function nearest(base: Float32Array, query: Float32Array, dimension: number): number[] {
  return best(base.length / dimension, (row) => {
    let sum = 0;
    for (let i = 0, at = row * dimension; i < dimension; i++) {
      sum += (base[at + i] as number) * (query[i] as number);
    }
    return sum;
  });
}

/** The rows with the ten best scores, best first. */
export function best(count: number, scoreOf: (row: number) => number): number[] {
  const rows: number[] = [];
  const scores: number[] = [];
  for (let row = 0; row < count; row++) {
    const score = scoreOf(row);
    if (rows.length === K && score <= (scores[K - 1] as number)) continue;
    let at = scores.length;
    while (at > 0 && score > (scores[at - 1] as number)) at--;
    scores.splice(at, 0, score);
    rows.splice(at, 0, row);
    if (rows.length > K) {
      rows.pop();
      scores.pop();
    }
  }
  return rows;
}
