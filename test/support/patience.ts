/** What is waited for comes later on a loaded machine, as for `expect.poll` in vitest.config.ts. */
import { vi } from 'vitest';

const TIMEOUT_MS = 15_000;

const { waitFor } = vi;
const patient: typeof waitFor = (callback, options = {}) => {
  const given = typeof options === 'number' ? { timeout: options } : options;
  return waitFor(callback, { timeout: TIMEOUT_MS, ...given });
};
// Files that share a process share `vi`, too.
if (waitFor.name !== patient.name) vi.waitFor = patient;
