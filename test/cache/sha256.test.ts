import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { sha256 } from '../../src/cache/sha256.ts';

const inputs = [0, 1, 55, 56, 64, 1000].map((n) => Uint8Array.from({ length: n }, (_, i) => i * 7));

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each(['by the platform', 'in JavaScript, where there is no crypto.subtle'])(
  'equals Node’s: %s',
  async (how) => {
    if (how.startsWith('in')) vi.stubGlobal('crypto', {});
    for (const bytes of inputs) {
      expect(await sha256(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  },
);
