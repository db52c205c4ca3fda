import { expect, test } from 'vitest';
import { cosine, normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { measureBands } from '../../../src/node/eval/bands.ts';

const DIMENSION = 6;
const random = seededRandom(5);
const unit = () => normalised(Float32Array.from({ length: DIMENSION }, () => random() - 0.5));
const vectors = Array.from({ length: 60 }, unit);
const joined = Float32Array.from(vectors.flatMap((vector) => [...vector]));
const distractors = Array.from({ length: 25 }, unit);
const rows = vectors.map((_, i) => ({
  id: `${i}`,
  // Ten photos without a group, and five alone in theirs.
  group: i < 10 ? null : i < 15 ? `alone ${i}` : `g${i % 9}`,
}));

test.each([
  { match: 0.8, related: 0.5 },
  { match: 0.6, related: 0.2 },
])('the shares are those of a plain count at %o', (thresholds) => {
  const { match, related } = thresholds;
  let [there, answerable, absent, queries] = [0, 0, 0, 0];
  rows.forEach(({ group }, i) => {
    if (group === null) return;
    const others = rows
      .map((row, j) => ({
        group: row.group,
        score: cosine(vectors[i] as Float32Array, vectors[j] as Float32Array),
        j,
      }))
      .filter(({ j }) => j !== i)
      .sort((a, b) => b.score - a.score);
    queries++;
    if ((others.find((other) => other.group !== group)?.score ?? -1) >= match) absent++;
    if (!others.some((other) => other.group === group)) return;
    answerable++;
    const [first] = others;
    if (first && first.group === group && first.score >= match) there++;
  });
  const best = distractors.map((query) => Math.max(...vectors.map((row) => cosine(query, row))));
  const share = (from: number) => best.filter((score) => score >= from).length / best.length;
  const input = { rows, vectors: joined, dimension: DIMENSION, thresholds };
  const { scores, ...shares } = measureBands({ ...input, distractors });
  expect(shares).toEqual({
    match,
    related,
    there: there / answerable,
    absent: absent / queries,
    far: { match: share(match), related: share(related), queries: 25 },
  });
  expect([scores.own.length, scores.other.length]).toEqual([answerable, queries]);
  expect(scores.other.filter((score) => score >= match)).toHaveLength(absent);
  expect(scores.far).toHaveLength(best.length);
  scores.far.forEach((score, i) => {
    expect(score).toBeCloseTo(best[i] as number, 5);
  });
  expect(absent / queries).toBeGreaterThan(0.05);
  expect(measureBands({ ...input, distractors: null }).far).toBeNull();
});

test('photos that are all alone, or all of one thing, answer one question only', () => {
  const input = { vectors: joined, dimension: DIMENSION, thresholds: { match: 0, related: 0 } };
  const alone = rows.map(({ id }) => ({ id, group: id }));
  expect(measureBands({ ...input, rows: alone, distractors: null })).toMatchObject({ there: null });
  const one = rows.map(({ id }) => ({ id, group: 'one' }));
  expect(measureBands({ ...input, rows: one, distractors: null })).toMatchObject({ absent: null });
});
