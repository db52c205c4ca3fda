/**
 * Files of the page that are in nobody's use any more. As with the bundle, those of the last page stay beside
 * the new one's: visitors who have it open may still ask for them.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

const FOLDER = 'assets';

/** Only names of this form are ever swept: the folder may hold files of the site's owner. */
const OURS = /^[\w.-]+-[0-9a-f]{16}\.\w+$/;
/** Where names of further files may stand. */
const SCRIPTS = /\.(m?js|css)$/;

/**
 * @param entries files of the page in place from which a browser finds all others
 * @returns the paths below the site of those that are there
 */
export async function pageFilesIn(out: string, entries: readonly string[]): Promise<Set<string>> {
  const names = await namesIn(out);
  const found = new Set<string>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const text = await readFile(join(out, path), 'utf8').catch(() => '');
    for (const name of names) {
      const file = `${FOLDER}/${name}`;
      if (found.has(file) || !text.includes(name)) continue;
      found.add(file);
      if (SCRIPTS.test(name)) waiting.push(file);
    }
  }
  return found;
}

/** @param keep paths below the site */
export async function sweepPage(out: string, keep: ReadonlySet<string>): Promise<void> {
  for (const name of await namesIn(out)) {
    const path = `${FOLDER}/${name}`;
    if (!keep.has(path)) await rm(join(out, path), { force: true });
  }
}

async function namesIn(out: string): Promise<string[]> {
  const names = await readdir(join(out, FOLDER)).catch(() => []);
  return names.filter((name) => OURS.test(name));
}
