/** How many rounds a search takes, by what its page needs. */
import { expect, test } from 'vitest';
import { Prober } from '../../../src/engine/parts/prober.ts';

const SHARDS = 200;
const probing = { first: 8, wave: 4, most: 16, reach: 9, refine: 6, rest: 0.15 };

function wavesFor(need: number): number[] {
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
    ...{ exact: false, filtered: false },
  });
  const waves: number[] = [];
  for (let wave = prober.nextWave(); wave.length > 0; wave = prober.nextWave()) {
    waves.push(wave.length);
    for (const s of wave) {
      const positions = Array.from({ length: 50 }, (_, i) => 50 * s + i);
      prober.add(s, positions, new Float64Array(50).fill(0.5));
    }
  }
  return waves;
}

test('a larger page reads more shards, in as many rounds', () => {
  expect(wavesFor(10)).toEqual([8, 4, 4]);
  expect(wavesFor(12)).toEqual([8, 5, 5]);
  expect(wavesFor(48)).toEqual([8, 14, 14]);
});
