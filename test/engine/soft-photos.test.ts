import { expect, test } from 'vitest';
import { openingFilesOf, searchFilesOf } from '../../src/core/bundle/manifest-files.ts';
import { MissingFileError, SoutuError } from '../../src/core/errors.ts';
import type { ModelSpec } from '../../src/core/model/spec.ts';
import { SearchEngine } from '../../src/engine/search-engine.ts';
import {
  COUNT,
  DIMENSION,
  embedderOf,
  idOf,
  idsOf,
  memoryBundle,
  photoOf,
  plainOf,
  SOFT_THRESHOLDS,
  stored,
  THRESHOLDS,
} from './memory-bundle.ts';

/** The copy of each photo looks like the photo before it. */
const soft = Float32Array.from([
  ...stored.subarray((COUNT - 1) * DIMENSION),
  ...stored.subarray(0, (COUNT - 1) * DIMENSION),
]);
/** Of one pixel, which is as soft as it gets. */
const SOFT = photoOf(7);
/** The same pixel first, so that its vector is the same, but stripes. */
const SHARP = {
  width: 256,
  height: 256,
  data: Uint8Array.from({ length: 256 * 256 * 4 }, (_, i) =>
    i < 4 ? (SOFT.data[i] ?? 0) : i % 4 === 3 || (i >> 2) % 8 < 4 ? 255 : 0,
  ),
};

async function openWith(bundle = memoryBundle({ soft })) {
  const engine = await SearchEngine.open(bundle.source, {
    embeddersFor: (spec: ModelSpec) => [async () => embedderOf(spec)],
  });
  const read = () => bundle.source.read.mock.calls.map(([{ file }]) => file);
  return { engine, bundle, readSoft: () => read().filter((file) => file.startsWith('soft')) };
}

test('a soft photo is searched among the vectors of small copies, which are loaded then', async () => {
  const { engine, readSoft } = await openWith();
  const sharp = await engine.search({ photo: SHARP });
  expect([sharp.soft, idsOf(sharp)[0]]).toEqual([false, idOf(7)]);
  await engine.search({ id: idOf(7) });
  await engine.search({ vector: plainOf(7) });
  expect(readSoft()).toEqual([]);

  const answer = await engine.search({ photo: SOFT });
  expect([answer.soft, idsOf(answer)[0]]).toEqual([true, idOf(8)]);
  expect(answer.hits[0]?.score).toBeCloseTo(1, 3);
  expect([sharp.thresholds, answer.thresholds]).toEqual([THRESHOLDS, SOFT_THRESHOLDS]);
  const loaded = readSoft();
  expect(loaded.length).toBeGreaterThan(1);
  await engine.search({ photo: SOFT });
  expect(readSoft()).toEqual(loaded);
});

test('the next page is of the same index', async () => {
  const { engine } = await openWith();
  const first = await engine.search({ photo: SOFT }, { size: 3 });
  const again = { vector: first.vector as Float32Array, soft: first.soft };
  const both = await engine.search({ photo: SOFT }, { size: 6 });
  const next = await engine.search(again, { size: 3, from: 3 });
  expect([...idsOf(first), ...idsOf(next)]).toEqual(idsOf(both));
  expect(next.soft).toBe(true);
});

test('ranking is the same: filters, groups and facets apply', async () => {
  const { engine } = await openWith();
  const options = { filter: { colour: 'red' }, group: true, facets: ['colour'], size: 50 };
  const answer = await engine.search({ photo: SOFT }, options);
  expect(answer.hits.length).toBeGreaterThan(1);
  expect(answer.hits.every(({ item }) => item.attributes?.colour === 'red')).toBe(true);
  expect(new Set(answer.hits.map(({ group }) => group)).size).toBe(answer.hits.length);
  expect(Object.keys(answer.facets.colour ?? {}).length).toBeGreaterThan(1);
});

test('several photos in one query are compared with the sharp vectors', async () => {
  const { engine, readSoft } = await openWith();
  const answer = await engine.search({ several: [{ photo: SOFT }, { photo: SOFT }] });
  expect([answer.soft, idsOf(answer)[0]]).toEqual([false, idOf(7)]);
  expect(readSoft()).toEqual([]);
});

test('a bundle without such vectors answers soft photos as all others', async () => {
  const { engine } = await openWith(memoryBundle());
  for (const query of [{ photo: SOFT }, { vector: plainOf(7), soft: true }]) {
    const answer = await engine.search(query);
    expect([answer.soft, idsOf(answer)[0]]).toEqual([false, idOf(7)]);
  }
});

test('without a connection the sharp vectors answer, and the next search tries again', async () => {
  const { engine, bundle } = await openWith();
  const { read } = bundle.source;
  const before = read.getMockImplementation() as (ref: { file: string }) => Promise<Uint8Array>;
  const failing = (error: Error) => async (ref: { file: string }) =>
    ref.file.startsWith('soft') ? Promise.reject(error) : before(ref);
  read.mockImplementation(failing(new SoutuError('NetworkError', 'offline')));
  const answer = await engine.search({ photo: SOFT });
  expect([answer.soft, idsOf(answer)[0]]).toEqual([false, idOf(7)]);
  // A file that a new release has replaced is another matter: the page opens that release.
  read.mockImplementation(failing(new MissingFileError('b/soft: not there')));
  await expect(engine.search({ photo: SOFT })).rejects.toThrow('b/soft: not there');
  read.mockImplementation(before);
  expect(await engine.search({ photo: SOFT })).toMatchObject({ soft: true });
});

test('visitors may download the vectors, but opening does not wait for them', async () => {
  const manifest = (await openWith()).engine.bundle.manifest;
  const names = (refs: readonly { file: string }[]) => refs.map(({ file }) => file);
  expect(names(searchFilesOf(manifest)).some((file) => file.startsWith('soft'))).toBe(true);
  expect(names(openingFilesOf(manifest)).some((file) => file.startsWith('soft'))).toBe(false);
});
