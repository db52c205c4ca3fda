import { expect, test } from 'vitest';
import { averagePrecision, mean, recall } from '../../../src/core/search/measures.ts';
import { leaveOneOut } from '../../../src/node/eval/leave-one-out.ts';
import { flatOf } from '../../support/vectors.ts';

test('average precision, worked by hand', () => {
  // Relevant at ranks 1, 3 and 6: (1/1 + 2/3 + 3/6) / 3.
  const hits = [true, false, true, false, false, true];
  expect(averagePrecision(hits)).toBeCloseTo((1 + 2 / 3 + 1 / 2) / 3, 12);
  expect(averagePrecision([false, true])).toBe(0.5);
  expect(averagePrecision([false, false])).toBe(0);
});

test('recall and mean', () => {
  expect(recall([1, 2, 3, 4], [4, 9, 1])).toBe(0.5);
  expect(recall([], [1])).toBe(1);
  expect(mean([1, 2, 6])).toBe(3);
  expect(mean([])).toBe(0);
});

test('leave-one-out: each photo against the others, rows without a group searched but not asked', async () => {
  // Angles on a circle: a 0° and 10°, b 12° and 90°, no group at 4°, c alone at 180°.
  const angles = [0, 10, 12, 90, 4, 180];
  const groups = ['a', 'a', 'b', 'b', null, 'c'];
  const vectors = Float32Array.from(
    angles.flatMap((d) => [Math.cos((d * Math.PI) / 180), Math.sin((d * Math.PI) / 180)]),
  );
  const flat = flatOf(vectors, 2);
  const rows = groups.map((group, row) => ({ id: `000${row}`, group }));
  const result = await leaveOneOut(rows, flat, null, 64);
  // 0°: 4° 10° → AP 1/2. 10°: 12° 4° 0° → 1/3. 12°: 10° 4° 0° 90° → 1/4. 90°: 12° → 1.
  expect(result).toMatchObject({ queries: 5, answerable: 4, top1: 0.25, recall10: null });
  expect(result.mAP).toBeCloseTo((1 / 2 + 1 / 3 + 1 / 4 + 1) / 4, 12);
  const itself = await leaveOneOut(rows, flat, flat, 64);
  expect(itself.recall10).toBe(1);
});
