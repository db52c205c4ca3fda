/** The search page as Vite makes it from the source. */
import { rmSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { onExit } from '../files/on-exit.ts';
import { inPackage, PACKAGE_ROOT } from '../files/package-root.ts';

/** @returns the page's files by their paths below the site */
export async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const built = await mkdtemp(join(tmpdir(), 'soutu-page-'));
  const stopListening = onExit(() => rmSync(built, { recursive: true, force: true }));
  try {
    await build({
      root: PACKAGE_ROOT,
      configFile: inPackage('vite.config.ts'),
      logLevel: 'error',
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
    await rm(built, { recursive: true, force: true });
    stopListening();
  }
}
