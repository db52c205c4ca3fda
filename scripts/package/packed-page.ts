/** Replaces src/node/build/page/vite-page.ts in the package, which has no Vite: reads the prebuilt page. */
import { readFile } from 'node:fs/promises';

/** Written by scripts/package/page.ts: path relative to the site → location of the file in the package. */
const LIST = new URL('../page/files.json', import.meta.url);

export async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const list = JSON.parse(await readFile(LIST, 'utf8')) as Record<string, string>;
  const files = new Map<string, Uint8Array>();
  for (const [name, path] of Object.entries(list)) {
    files.set(name, await readFile(new URL(path, LIST)));
  }
  return files;
}
