/** Which index a build makes of thousands of photos. */
import { expect, test } from 'vitest';
import { clusteredVectors } from '../../../../scripts/bench/support/clustered-vectors.ts';
import { asStored } from '../../../../src/core/bundle/vectors.ts';
import { chooseIndex } from '../../../../src/node/build/index/choose-index.ts';
import { weighed } from '../../../../src/node/build/index/search-time.ts';

const COUNT = 3000;
const DIMENSION = 256;

test('where either could win, codes and parts are made, and the faster one is taken', {
  timeout: 300_000,
}, async () => {
  const items = Array.from({ length: COUNT }, (_, row) => ({
    id: `i${String(row).padStart(6, '0')}`,
    image: '',
  }));
  const vectors = asStored(clusteredVectors(COUNT, DIMENSION, COUNT / 40, 3), DIMENSION);
  const rows = { ids: items.map(({ id }) => id), vectors, dimension: DIMENSION };
  const { index, times } = await chooseIndex({
    rows,
    items,
    options: {},
    folder: 'no-folder',
    previous: null,
  });
  expect(times.map(({ index, isLeast }) => [index, isLeast ?? false])).toEqual([
    ['vectors', false],
    ['codes', false],
    ['parts', false],
  ]);
  // Noise in all directions, as no photos have it, takes twice the bytes as codes.
  expect(index.type).toBe('parts');
  const [fastest] = [...times].sort((a, b) => weighed(a) - weighed(b));
  expect(fastest?.index).toBe('parts');
});
