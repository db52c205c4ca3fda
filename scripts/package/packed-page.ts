/** Takes the place of src/node/build/vite-page.ts in the package, where there is no Vite: the page is ready. */
import { readFile } from 'node:fs/promises';

/** As scripts/package/page.ts writes it: paths below the site, and where in the package each file lies. */
const LIST = new URL('../page/files.json', import.meta.url);

export async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const list = JSON.parse(await readFile(LIST, 'utf8')) as Record<string, string>;
  const files = new Map<string, Uint8Array>();
  for (const [name, path] of Object.entries(list)) {
    files.set(name, await readFile(new URL(path, LIST)));
  }
  return files;
}
