/**
 * Puts a page in the place of the last one. As with the bundle, the files of the last page stay beside the new
 * one's: visitors who have it open may still ask for them. Those that are in nobody's use any more go; the
 * folder may hold files of the site's owner, so only what a build has listed as its own is ever removed.
 */
import { readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeAtomically } from '../files/atomic-write.ts';
import { makeFolder } from '../files/make-folder.ts';

/** A path a line, sorted; those with a hash, for all others are written anew by each build. */
const LIST = 'soutu-page-files.txt';
const LISTED = /^assets\/[\w.-]+$/;
/** Where names of further files may stand. */
const SCRIPTS = /\.(m?js|css)$/;

/**
 * @param files by their paths below the site; the last must not be there before those that it names
 * @param entries those from which a browser finds all others
 * @returns bytes of all files
 */
export async function placePage(
  out: string,
  files: ReadonlyMap<string, Uint8Array>,
  entries: readonly string[],
): Promise<number> {
  const ours = await readList(out);
  const lastPage = await namedBy(out, entries, ours);
  // Before they are there: a build that is broken off leaves nothing that no list names.
  await writeList(out, [...ours, ...files.keys()]);
  let bytes = 0;
  for (const [path, content] of files) {
    await makeFolder(dirname(join(out, path)));
    await placeWhole(content, join(out, path));
    bytes += content.length;
  }
  for (const path of ours) {
    if (!lastPage.has(path) && !files.has(path)) await rm(join(out, path), { force: true });
  }
  await writeList(out, [...lastPage, ...files.keys()]);
  return bytes;
}

/** Of `ours`, what the page that is in place still needs. */
async function namedBy(
  out: string,
  entries: readonly string[],
  ours: ReadonlySet<string>,
): Promise<Set<string>> {
  const found = new Set<string>();
  const waiting = [...entries];
  for (let entry = waiting.pop(); entry !== undefined; entry = waiting.pop()) {
    const text = await readFile(join(out, entry), 'utf8').catch(() => '');
    for (const path of ours) {
      if (found.has(path) || !text.includes(path.slice(path.indexOf('/') + 1))) continue;
      found.add(path);
      if (SCRIPTS.test(path)) waiting.push(path);
    }
  }
  return found;
}

async function readList(out: string): Promise<Set<string>> {
  const text = await readFile(join(out, LIST), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((path) => LISTED.test(path)));
}

async function writeList(out: string, paths: readonly string[]): Promise<void> {
  const listed = [...new Set(paths)].filter((path) => LISTED.test(path)).sort();
  await placeWhole(Buffer.from(listed.map((path) => `${path}\n`).join('')), join(out, LIST));
}

/** Under its name a file is always whole, also for visitors in the middle of a build. */
async function placeWhole(bytes: Uint8Array, to: string): Promise<void> {
  const there = await readFile(to).catch(() => null);
  if (there?.equals(bytes)) return;
  await writeAtomically(to, bytes);
}
