/** What is waited for comes later on a loaded machine, as for `expect.poll` in vitest.config.ts. */
import { vi } from 'vitest';

const TIMEOUT_MS = 15_000;

const { waitFor } = vi;
vi.waitFor = (callback, options = {}) => {
  const given = typeof options === 'number' ? { timeout: options } : options;
  return waitFor(callback, { timeout: TIMEOUT_MS, ...given });
};
