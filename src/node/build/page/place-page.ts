/**
 * Replaces the previous page. As with the bundle, the previous page's files remain, because visitors who have it
 * open may still request them. Older files are deleted. The folder may contain the owner's files, so only files
 * that a build has listed as its own are ever deleted.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finalNameOf, writeAtomically } from '../../files/atomic-write.ts';
import { requireSpace } from '../../files/disk-space.ts';
import { refuseForeign } from '../../files/refuse-foreign.ts';
import type { Staging } from '../../files/staging.ts';

/** One path per line, sorted: the files with a hash in their name. Each build replaces all other files. */
const LIST = 'soutu-page-files.txt';
const LISTED = /^assets\/[\w.-]+$/;
/** Files that may reference other files. */
const SCRIPTS = /\.(m?js|css)$/;

export interface StagedPage {
  /** Total size of the page's files. */
  readonly bytes: number;
  /** Deletes the files of older pages. Call it after the staging is published. */
  sweep(): Promise<void>;
}

/**
 * @param files path relative to the site ─▶ bytes; a file comes after the files that it references
 * @param entries the files from which a browser reaches all others
 */
export async function stagePage(
  out: string,
  files: ReadonlyMap<string, Uint8Array>,
  entries: readonly string[],
  staging: Staging,
): Promise<StagedPage> {
  const ours = await readList(out);
  const lastPage = await namedBy(out, entries, ours);
  const added = [...files].filter(([path]) => !ours.has(path));
  await staging.folder(out);
  await requireSpace(out, totalBytes(added), 'the page needs');
  // Listed before they are written: if the build is killed, a later one knows which files it may delete.
  await staging.add(join(out, LIST), listOf([...ours, ...files.keys()]));
  for (const [path, content] of files) {
    if (LISTED.test(path)) await staging.add(join(out, path), content);
    else await staging.replace(join(out, path), content);
  }
  return {
    bytes: totalBytes([...files]),
    async sweep() {
      for (const path of ours) {
        if (!lastPage.has(path) && !files.has(path)) await rm(join(out, path), { force: true });
      }
      await removeTemporary(out, new Set([...files.keys(), ...ours, LIST]));
      await writeAtomically(join(out, LIST), listOf([...lastPage, ...files.keys()]));
    },
  };
}

/** Files that every build replaces. */
export const REPLACED = [
  'index.html',
  'sw.js',
  'app.webmanifest',
  'icon-192.png',
  'icon-512.png',
  'THIRD-PARTY.txt',
] as const;

/**
 * If the folder has no build's list, files with these names belong to the owner. Even with a list, a page without
 * the element belongs to the owner.
 * @throws SoutuError `OutputError`
 */
export async function refuseForeignFiles(out: string, more: readonly string[] = []): Promise<void> {
  const isBuilt = (await readList(out)).size > 0;
  if (isBuilt) await refuseForeign(join(out, 'index.html'), '<soutu-search');
  else for (const name of [...REPLACED, ...more]) await refuseForeign(join(out, name), null);
}

/** The files of `ours` that the published page references. */
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

/** Deletes temporary files left by a killed build. */
async function removeTemporary(out: string, names: ReadonlySet<string>): Promise<void> {
  for (const below of ['', 'assets/']) {
    for (const name of await readdir(join(out, below)).catch(() => [])) {
      const final = finalNameOf(below + name);
      if (final !== null && names.has(final)) await rm(join(out, below, name), { force: true });
    }
  }
}

async function readList(out: string): Promise<Set<string>> {
  const text = await readFile(join(out, LIST), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter((path) => LISTED.test(path)));
}

function listOf(paths: readonly string[]): Uint8Array {
  const listed = [...new Set(paths)].filter((path) => LISTED.test(path)).sort();
  return Buffer.from(listed.map((path) => `${path}\n`).join(''));
}

function totalBytes(files: readonly (readonly [string, Uint8Array])[]): number {
  return files.reduce((sum, [, content]) => sum + content.length, 0);
}
