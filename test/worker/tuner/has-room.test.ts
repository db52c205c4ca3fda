import { describe, expect, test } from 'vitest';
import { type Device, hasRoom } from '../../../src/worker/tuner/has-room.ts';

const storage = (estimate: StorageEstimate) => ({ estimate: async () => estimate });

describe('a device has room for a file of 17 bytes', () => {
  test.each<[string, Device, boolean]>([
    ['that says nothing of itself', {}, true],
    ['with 4 GiB of memory', { deviceMemory: 4 }, true],
    ['with 2 GiB: no', { deviceMemory: 2 }, false],
    [
      'that keeps it, and its parts meanwhile',
      { storage: storage({ quota: 100, usage: 66 }) },
      true,
    ],
    ['that keeps one of them: no', { storage: storage({ quota: 100, usage: 67 }) }, false],
    ['that does not know', { storage: storage({}) }, true],
    ['that does not tell', { storage: { estimate: () => Promise.reject(new TypeError()) } }, true],
  ])('%s', async (_, device, expected) => {
    expect(await hasRoom(device, 17)).toBe(expected);
  });
});

test('what is kept already needs none', async () => {
  expect(await hasRoom({ storage: storage({ quota: 1, usage: 1 }) }, 0)).toBe(true);
});
