/**
 * Global set-up: packs the command line as `npm pack` does, once for each state of the source. Tests start it some four
 * hundred times, and a process that compiles TypeScript first takes four times as long as one that does not. The page
 * is built once, too, instead of for each site.
 *
 *   node_modules/.cache/soutu-test/HASH/   the hash of everything that is packed
 *     browser/, page/, node/   as in dist; see pack-process.ts
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { at } from '../../../scripts/package/paths.ts';
import { COMMAND_VARIABLE } from './packed.ts';

const PACKED = ['src', 'scripts/package', 'index.html', 'vite.config.ts', 'package-lock.json'];
const DAY_MS = 24 * 60 * 60 * 1000;

export default async function setup(): Promise<void> {
  if (process.env[COMMAND_VARIABLE]) return;
  const root = at('node_modules/.cache/soutu-test');
  const folder = join(root, await hashOfSource());
  if (!existsSync(folder)) {
    await mkdir(root, { recursive: true });
    const temporary = await mkdtemp(join(root, 'new-'));
    try {
      await pack(temporary);
      await rename(temporary, folder);
    } catch (error) {
      // Another run that began at the same time may have been the first.
      if (!existsSync(folder)) throw error;
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
    await removeOthers(root, folder);
  }
  process.env[COMMAND_VARIABLE] = join(folder, 'node/soutu.js');
}

/** Without Vitest's own variables, which change what Vite builds. */
async function pack(folder: string): Promise<void> {
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  const script = at('test/support/command/pack-process.ts');
  await promisify(execFile)(process.execPath, ['--import', 'tsx', script, folder], { env });
}

async function hashOfSource(): Promise<string> {
  const hash = createHash('sha256');
  for (const path of PACKED) {
    for (const file of await filesIn(at(path))) {
      hash.update(`${relative(at('.'), file)}\0`).update(await readFile(file));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

/** @returns the file itself, or all files in the folder, sorted */
async function filesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Keeps those of the last day: another run may still use one. */
async function removeOthers(root: string, current: string): Promise<void> {
  const { mtimeMs } = await stat(current);
  for (const name of await readdir(root)) {
    const path = join(root, name);
    // Another run may have renamed or removed it in the meantime.
    const other = await stat(path).catch(() => null);
    if (other && mtimeMs - other.mtimeMs > DAY_MS) await rm(path, { recursive: true, force: true });
  }
}
