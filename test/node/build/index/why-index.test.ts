/** Which index a build chose, in one line. */
import { expect, test } from 'vitest';
import { chosenIndex, describeChoice } from '../../../../src/node/build/index/why-index.ts';

const sizes = {
  ...({ option: 'auto', isHash: false, count: 20_000, vectors: 10_240_000 } as const),
  ...{ parts: null, codes: null, links: false },
};

test.each([
  [
    { parts: 180_400 },
    'parts, because a first search downloads 180 kB of them on average, and the vectors of all 20000 photos take 10240 kB',
  ],
  [
    { codes: 1_310_000 },
    'codes, because they take 1310 kB, and the vectors of all 20000 photos take 10240 kB',
  ],
  [
    { count: 20, vectors: 10_240 },
    'vectors, because codes would save too little: the vectors of all 20 photos take 10 kB',
  ],
  [
    { links: true },
    'vectors with links, because codes would save too little: the vectors of all 20000 photos take 10240 kB, and comparing ' +
      'them one by one takes longer than links',
  ],
  [
    { option: 'hnsw', codes: 900_000, links: true } as const,
    'codes with links, because --index hnsw asks for it',
  ],
  [{ isHash: true }, 'vectors, because hashes are compared bit by bit'],
])('%j', (changes, expected) => {
  expect(describeChoice(chosenIndex({ ...sizes, ...changes }))).toBe(`Kind of index: ${expected}`);
});
