/** The way back from the space of an index, against the way there. */
import { expect, test } from 'vitest';
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { centreOfParts, placed, type Space } from '../../../src/core/vector/space.ts';
import { unplaced } from '../../../src/core/vector/unplaced.ts';

const DIMENSION = 12;
const random = seededRandom(61);
const vectorOf = (shift: number) =>
  normalised(Float32Array.from({ length: DIMENSION }, () => random() - 0.5 + shift));
/** Close together, as photos of one shop are: a centre 0.9 long. */
const rows = Array.from({ length: 40 }, () => vectorOf(0.6));
const plain = new Float32Array(rows.length * DIMENSION);
for (const [i, row] of rows.entries()) plain.set(row, i * DIMENSION);
const colours = { numbers: 4, weight: 0.3 };
const SPACES: Record<string, Space> = {
  plain: { centre: null, colour: null },
  centred: { centre: centreOfParts(plain, DIMENSION, null), colour: null },
  'with colours': { centre: null, colour: colours },
  'centred with colours': { centre: centreOfParts(plain, DIMENSION, colours), colour: colours },
};

test.each(Object.entries(SPACES))(
  '%s: any vector of the space is placed there again',
  (_, space) => {
    for (let i = 0; i < 200; i++) {
      const unit = placed(vectorOf(i % 2 === 0 ? 0.6 : 0), space);
      const back = unplaced(unit, space);
      expect(Math.hypot(...back)).toBeCloseTo(1, 5);
      const again = placed(back, space);
      for (const [at, x] of unit.entries()) expect(again[at]).toBeCloseTo(x, 5);
    }
  },
);

test('without colours, the plain vector itself comes back', () => {
  const space = SPACES.centred as Space;
  const given = vectorOf(0.3);
  for (const [i, x] of unplaced(placed(given, space), space).entries()) {
    expect(x).toBeCloseTo(given[i] as number, 5);
  }
});

test('a grey photo stays grey', () => {
  const space = SPACES['centred with colours'] as Space;
  const grey = vectorOf(0.4).map((x, i) => (i < DIMENSION - 4 ? x : 0));
  const back = unplaced(placed(grey, space), space);
  expect([...back.subarray(DIMENSION - 4)]).toEqual([0, 0, 0, 0]);
});
