/** How many rounds a search takes, by what its page needs. */
import { expect, test } from 'vitest';
import { Prober } from '../../../src/engine/parts/prober.ts';

const SHARDS = 200;
const probing = { first: 8, wave: 4, most: 16, reach: 9, refine: 6, rest: 0.15 };

/** @param every one row in so many matches */
function wavesFor(need: number, every = 1): number[] {
  const numbers = Float64Array.from({ length: SHARDS }, (_, s) => s / SHARDS);
  const shards = {
    count: SHARDS,
    distances: numbers,
    scores: numbers.map((x) => 1 - x),
    roots: new Float64Array(SHARDS).fill(1),
    sums: numbers,
  };
  const prober = new Prober(shards, probing, 0.01, {
    ...{ need, minScore: Number.NEGATIVE_INFINITY, count: 50 * SHARDS },
    ...{ exact: false, filtered: every > 1 },
  });
  const waves: number[] = [];
  for (let wave = prober.nextWave(); wave.length > 0; wave = prober.nextWave()) {
    waves.push(wave.length);
    for (const s of wave) {
      const positions = Array.from({ length: 50 }, (_, i) => 50 * s + i);
      const accepts =
        every > 1 ? Uint8Array.from(positions, (p) => (p % every === 0 ? 1 : 0)) : null;
      prober.add(s, positions, new Float64Array(50).fill(0.5), accepts);
    }
  }
  return waves;
}

test('a larger page reads more shards, in as many rounds', () => {
  expect(wavesFor(10)).toEqual([8, 4, 4]);
  expect(wavesFor(12)).toEqual([8, 5, 5]);
  expect(wavesFor(48)).toEqual([8, 14, 14]);
});

test('a filter reads more shards the fewer rows match, in few rounds', () => {
  const total = (waves: readonly number[]) => waves.reduce((sum, n) => sum + n, 0);
  // 16 × √5, 16 × √25.
  expect(total(wavesFor(10, 5))).toBe(36);
  expect(wavesFor(10, 5)).toHaveLength(4);
  expect(total(wavesFor(10, 25))).toBe(80);
  expect(wavesFor(10, 25).length).toBeLessThanOrEqual(5);
  // Too few rows in the shards that it may read.
  expect(total(wavesFor(200, 50))).toBe(128);
});
