/** The rows of `npm run bench -- index --only parts`: a first search in 20,000 and in 109,000 vectors, in both metrics. */
import { type Cold, coldSearch } from './cold.ts';
import { loadVectors, type Metric } from './vectors.ts';

const RECALL = 0.95;
/** Null: all of the data set. */
const SIZES: readonly (readonly [count: number | null, bytes: number, bytes95: number])[] = [
  [20_000, 200_000, Number.POSITIVE_INFINITY],
  [null, 330_000, 400_000],
];
const MOST_REQUESTS = 24;
const MOST_WAVES = 4;

export interface ColdLine extends Cold {
  readonly metric: Metric;
  readonly count: number;
  readonly isMet: boolean;
}

/** @param isQuick leaves out the whole data set */
export async function coldRows(isQuick: boolean): Promise<ColdLine[]> {
  const lines: ColdLine[] = [];
  // Bundles use the centred cosine; the data set's own list is by the inner product.
  for (const metric of ['centred cosine', 'inner product'] as const) {
    for (const [size, bytes, bytes95] of SIZES) {
      if (isQuick && size === null) continue;
      const vectors = await loadVectors(metric, size ?? undefined);
      const cold = await coldSearch(vectors, RECALL);
      const isMet =
        cold.bytes <= bytes &&
        cold.bytes95 <= bytes95 &&
        cold.mostRequests <= MOST_REQUESTS &&
        cold.mostWaves <= MOST_WAVES &&
        cold.recall10 >= RECALL;
      lines.push({ metric, count: vectors.count, isMet, ...cold });
      console.log(
        `${metric}, ${vectors.count} in ${cold.shards} parts: ${kilobytes(cold.bytes)} kB (95 %: ` +
          `${kilobytes(cold.bytes95)}; at most ${kilobytes(bytes)}), ${cold.requests.toFixed(1)} requests (at most ` +
          `${cold.mostRequests}), ${cold.waves.toFixed(1)} waves, recall ${cold.recall10.toFixed(4)} (expected ` +
          `${cold.expected10.toFixed(4)}), ${cold.ms.toFixed(0)} ms; ${cold.files} files, built in ` +
          `${cold.buildSeconds.toFixed(0)} s${isMet ? '' : ': MISSED'}`,
      );
    }
  }
  return lines;
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0);
