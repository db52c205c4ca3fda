import { expect, test } from 'vitest';
import { createMemoryStore } from '../../../src/cache/memory-store.ts';
import { hashOfKey } from '../../../src/cache/partial-file.ts';
import { SoutuError } from '../../../src/core/errors.ts';
import { encodeUtf8 } from '../../../src/core/text.ts';
import { TrialResults } from '../../../src/worker/tuner/trial-results.ts';
import { tinyModel } from '../../support/model-spec.ts';

const spec = tinyModel(4, [{ file: 'w', bytes: 1, sha256: 'ab'.repeat(32) }]);
const GPU = 'nvidia/ampere';
const millis = { webgpu: 20, other: 200 };
const DAY = 24 * 3600_000;

function device() {
  const store = createMemoryStore();
  const clock = { day: 0 };
  const visit = (of = spec, version = '1') =>
    new TrialResults(store, of, version, () => clock.day * DAY);
  return { store, clock, visit };
}

test('a winner is known to the next visit, for three months', async () => {
  const { visit, clock } = device();
  expect([await visit().winner(), await visit().isOpen(GPU)]).toEqual([null, true]);
  await visit().note(GPU, { outcome: 'webgpu', millis });
  clock.day = 90;
  expect([await visit().winner(), await visit().isOpen(GPU)]).toEqual([GPU, false]);
  clock.day = 90.01;
  expect([await visit().winner(), await visit().isOpen(GPU)]).toEqual([null, true]);
});

test('where the other one was quicker nothing is tried again for as long', async () => {
  const { visit, clock } = device();
  await visit().note(GPU, { outcome: 'other', millis });
  clock.day = 90;
  expect([await visit().winner(), await visit().isOpen(GPU)]).toEqual([null, false]);
  clock.day = 90.01;
  expect(await visit().isOpen(GPU)).toBe(true);
});

test('a failure holds for a week', async () => {
  const { visit, clock } = device();
  await visit().note(GPU, { outcome: 'failed', reason: 'Device lost.' });
  clock.day = 7;
  expect([await visit().winner(), await visit().isOpen(GPU)]).toEqual([null, false]);
  clock.day = 7.01;
  expect(await visit().isOpen(GPU)).toBe(true);
});

test('a try that never came to an end is repeated once, then rests for a week', async () => {
  const { visit, clock } = device();
  await visit().noteTry(GPU);
  expect(await visit().isOpen(GPU)).toBe(true);
  await visit().noteTry(GPU);
  expect(await visit().isOpen(GPU)).toBe(false);
  clock.day = 8;
  expect(await visit().isOpen(GPU)).toBe(true);
});

test('a device that keeps nothing: what is measured is let go, but nothing is tried that may end the tab', async () => {
  const full = async () => {
    throw new SoutuError('StorageError', 'Full.');
  };
  const memory = new TrialResults({ ...createMemoryStore(), put: full }, spec, '1');
  await memory.note(GPU, { outcome: 'webgpu', millis });
  expect(await memory.winner()).toBeNull();
  await expect(memory.noteTry(GPU)).rejects.toThrow('Full.');
});

test('another GPU, other engines, another model or another size of it are another matter', async () => {
  const { visit } = device();
  await visit().note(GPU, { outcome: 'other', millis });
  expect(await visit().isOpen('apple/metal-3')).toBe(true);
  expect(await visit(spec, '2').isOpen(GPU)).toBe(true);
  expect(await visit({ ...spec, input: { ...spec.input, width: 64 } }).isOpen(GPU)).toBe(true);
  const other = tinyModel(4, [{ file: 'w', bytes: 1, sha256: 'cd'.repeat(32) }]);
  expect(await visit(other).isOpen(GPU)).toBe(true);
  expect(await visit().isOpen(GPU)).toBe(false);
});

test('it is no file, so no release sweeps it; a damaged one is measured again', async () => {
  const { store, visit } = device();
  await visit().note(GPU, { outcome: 'webgpu', millis });
  const [key = ''] = await store.keys();
  expect([key.startsWith('engine:'), hashOfKey(key)]).toEqual([true, null]);
  const noted = { version: '1', gpu: GPU, at: Date.now() };
  const foreign = [
    { outcome: 'fastest' },
    { outcome: 'webgpu' },
    { outcome: 'trying', tries: '9' },
  ];
  for (const text of [
    '{"outcome":',
    'null',
    '[]',
    '"webgpu"',
    ...foreign.map((finding) => JSON.stringify({ ...noted, ...finding })),
  ]) {
    await store.put(key, encodeUtf8(text));
    expect([await visit().winner(), await visit().isOpen(GPU)]).toEqual([null, true]);
  }
});
