/** The folder of the engines that tests and benchmarks start: about 1 GB, installed on first use and kept. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export const ENGINES_CACHE =
  process.env.SOUTU_ENGINES_CACHE ||
  join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'soutu-engines');

/**
 * Installs into a folder of the cache, unless an earlier run did. A run that was interrupted leaves nothing that a later
 * one would take for complete.
 * @param name with everything that the content depends on, such as versions
 * @returns the folder
 */
export async function installOnce(
  name: string,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const folder = join(ENGINES_CACHE, name);
  if (existsSync(folder)) return folder;
  const partial = `${folder}.partial-${process.pid}`;
  const began = Date.now();
  console.log(`Engines: installing ${name} in ${ENGINES_CACHE} …`);
  try {
    await mkdir(ENGINES_CACHE, { recursive: true });
    await install(partial);
    // Another process may have been faster.
    if (!existsSync(folder)) await rename(partial, folder);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  console.log(`Engines: ${name} installed in ${Math.round((Date.now() - began) / 1000)} s`);
  return folder;
}
