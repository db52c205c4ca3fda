import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctVectors } from '../../../src/core/vector/distinct.ts';

test('equal vectors have one node, in the order of their first rows', () => {
  const number = fc.constantFrom(0, 1, -1, 0.5);
  const vectors = fc.integer({ min: 1, max: 4 }).chain((dimension) =>
    fc.array(fc.array(number, { minLength: dimension, maxLength: dimension }), {
      minLength: 1,
      maxLength: 60,
    }),
  );
  fc.assert(
    fc.property(vectors, (rows) => {
      // Not at the beginning of its buffer, as a part of a larger table.
      const table = Float32Array.from([9, ...rows.flat()]).subarray(1);
      const { firstRows, nodeOf } = distinctVectors(table, rows[0]?.length ?? 0);
      const keys = rows.map(String);
      const expected = [...new Set(keys)];
      expect(Array.from(firstRows)).toEqual(expected.map((key) => keys.indexOf(key)));
      expect(Array.from(nodeOf)).toEqual(keys.map((key) => expected.indexOf(key)));
    }),
    { seed: 4, numRuns: 300 },
  );
});

test('one bit makes a difference', () => {
  const vectors = Float32Array.of(0.1, 0.2, 0.1, 0.2, 0.1, 0.20000002);
  expect([...distinctVectors(vectors, 2).nodeOf]).toEqual([0, 0, 1]);
});
