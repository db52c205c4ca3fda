/** First searches in an index in parts: of 20,000 and 109,000 vectors in both metrics, and of a million of a mixture. */
import { type Cold, coldSearch } from './cold.ts';
import { mixtureOf } from './mixture.ts';
import type { Section } from './section.ts';
import { loadVectors, type Metric, type Vectors } from './vectors.ts';

const RECALL = 0.95;
const MOST_REQUESTS = 24;
const MOST_WAVES = 4;
const MILLION = 1_000_000;

interface Bar {
  /** Mean of all queries. */
  readonly bytes: number;
  readonly bytes95?: number;
}

/** Null: all of the data set. */
const SIZES: readonly (readonly [count: number | null, bar: Bar])[] = [
  [20_000, { bytes: 200_000 }],
  [null, { bytes: 330_000, bytes95: 400_000 }],
];

interface Line extends Cold {
  readonly metric: Metric;
  readonly count: number;
  readonly isMet: boolean;
}

/** @param isQuick leaves out the whole data set */
export async function measureParts(isQuick: boolean): Promise<Section> {
  const lines: Line[] = [];
  // Bundles use the centred cosine; the data set's own list is by the inner product.
  for (const metric of ['centred cosine', 'inner product'] as const) {
    for (const [size, bar] of SIZES) {
      if (isQuick && size === null) continue;
      lines.push(await measureLine(metric, await loadVectors(metric, size ?? undefined), bar));
    }
  }
  const own = lines.filter(({ metric }) => metric === 'centred cosine');
  return {
    isMet: lines.every(({ isMet }) => isMet),
    figures: {
      cold20k: own.find(({ count }) => count === 20_000) ?? null,
      cold110k: own.find(({ count }) => count > 20_000) ?? null,
      parts: lines,
    },
  };
}

/** Takes about an hour, and 8 GB of memory. */
export async function measureMillion(): Promise<Section> {
  const vectors = await mixtureOf(await loadVectors('centred cosine'), MILLION);
  const cold1m = await measureLine('centred cosine', vectors, { bytes: 1_100_000 });
  return { isMet: cold1m.isMet, figures: { cold1m } };
}

async function measureLine(metric: Metric, vectors: Vectors, bar: Bar): Promise<Line> {
  const cold = await coldSearch(vectors, RECALL);
  const isMet =
    cold.bytes <= bar.bytes &&
    cold.bytes95 <= (bar.bytes95 ?? Number.POSITIVE_INFINITY) &&
    cold.mostRequests <= MOST_REQUESTS &&
    cold.mostWaves <= MOST_WAVES &&
    cold.recall10 >= RECALL;
  const most95 = bar.bytes95 ? `, at most ${kilobytes(bar.bytes95)}` : '';
  console.log(
    `${metric}, ${vectors.count} in ${cold.shards} parts: ${kilobytes(cold.bytes)} kB (expected ${kilobytes(cold.expectedBytes)}, at most ${kilobytes(bar.bytes)}; 95 %: ` +
      `${kilobytes(cold.bytes95)}${most95}), ${cold.requests.toFixed(1)} requests (${cold.mostRequests} of the longest ` +
      `search, at most ${MOST_REQUESTS}), ${cold.waves.toFixed(1)} waves (${cold.mostWaves}, at most ${MOST_WAVES}), ` +
      `recall ${cold.recall10.toFixed(4)} (expected ${cold.expected10.toFixed(4)}), ${cold.ms.toFixed(0)} ms; ` +
      `${cold.files} files, built in ${cold.buildSeconds.toFixed(0)} s${isMet ? '' : ': MISSED'}`,
  );
  return { metric, count: vectors.count, isMet, ...cold };
}

const kilobytes = (bytes: number) => (bytes / 1000).toFixed(0);
