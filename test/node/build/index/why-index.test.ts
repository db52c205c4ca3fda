/** Which index a build chose, in one line. */
import { expect, test } from 'vitest';
import type { IndexTime } from '../../../../src/node/build/index/choose-index.ts';
import {
  type Chosen,
  chosenIndex,
  describeChoice,
} from '../../../../src/node/build/index/why-index.ts';

const time = (index: IndexTime['index'], first: number, next: number): IndexTime => ({
  ...{ index, links: false },
  ...{ first, next },
});
const VECTORS = time('vectors', 4312, 9.6);
const CODES = time('codes', 1084, 0.5);
const PARTS = time('parts', 302, 222);

const cases: readonly (readonly [Partial<Chosen>, string])[] = [
  [
    { index: 'parts', times: [VECTORS, PARTS, CODES] },
    'parts, because a first search takes about 0.30 s at 20 Mbit/s and a later one 0.22 s; with codes in whole files they would ' +
      'take 1.1 s and under 0.01 s',
  ],
  [
    { index: 'parts', times: [VECTORS, PARTS, { ...CODES, isLeast: true }] },
    'parts, because a first search takes about 0.30 s at 20 Mbit/s and a later one 0.22 s; with codes in whole files they would ' +
      'take at least 1.1 s and under 0.01 s',
  ],
  [
    { index: 'codes', times: [VECTORS, time('codes', 74, 0.1)] },
    'codes, because a first search takes about 0.07 s at 20 Mbit/s and a later one under 0.01 s; with vectors they would take ' +
      '4.3 s and under 0.01 s',
  ],
  [
    { index: 'vectors', links: true, times: [VECTORS, { ...VECTORS, links: true, first: 4000 }] },
    'vectors with links, because a first search takes about 4.0 s at 20 Mbit/s and a later one under 0.01 s; with vectors they ' +
      'would take 4.3 s and under 0.01 s',
  ],
  [
    { index: 'vectors', times: [VECTORS, { ...VECTORS, links: true, first: 5000 }] },
    'vectors, because a first search takes about 4.3 s at 20 Mbit/s and a later one under 0.01 s; with vectors with links they ' +
      'would take 5.0 s and under 0.01 s',
  ],
  [{ count: 20 }, 'vectors, because codes of fewer than 64 photos save too little: there are 20'],
  [{ option: 'flat' }, 'vectors, because --index flat asks for it'],
  [
    { option: 'hnsw', index: 'codes', links: true },
    'codes with links, because --index hnsw asks for it',
  ],
  [{ isHash: true, times: [VECTORS] }, 'vectors, because hashes are compared bit by bit'],
];

test.each(cases)('%j', (changes, expected) => {
  const chosen = chosenIndex({
    ...{ option: 'auto', isHash: false, count: 20_000 },
    ...{ index: 'vectors', links: false, times: [] },
    ...changes,
  });
  expect(describeChoice(chosen)).toBe(`Kind of index: ${expected}`);
});

test('the times are in order of what they cost a visitor', () => {
  const { times } = chosenIndex({
    ...{ option: 'auto', isHash: false, count: 20_000, index: 'parts', links: false },
    times: [VECTORS, CODES, PARTS],
  });
  expect(times).toEqual([PARTS, CODES, VECTORS]);
});
