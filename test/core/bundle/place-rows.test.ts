import { expect, test } from 'vitest';
import { placeRows } from '../../../src/core/bundle/place-rows.ts';
import { asStored } from '../../../src/core/bundle/vectors.ts';
import { floatsToHalves, roundedToHalf } from '../../../src/core/half.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { placed, type Space } from '../../../src/core/vector/space.ts';

const DIMENSION = 61;
const COLOURS = 12;
const random = seededRandom(31);
const centre = Float32Array.from({ length: DIMENSION }, () => (random() - 0.5) / 10);

/** One row is zero, one has no colours. */
function plainRows(): Float32Array {
  const rows = Float32Array.from({ length: 9 * DIMENSION }, () => (random() - 0.4) * 3);
  rows.fill(0, 2 * DIMENSION, 3 * DIMENSION);
  rows.fill(0, 6 * DIMENSION - COLOURS, 6 * DIMENSION);
  return rows;
}

const SPACES: [string, Space][] = [
  ['no centre', { centre: null, colour: null }],
  ['a centre', { centre, colour: null }],
  ['colours', { centre: null, colour: { numbers: COLOURS, weight: 0.3 } }],
  ['a centre and colours', { centre, colour: { numbers: COLOURS, weight: 0.3 } }],
  ['colours without weight', { centre, colour: { numbers: COLOURS, weight: 0 } }],
];

test.each(SPACES)('the bits of rows that are placed one by one: %s', (_, space) => {
  const plain = plainRows();
  const expected = new Float32Array(plain.length);
  for (let at = 0; at < plain.length; at += DIMENSION) {
    expected.set(placed(roundedToHalf(plain.subarray(at, at + DIMENSION)), space), at);
  }
  const rows = placeRows(floatsToHalves(plain), DIMENSION, space);
  expect(rows).toEqual(asStored(expected, DIMENSION));
});
