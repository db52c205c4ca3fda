/** Which index a build makes of thousands of photos. */
import { expect, test } from 'vitest';
import { clusteredVectors } from '../../../../scripts/bench/support/clustered-vectors.ts';
import { asStored } from '../../../../src/core/bundle/vectors.ts';
import { makeIndex } from '../../../../src/node/build/index/choose-index.ts';
import { weighed } from '../../../../src/node/build/index/search-time.ts';

const DIMENSION = 256;

test('of 3,000 and 12,000 photos, both are made, and the faster one is taken', async () => {
  for (const [count, kind] of [
    [3000, 'codes'],
    [12_000, 'parts'],
  ] as const) {
    const items = Array.from({ length: count }, (_, row) => ({
      id: `i${String(row).padStart(6, '0')}`,
      image: '',
    }));
    const vectors = asStored(clusteredVectors(count, DIMENSION, count / 40, 3), DIMENSION);
    const rows = { ids: items.map(({ id }) => id), vectors, dimension: DIMENSION };
    const { codes, parts, times } = await makeIndex(rows, items, {}, 'no-folder', null);
    expect(parts ? 'parts' : codes ? 'codes' : 'vectors').toBe(kind);
    const [fastest] = [...times].sort((a, b) => weighed(a) - weighed(b));
    expect(fastest?.index).toBe(kind);
  }
});
