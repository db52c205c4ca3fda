/** Which index a build makes of a catalogue; of catalogues so large that parts are faster, see choose-index.long.test.ts. */
import { expect, test } from 'vitest';
import { clusteredVectors } from '../../../../scripts/bench/support/clustered-vectors.ts';
import { asStored } from '../../../../src/core/bundle/vectors.ts';
import { buildGraph } from '../../../../src/node/build/graph/build-graph.ts';
import {
  chooseIndex,
  type IndexOptions,
  tryLinks,
} from '../../../../src/node/build/index/choose-index.ts';

const DIMENSION = 24;

function catalogue(count: number) {
  const items = Array.from({ length: count }, (_, row) => ({
    id: `i${String(row).padStart(4, '0')}`,
    image: `${row}.jpg`,
  }));
  const vectors = asStored(clusteredVectors(count, DIMENSION, 20, 3), DIMENSION);
  return { items, rows: { ids: items.map(({ id }) => id), vectors, dimension: DIMENSION } };
}

async function made(count: number, options: IndexOptions = {}) {
  const { items, rows } = catalogue(count);
  const { index, times } = await chooseIndex({
    rows,
    items,
    options: { threads: 1, ...options },
    folder: 'no-folder',
    previous: null,
  });
  return [index.type, times.map(({ index, isLeast }) => `${index}${isLeast ? ' at least' : ''}`)];
}

test('few photos: vectors, and nothing else is tried', async () => {
  expect(await made(40)).toEqual(['vectors', []]);
});

test('more: codes, where they are faster; parts are not made, because they could not be', async () => {
  expect(await made(900)).toEqual(['codes', ['vectors', 'codes', 'parts at least']]);
});

test('codes that save less than their script takes are not used', async () => {
  const [kind, times] = await made(70);
  expect([kind, times?.includes('parts')]).toEqual(['vectors', false]);
});

test('what the owner asks for is made, and nothing is compared', async () => {
  expect(await made(300, { index: 'flat' })).toEqual(['vectors', []]);
  expect(await made(300, { index: 'codes' })).toEqual(['codes', []]);
  expect(await made(300, { index: 'parts' })).toEqual(['parts', []]);
  expect(await made(900, { index: 'hnsw' })).toEqual(['codes', []]);
  expect(await made(40, { index: 'hnsw' })).toEqual(['vectors', []]);
});

test('too few photos for what is asked', async () => {
  await expect(made(9, { index: 'parts' })).rejects.toThrow(
    '--index parts: 9 photos are too few for an index in parts, which needs 16. Leave out --index.',
  );
});

test('links do not pay for so few, whose readers compare all', async () => {
  const { items, rows } = catalogue(200);
  const graph = await buildGraph(rows.vectors, DIMENSION);
  const { time, pays } = tryLinks(rows, items, { type: 'vectors' }, graph);
  expect([time.index, time.links, pays]).toEqual(['vectors', true, false]);
});
