/** What is saved for Back and reload, within its limits. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  findPhoto,
  forgetPhotos,
  HISTORY_DATABASE,
  savePhoto,
} from '../../../src/client/history/device-photos.ts';
import {
  MOST_SAVED,
  MOST_SAVED_BYTES,
  OLDEST_SAVED,
  type SavedPhoto,
} from '../../../src/client/history/saved-photo.ts';
import { WHOLE_PHOTO } from '../../../src/core/image/view.ts';

const BUNDLE = 'https://shop.example/bundle/';
const started = 1_800_000_000_000;

function savedOf(mark: string, rest: Partial<SavedPhoto> = {}): SavedPhoto {
  return {
    mark,
    bundle: BUNDLE,
    photo: new Blob(['photo'], { type: 'image/jpeg' }),
    view: WHOLE_PHOTO,
    vector: Float32Array.of(0.6, 0.8),
    soft: false,
    model: 'test',
    at: started,
    ...rest,
  };
}

const there = async (keys: readonly string[]) => {
  const found = await Promise.all(keys.map((key) => findPhoto(key, BUNDLE)));
  return keys.filter((_, i) => found[i]);
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: started });
  await forgetPhotos();
});
afterEach(() => vi.useRealTimers());

test('a photo comes back as it was saved, for its own bundle only', async () => {
  await savePhoto(savedOf('a'));
  const found = await findPhoto('a', BUNDLE);
  expect(await found?.photo.text()).toBe('photo');
  expect([...(found?.vector ?? [])].map((x) => x.toFixed(1))).toEqual(['0.6', '0.8']);
  expect(await findPhoto('a', 'https://shop.example/other/')).toBeNull();
  expect(await findPhoto('b', BUNDLE)).toBeNull();
});

test('the things in a photo come back with it; damaged ones, and the photo is not there', async () => {
  const thing = { left: 0.1, top: 0.2, width: 0.3, height: 0.4 };
  await savePhoto(savedOf('a', { things: [thing] }));
  await savePhoto(savedOf('b', { things: [{ ...thing, left: 0.9 }] }));
  expect((await findPhoto('a', BUNDLE))?.things).toEqual([thing]);
  expect(await findPhoto('b', BUNDLE)).toBeNull();
});

test('the newest stay, up to a number', async () => {
  const keys = Array.from({ length: MOST_SAVED + 3 }, (_, i) => `k${i}`);
  for (const [i, key] of keys.entries()) await savePhoto(savedOf(key, { at: started + i }));
  expect(await there(keys)).toEqual(keys.slice(3));
});

test('the newest stay, up to their bytes; a photo too large alone is not saved', async () => {
  const half = new Blob([new Uint8Array(MOST_SAVED_BYTES / 2)]);
  for (const [i, key] of ['a', 'b', 'c'].entries()) {
    await savePhoto(savedOf(key, { photo: half, at: started + i }));
  }
  expect(await there(['a', 'b', 'c'])).toEqual(['b', 'c']);
  await savePhoto(savedOf('d', { photo: new Blob([new Uint8Array(MOST_SAVED_BYTES + 1)]) }));
  expect(await there(['b', 'c', 'd'])).toEqual(['b', 'c']);
});

test('after a day a photo is not found, and the next save deletes it', async () => {
  await savePhoto(savedOf('a'));
  vi.setSystemTime(started + OLDEST_SAVED + 1);
  expect(await findPhoto('a', BUNDLE)).toBeNull();
  await savePhoto(savedOf('b', { at: started + OLDEST_SAVED }));
  vi.setSystemTime(started);
  expect(await there(['a', 'b'])).toEqual(['b']);
});

test.each([
  ['no photo', { photo: 'a string' }],
  ['no vector', { vector: [0.6, 0.8] }],
  ['a view outside the photo', { view: { turns: 7, region: null } }],
  ['no time', { at: Number.NaN }],
])('a record of another script with %s is not a photo of ours', async (_, broken) => {
  await savePhoto({ ...savedOf('a'), ...broken } as unknown as SavedPhoto);
  expect(await findPhoto('a', BUNDLE)).toBeNull();
});

test('forgetting deletes the database', async () => {
  await savePhoto(savedOf('a'));
  await forgetPhotos();
  expect(await findPhoto('a', BUNDLE)).toBeNull();
  const names = (await indexedDB.databases()).map(({ name }) => name);
  expect(names).not.toContain(HISTORY_DATABASE);
});
