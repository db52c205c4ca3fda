import { describe, expect, test } from 'vitest';
import { cosine, dot, normalised } from '../../../../src/core/vector/arithmetic.ts';
import { AveragedVectors } from '../../../../src/core/vector/averaged.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import {
  type CalibrationInput,
  calibrate,
} from '../../../../src/node/build/calibrate/calibrate.ts';
import { cpuMs } from '../../../support/cpu-time.ts';

const DIMENSION = 8;

/** Photos of things: each thing is a random direction, each photo of it a little beside it. */
function catalogue(things: number, photos: number, seed: number, spread = 0.4) {
  const random = seededRandom(seed);
  const vector = () => Float32Array.from({ length: DIMENSION }, () => random() - 0.5);
  const rows: Float32Array[] = [];
  const groups: string[] = [];
  for (let thing = 0; thing < things; thing++) {
    const middle = vector();
    for (let photo = 0; photo < photos; photo++) {
      const beside = vector();
      rows.push(normalised(middle.map((x, i) => x + spread * (beside[i] as number))));
      groups.push(`thing ${thing}`);
    }
  }
  return { rows, groups };
}

const joined = (rows: readonly Float32Array[]) =>
  Float32Array.from(rows.flatMap((row) => [...row]));

const run = (
  { rows, groups }: { rows: readonly Float32Array[]; groups: readonly string[] },
  more: Partial<CalibrationInput> = {},
) =>
  calibrate({
    vectors: joined(rows),
    dimension: DIMENSION,
    groups,
    folders: null,
    distractors: null,
    given: {},
    ...more,
  });

/** The oracle: loops, a plain cosine and a sorted list. */
const bestOf = (query: Float32Array, rows: readonly Float32Array[]) =>
  Math.max(...rows.map((row) => cosine(query, row)));
const lowerThan = (values: readonly number[], score: number) =>
  values.filter((value) => value < score - 1e-6).length / values.length;

describe('match', () => {
  test('with groups: 80 % of the photos have a lower best score in another group', () => {
    const { rows, groups } = catalogue(25, 4, 3);
    const { match, matchFrom, measured, alone } = run({ rows, groups });
    const other = rows.map((row, i) =>
      bestOf(
        row,
        rows.filter((_, j) => groups[j] !== groups[i]),
      ),
    );
    expect([matchFrom, measured]).toEqual(['groups', 100]);
    expect(other.some((score) => Math.abs(score - match) < 1e-6)).toBe(true);
    expect(lowerThan(other, match)).toBeCloseTo(0.79, 9);
    const any = rows.map((row, i) =>
      bestOf(
        row,
        rows.filter((_, j) => j !== i),
      ),
    );
    expect(alone).toBeCloseTo(any.filter((score) => score < match - 1e-6).length / 100, 9);
  });

  test('without groups: 20 % of the photos are farther from their nearest other one', () => {
    const { rows } = catalogue(25, 4, 4);
    const alone = rows.map((_, i) => `photo ${i}`);
    const report = run({ rows, groups: alone });
    const any = rows.map((row, i) =>
      bestOf(
        row,
        rows.filter((_, j) => j !== i),
      ),
    );
    expect(report.matchFrom).toBe('photos');
    expect(any.some((score) => Math.abs(score - report.match) < 1e-6)).toBe(true);
    expect(lowerThan(any, report.match)).toBeCloseTo(0.19, 9);
    expect(report.alone).toBeLessThanOrEqual(0.2);
    // A single group with everything in it says nothing, either.
    expect(run({ rows, groups: rows.map(() => 'all') })).toEqual(report);
  });

  test('folders count as groups if most photos are nearest to one of their own', () => {
    const { rows, groups } = catalogue(25, 4, 5);
    const alone = rows.map((_, i) => `photo ${i}`);
    const byThing = run({ rows, groups: alone }, { folders: groups });
    expect(byThing).toMatchObject({ matchFrom: 'folders', folderAgreement: expect.any(Number) });
    expect(byThing.folderAgreement).toBeGreaterThan(0.8);
    expect(byThing.match).toBe(run({ rows, groups }).match);
    // By month: what is in a folder has nothing in common.
    const months = rows.map((_, i) => `month ${i % 4}`);
    const byMonth = run({ rows, groups: alone }, { folders: months });
    expect(byMonth.matchFrom).toBe('photos');
    expect(byMonth.folderAgreement).toBeLessThan(0.2);
    // The groups of the catalogue come first.
    expect(run({ rows, groups }, { folders: months }).matchFrom).toBe('groups');
    expect(run({ rows, groups: alone }, { folders: rows.map(() => 'one') })).toMatchObject({
      matchFrom: 'photos',
      folderAgreement: null,
    });
  });

  test('a few photos of one thing among many others are no groups', () => {
    const { rows } = catalogue(40, 1, 6);
    const groups = rows.map((_, i) => `thing ${Math.max(1, i)}`);
    expect(run({ rows, groups }).matchFrom).toBe('photos');
  });

  test('equal photos count once', () => {
    const { rows, groups } = catalogue(25, 4, 7);
    const placeholder = rows[0] as Float32Array;
    const copies = Array.from({ length: 60 }, () => placeholder);
    const alone = copies.map((_, i) => `copy ${i}`);
    const more = run({ rows: [...rows, ...copies], groups: [...groups, ...alone] });
    expect(more.measured).toBe(100);
    expect(more.match).toBe(run({ rows, groups }).match);
    expect(more.match).toBeLessThan(0.9999);
  });

  test('is above what 99.5 % of the distractors reach', () => {
    const { rows, groups } = catalogue(25, 4, 8);
    const far = catalogue(400, 1, 9, 0).rows;
    const { match, matchFrom, related } = run({ rows, groups }, { distractors: joined(far) });
    expect(matchFrom).toBe('distractors');
    const best = far.map((row) => bestOf(row, rows));
    expect(lowerThan(best, match)).toBeGreaterThanOrEqual(0.9925);
    expect(related).toBeLessThanOrEqual(match);
  });
});

describe('related', () => {
  test('95 % of the distractors have a lower best score', () => {
    // All things lie in one half of the space, as photos of one shop do; distractors lie anywhere.
    const { rows, groups } = catalogue(25, 4, 10, 0.2);
    for (const row of rows) row[0] = Math.abs(row[0] as number) + 1;
    const near = { rows: rows.map(normalised), groups };
    const far = catalogue(300, 1, 11, 0).rows;
    const { related, relatedFrom } = run(near, { distractors: joined(far) });
    const best = far.map((row) => bestOf(row, near.rows));
    expect(relatedFrom).toBe('distractors');
    expect(lowerThan(best, related)).toBeCloseTo(0.9467, 3);
  });

  test('at most 20 % of the photos of the catalogue have nothing like them', () => {
    const { rows, groups } = catalogue(100, 2, 12, 1.2);
    // These "other things" are in the catalogue, too: their scores say nothing about unrelated photos.
    const { related } = run({ rows, groups }, { distractors: joined(rows) });
    const any = rows.map((row, i) =>
      bestOf(
        row,
        rows.filter((_, j) => j !== i),
      ),
    );
    expect(lowerThan(any, related)).toBeLessThanOrEqual(0.2);
    expect(lowerThan(any, related)).toBeGreaterThan(0.15);
  });

  test('without distractors: 5 % of the photos have a lower best score', () => {
    const { rows, groups } = catalogue(25, 4, 13, 1.2);
    const { related, relatedFrom } = run({ rows, groups });
    const any = rows.map((row, i) =>
      bestOf(
        row,
        rows.filter((_, j) => j !== i),
      ),
    );
    expect(relatedFrom).toBe('catalogue');
    expect(any.some((score) => Math.abs(score - related) < 1e-6)).toBe(true);
    // Two photos that are nearest to each other have one score.
    expect([0.02, 0.03, 0.04]).toContain(lowerThan(any, related));
  });
});

test("the owner's thresholds replace the measured ones, either or both", () => {
  const things = catalogue(25, 4, 14);
  const measured = run(things);
  expect(run(things, { given: { match: 0.97 } })).toMatchObject({
    match: 0.97,
    matchFrom: 'owner',
    related: measured.related,
    relatedFrom: 'catalogue',
  });
  const lower = run(things, { given: { match: -0.5 } });
  expect([lower.match, lower.related, lower.alone]).toEqual([-0.5, -0.5, 0]);
  expect(run(things, { given: { related: 0.01 } })).toMatchObject({
    match: measured.match,
    related: 0.01,
    relatedFrom: 'owner',
  });
});

test('one photo: the middle of other catalogues, and it is alone', () => {
  const { rows, groups } = catalogue(1, 1, 15);
  expect(run({ rows, groups })).toMatchObject({ match: 0.6, related: 0.3, alone: 1, measured: 1 });
});

test('a large catalogue is sampled: the same at every build, and near the whole', async () => {
  const things = catalogue(4000, 2, 16);
  let sampled: ReturnType<typeof run> | undefined;
  const took = await cpuMs(() => {
    sampled = run(things);
  });
  expect(sampled?.measured).toBe(2500);
  expect(took).toBeLessThan(20_000);
  expect(run(things)).toEqual(sampled);
});

test('averaged vectors: a photo is compared with those that it is left out of', () => {
  const random = seededRandom(8);
  const dimension = 16;
  const rows = Array.from({ length: 60 }, () =>
    normalised(Float32Array.from({ length: dimension }, () => random() - 0.5)),
  );
  const plain = Float32Array.from(rows.flatMap((row) => [...row]));
  const averaged = new AveragedVectors(plain, dimension, 3);
  const input = {
    ...{ vectors: averaged.vectors, dimension, groups: rows.map((_, i) => `${i}`) },
    ...{ folders: null, distractors: null, given: {} },
  };
  const best = rows.map((query, row) => {
    averaged.leaveOut(row);
    const scores = rows.map((_, other) =>
      other === row
        ? -1
        : dot(query, averaged.vectors.subarray(other * dimension, (other + 1) * dimension)),
    );
    return Math.max(...scores);
  });
  averaged.restore();
  const expected = best.sort((a, b) => a - b)[Math.floor(0.2 * 59)];
  const { match } = calibrate({ ...input, averaged });
  expect(match).toBeCloseTo(expected ?? 0, 5);
  expect(calibrate(input).match).toBeGreaterThan(match + 0.1);
});
