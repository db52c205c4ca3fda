/** The file of a delta: what is written is read again, and forged numbers are refused. */
import { expect, test } from 'vitest';
import { readContainer, writeContainer } from '../../../src/core/container.ts';
import { withDelta, writeDelta } from '../../../src/core/parts/delta.ts';
import type { PartsRoot } from '../../../src/core/parts/root.ts';

/** All that a delta needs of a root. */
const root = {
  count: 90,
  starts: Uint32Array.of(0, 40, 90),
  shards: [1, 300].map((bytes, i) => ({ bytes, hash: `${i}a`.repeat(12) })),
} as unknown as PartsRoot;
const delta = {
  removed: Uint32Array.of(3, 70),
  homes: Uint16Array.of(0, 1, 1),
  segments: [2, 1].map((items) => ({ items, file: { bytes: 500, hash: '5b'.repeat(12) } })),
  facets: ['colour'],
  numeric: ['price'],
};
const file = writeDelta(90, delta);

test('comes back', () => {
  const { count, starts, shards, changes, facets } = withDelta(root, file, 'd');
  expect({ count, facets }).toEqual({ count: 93, facets: ['colour'] });
  expect([...starts]).toEqual([0, 40, 90, 92, 93]);
  expect(shards.slice(2)).toEqual(delta.segments.map((segment) => segment.file));
  expect(changes).toEqual({
    ...{ firstShard: 2, firstPosition: 90, homes: delta.homes },
    removed: new Set([3, 70]),
  });
});

test.each([
  [{ removed: 1e9 }, 'd: its removed positions are damaged. Build the bundle again.'],
  [{ removed: Number.MAX_SAFE_INTEGER }, 'd: its removed positions are damaged.'],
  [{ added: 4 }, 'd: "homes" must be 4 of 2 shards.'],
  [{ segments: 1e12 }, 'd: its list of files is damaged.'],
  [{ segments: 1 }, 'd: its list of files is damaged.'],
  [{ base: 91 }, 'd: it is for an index of 91 items, the root has 90.'],
])('with a forged %j is refused before memory is taken for it', (forged, message) => {
  const { meta, sections } = readContainer(file, 'parts-delta', 'd');
  const made = writeContainer({
    kind: 'parts-delta',
    meta: { ...meta, ...forged },
    sections: [...sections.values()],
  });
  expect(() => withDelta(root, made, 'd')).toThrow(message);
});
