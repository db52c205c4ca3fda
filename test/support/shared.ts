/** Reference material that lies beside the project on some machines; tests that need it say so. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { test } from 'vitest';

const folder = fileURLToPath(new URL('../../../shared', import.meta.url));

/** Absolute path, or null where it is not there. */
export const SHARED: string | null = existsSync(`${folder}/models/vgg16-lite/reference.json`)
  ? folder
  : null;

/** A test that is skipped, and says why in its name, where the reference material is missing. */
export function withShared(
  name: string,
  run: (shared: string) => Promise<void>,
  timeout = 180_000,
): void {
  if (SHARED) test(name, () => run(SHARED as string), timeout);
  else test.skip(`${name} (skipped: ../shared is not here)`, () => undefined);
}
