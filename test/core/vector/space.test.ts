import { describe, expect, test } from 'vitest';
import { centred, centreOf } from '../../../src/core/vector/centre.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { centreOfParts, placed } from '../../../src/core/vector/space.ts';

const DIMENSION = 7;
const NUMBERS = 3;
const random = seededRandom(8);

/** The oracle works on lists of doubles: features of length 1, colours of length `weight`, together of length 1. */
const unit = (list: readonly number[]) => {
  const length = Math.hypot(...list);
  return list.map((x) => (length === 0 ? 0 : x / length));
};
const minus = (a: readonly number[], b: readonly number[]) => a.map((x, i) => x - (b[i] ?? 0));
const model = (weight: number, isGrey = false) => {
  const features = unit([0, 1, 2, 3].map(() => random() - 0.3));
  const colours = isGrey ? [0, 0, 0] : unit([0, 1, 2].map(() => random()));
  return {
    features,
    colours,
    plain: Float32Array.from(unit([...features, ...colours.map((x) => x * weight)])),
  };
};
const expectClose = (got: Float32Array, expected: readonly number[]) => {
  expect(got).toHaveLength(expected.length);
  got.forEach((x, i) => {
    expect(Math.abs(x - (expected[i] ?? Number.NaN))).toBeLessThan(1e-6);
  });
};

describe('placed', () => {
  test('gives colours another weight than the model did', () => {
    for (const weight of [0, 0.1, 0.4, 1]) {
      const { features, colours, plain } = model(0.3);
      const got = placed(plain, { centre: null, colour: { numbers: NUMBERS, weight } });
      expectClose(got, unit([...features, ...colours.map((x) => x * weight)]));
    }
  });

  test('centres features and colours each on their own', () => {
    const centre = Float32Array.of(0.1, 0.2, -0.1, 0.3, 0.4, 0.5, 0.2);
    const { features, colours, plain } = model(0.3);
    const got = placed(plain, { centre, colour: { numbers: NUMBERS, weight: 0.2 } });
    const a = unit(minus(features, [...centre.subarray(0, 4)]));
    const b = unit(minus(colours, [...centre.subarray(4)]));
    expectClose(got, unit([...a, ...b.map((x) => x * 0.2)]));
  });

  test('a grey photo has no colours, whatever the centre', () => {
    const centre = Float32Array.of(0.1, 0.2, -0.1, 0.3, 0.4, 0.5, 0.2);
    const { features, plain } = model(0.3, true);
    const got = placed(plain, { centre, colour: { numbers: NUMBERS, weight: 0.2 } });
    expectClose(got, [...unit(minus(features, [...centre.subarray(0, 4)])), 0, 0, 0]);
  });

  test('without colours it is bit for bit what centring gives', () => {
    const { plain } = model(0.3);
    const centre = Float32Array.from({ length: DIMENSION }, (_, i) => i / 20);
    expect(placed(plain, { centre, colour: null })).toEqual(centred(plain, centre));
    expect(placed(plain, { centre: null, colour: null })).toEqual(centred(plain, null));
  });
});

describe('centreOfParts', () => {
  test('is n / (n + 50) of the mean of each part; grey photos do not count for colours', () => {
    const photos = [model(0.3), model(0.3, true), model(0.3)];
    const plain = Float32Array.from(photos.flatMap((photo) => [...photo.plain]));
    const sum = (lists: readonly (readonly number[])[]) =>
      (lists[0] ?? []).map((_, i) => lists.reduce((total, list) => total + (list[i] ?? 0), 0));
    expectClose(centreOfParts(plain, DIMENSION, { numbers: NUMBERS }), [
      ...sum(photos.map(({ features }) => features)).map((x) => x / 53),
      ...sum(photos.map(({ colours }) => colours)).map((x) => x / 52),
    ]);
  });

  test('of grey photos only, no colour is subtracted', () => {
    const { plain } = model(0.3, true);
    expect([...centreOfParts(plain, DIMENSION, { numbers: NUMBERS }).subarray(4)]).toEqual([
      0, 0, 0,
    ]);
  });

  test('without colours it is the centre of the vectors', () => {
    const plain = Float32Array.from([...model(0.3).plain, ...model(0.3).plain]);
    expect(centreOfParts(plain, DIMENSION, null)).toEqual(centreOf(plain, DIMENSION));
  });
});
