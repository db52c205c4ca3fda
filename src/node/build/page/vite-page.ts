/** Builds the search page from its source with Vite. */
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { SoutuError } from '../../../core/errors.ts';
import { onExit } from '../../files/on-exit.ts';
import { PACKAGE_ROOT } from '../../files/package-root.ts';

/** In a path, Vite parses these as the query, the fragment or an escape of a URL. */
const NOT_IN_PATHS = /[#?%]/;

/** @returns path relative to the site ─▶ bytes */
export async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const temporary = await mkdtemp(join(await realpath(tmpdir()), 'soutu-page-'));
  const stopListening = onExit(() => rmSync(temporary, { recursive: true, force: true }));
  try {
    const built = join(temporary, 'page');
    const isPlain = !NOT_IN_PATHS.test(PACKAGE_ROOT);
    const root = isPlain ? PACKAGE_ROOT : await linkTo(PACKAGE_ROOT, temporary);
    await build({
      root,
      configFile: join(root, 'vite.config.ts'),
      logLevel: 'error',
      ...(isPlain ? {} : { resolve: { preserveSymlinks: true } }),
      build: { outDir: built, emptyOutDir: true },
    });
    const names = (await readdir(built, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(built.length + 1));
    const files = new Map<string, Uint8Array>();
    for (const name of names) {
      files.set(name.replaceAll('\\', '/'), await readFile(join(built, name)));
    }
    return files;
  } finally {
    await rm(temporary, { recursive: true, force: true });
    stopListening();
  }
}

/**
 * Links to the folder from a path without those characters.
 * @throws SoutuError `OutputError` if that path has the same fault
 */
async function linkTo(folder: string, temporary: string): Promise<string> {
  const found = NOT_IN_PATHS.exec(temporary)?.[0];
  if (found !== undefined) {
    throw new SoutuError(
      'OutputError',
      `${folder}: the page cannot be built in a folder with # ? or % in its path, and the temporary folder ` +
        `${temporary} has "${found}" in its path, too. Set TMPDIR to a folder without these characters.`,
    );
  }
  const link = join(temporary, 'source');
  // On Windows, only junctions need no special permission.
  await symlink(folder, link, 'junction');
  return link;
}
