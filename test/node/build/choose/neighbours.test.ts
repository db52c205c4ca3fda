import { expect, test } from 'vitest';
import { normalised } from '../../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { chooseNeighbours, isWorthIt } from '../../../../src/node/build/choose/neighbours.ts';
import { sampleOf } from '../../../../src/node/build/choose/sample.ts';
import { describeNeighbours } from '../../../../src/node/cli/build/describe-choices.ts';

const DIMENSION = 48;

/** Photos of `things`, six each, around a common vector; `noise` 0: equal but for the noise. */
function catalogue(things: number, noise: number, isShuffled = false) {
  const random = seededRandom(9);
  const vector = () => Float32Array.from({ length: DIMENSION }, () => random() + random() - 1);
  const vectors = new Float32Array(things * 6 * DIMENSION);
  const groups: string[] = [];
  for (let thing = 0; thing < things; thing++) {
    const centre = vector();
    for (let i = 0; i < 6; i++) {
      const off = vector();
      const own = normalised(centre.map((x, at) => x + noise * (off[at] as number)));
      vectors.set(own, groups.length * DIMENSION);
      groups.push(`thing ${isShuffled ? i + 6 * (thing % 5) : thing}`);
    }
  }
  return { vectors, sample: sampleOf(vectors, DIMENSION, groups) };
}

test('auto takes them where photos of one thing find each other better', () => {
  const { vectors, sample } = catalogue(40, 1.6);
  const report = chooseNeighbours('auto', vectors, DIMENSION, sample);
  expect(report).toMatchObject({ neighbours: 3, by: 'measured' });
  const { without, with: averaged } = report.measured ?? {};
  expect(averaged?.mAP).toBeGreaterThan((without?.mAP ?? 1) + 0.02);
  expect(averaged?.top1).toBeGreaterThan((without?.top1 ?? 1) - 0.005);
  expect(describeNeighbours(report)).toEqual([
    expect.stringMatching(
      /^Neighbours: each vector has moved towards its 3 nearest, measured on the catalogue's groups \(mean average precision \/ right first hits 0\.\d{3} \/ [01]\.\d{3} without, 0\.\d{3} \/ [01]\.\d{3} with 3\)$/,
    ),
  ]);
});

test('auto leaves vectors alone where the groups have nothing in common, or all is found already', () => {
  for (const { vectors, sample } of [catalogue(40, 1.6, true), catalogue(20, 0.2)]) {
    const report = chooseNeighbours('auto', vectors, DIMENSION, sample);
    expect(report).toMatchObject({ neighbours: 0, by: 'measured' });
    expect(describeNeighbours(report)[0]).toMatch(
      /^Neighbours: vectors stay as they are, measured/,
    );
  }
});

test('auto leaves them alone where the first hit would be wrong more often', () => {
  const { sample } = catalogue(20, 1);
  if (!sample) return expect.unreachable('there are 20 groups');
  const precisions = (gain: number) =>
    Float64Array.from(sample.queries, (_, i) => 0.4 + gain + (i % 7) / 20);
  const without = { precisions: precisions(0), top1: 0.8 };
  const isTaken = (gain: number, top1: number) =>
    isWorthIt(sample, { precisions: precisions(gain), top1 }, without);
  expect([isTaken(0.04, 0.81), isTaken(0.04, 0.796), isTaken(0.04, 0.79)]).toEqual([
    true,
    true,
    false,
  ]);
  expect([isTaken(0.004, 0.9), isTaken(-0.02, 0.9)]).toEqual([false, false]);
});

test('auto does nothing without groups; a number is taken as it is', () => {
  const { vectors } = catalogue(3, 1);
  const none = chooseNeighbours('auto', vectors, DIMENSION, null);
  expect(none).toEqual({ neighbours: 0, by: 'default', measured: null });
  expect(describeNeighbours(none)[0]).toContain('not measured: fewer than 8 groups');
  const given = chooseNeighbours(5, vectors, DIMENSION, null);
  expect(given).toEqual({ neighbours: 5, by: 'option', measured: null });
  expect(describeNeighbours(given)).toEqual([
    'Neighbours: each vector has moved towards its 5 nearest, as --neighbours says',
  ]);
  expect(describeNeighbours({ neighbours: 0, by: 'option', measured: null })).toEqual([]);
});
