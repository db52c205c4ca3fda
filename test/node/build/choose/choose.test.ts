import { describe, expect, test } from 'vitest';
import { averagePrecision, mean } from '../../../../src/core/search/measures.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import { placed } from '../../../../src/core/vector/space.ts';
import { chooseColourWeight } from '../../../../src/node/build/choose/colour-weight.ts';
import { isBetter, precisionOf } from '../../../../src/node/build/choose/precision.ts';
import { type Sample, sampleOf } from '../../../../src/node/build/choose/sample.ts';

const FEATURES = 8;
const NUMBERS = 6;
const DIMENSION = FEATURES + NUMBERS;

/** Groups of four whose features or colours are alike; the other part is noise. */
function catalogue(alike: 'features' | 'colours' | 'neither', groupCount = 20, seed = 3) {
  const random = seededRandom(seed);
  const noise = (length: number) => Array.from({ length }, () => random() - 0.5);
  const unit = (list: readonly number[]) => list.map((x) => x / Math.hypot(...list));
  const rows: number[] = [];
  const groups: string[] = [];
  for (let g = 0; g < groupCount; g++) {
    const features = noise(FEATURES);
    const colours = noise(NUMBERS);
    for (let photo = 0; photo < 4; photo++) {
      const near = (own: readonly number[], isAlike: boolean) =>
        unit(noise(own.length).map((x, i) => x + (isAlike ? 2 * (own[i] ?? 0) : 0)));
      // Features say a little in every catalogue, or nothing could be found without colours.
      const a = near(features, alike === 'features');
      const b = near(colours, alike === 'colours').map((x) => 0.3 * x);
      rows.push(...unit([...a, ...b]));
      groups.push(`group ${g}`);
    }
  }
  return { plain: Float32Array.from(rows), groups };
}

const choose = ({ plain, groups }: ReturnType<typeof catalogue>, weight = 0.3) =>
  chooseColourWeight(
    sampleOf(plain, DIMENSION, groups) as Sample,
    plain,
    DIMENSION,
    { numbers: NUMBERS, weight },
    false,
  );

describe('the weight of colours', () => {
  test('is the highest where groups are alike in colour, and low where only their features are', () => {
    expect(choose(catalogue('colours')).weight).toBe(0.4);
    expect(choose(catalogue('features')).weight).toBeLessThanOrEqual(0.1);
  });

  test('stays as it is where no weight is better beyond chance', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      expect(choose(catalogue('neither', 20, seed)).weight).toBe(0.3);
      expect(choose(catalogue('neither', 20, seed), 0.1).weight).toBe(0.1);
    }
  });

  test('is measured as the index would: every photo a query among all the others', () => {
    const { plain, groups } = catalogue('features', 10);
    const { measured } = choose({ plain, groups });
    expect(measured.map(({ weight }) => weight)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    for (const { weight, mAP } of measured) {
      const vectors = groups.map((_, row) =>
        placed(plain.subarray(row * DIMENSION, (row + 1) * DIMENSION), {
          centre: null,
          colour: { numbers: NUMBERS, weight },
        }),
      );
      const expected = mean(
        vectors.map((query, q) =>
          averagePrecision(
            vectors
              .map((vector, row) => ({
                row,
                score: vector.reduce((sum, x, i) => sum + x * (query[i] ?? 0), 0),
              }))
              .filter(({ row }) => row !== q)
              .sort((a, b) => b.score - a.score)
              .map(({ row }) => groups[row] === groups[q]),
          ),
        ),
      );
      expect(Math.abs(mAP - expected)).toBeLessThan(1e-9);
    }
  });

  test('the same catalogue gives the same choice', () => {
    expect(choose(catalogue('colours'))).toEqual(choose(catalogue('colours')));
  });
});

describe('the sample', () => {
  test('is null with fewer than 8 groups of two different photos', () => {
    const { plain, groups } = catalogue('features', 7);
    expect(sampleOf(plain, DIMENSION, groups)).toBeNull();
    expect(
      sampleOf(
        plain,
        DIMENSION,
        groups.map((_, i) => `single ${i}`),
      ),
    ).toBeNull();
    // Each group has one photo four times.
    const equal = plain.slice();
    const eight = catalogue('features', 8);
    for (let row = 0; row < eight.groups.length; row++) {
      const first = row - (row % 4);
      eight.plain.copyWithin(row * DIMENSION, first * DIMENSION, (first + 1) * DIMENSION);
    }
    expect(sampleOf(eight.plain, DIMENSION, eight.groups)).toBeNull();
    expect(equal).toEqual(plain);
  });

  test('of a large catalogue has at most 2,000 photos of whole groups and 400 queries', () => {
    const { plain, groups } = catalogue('neither', 900);
    const sample = sampleOf(plain, DIMENSION, groups) as Sample;
    expect(sample.rows).toHaveLength(2000);
    expect(sample.queries).toHaveLength(400);
    const sizes = new Map<number, number>();
    for (const group of sample.groupOf) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    expect([...sizes.values()].every((size) => size === 4)).toBe(true);
  });

  test('has photos without a group of their own as others, not as queries', () => {
    const { plain, groups } = catalogue('features', 10);
    const sample = sampleOf(plain, DIMENSION, ['single', ...groups.slice(1)]) as Sample;
    expect(sample.rows).toHaveLength(40);
    expect([...sample.queries]).toEqual(Array.from({ length: 39 }, (_, i) => i + 1));
    expect(sample.groups).toBe(10);
  });
});

test('average precision from scores agrees with the sorted list', () => {
  const random = seededRandom(9);
  for (let run = 0; run < 200; run++) {
    const rows = Array.from({ length: 1 + Math.floor(random() * 30) }, () => ({
      score: random(),
      isRelevant: random() < 0.3,
    }));
    if (!rows.some(({ isRelevant }) => isRelevant)) continue;
    const relevant = rows.filter(({ isRelevant }) => isRelevant);
    const sorted = [...rows].sort((a, b) => b.score - a.score);
    const got = precisionOf(
      Float64Array.from(relevant, ({ score }) => score),
      Float64Array.from(rows, ({ score }) => score),
    );
    expect(Math.abs(got - averagePrecision(sorted.map((row) => row.isRelevant)))).toBeLessThan(
      1e-12,
    );
  }
  // Equal scores: the relevant rows come first.
  expect(precisionOf(Float64Array.of(1, 1), Float64Array.of(1, 1, 1, 2))).toBeCloseTo(
    (1 / 2 + 2 / 3) / 2,
    12,
  );
});

test('better means better in most groups, not in one', () => {
  const queries = Uint32Array.from({ length: 20 }, (_, i) => i);
  const sample = { rows: queries, queries, groups: 10, groupOf: queries.map((i) => i % 10) };
  const standard = new Float64Array(20).fill(0.5);
  expect(
    isBetter(
      sample,
      standard.map((x, i) => x + 0.01 + (i % 10) / 1000),
      standard,
    ),
  ).toBe(true);
  expect(
    isBetter(
      sample,
      standard.map((x, i) => (i % 10 === 0 ? x + 0.4 : x)),
      standard,
    ),
  ).toBe(false);
  expect(
    isBetter(
      sample,
      standard.map((x) => x - 0.01),
      standard,
    ),
  ).toBe(false);
  expect(isBetter(sample, standard, standard)).toBe(false);
});
