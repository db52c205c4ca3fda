/** Prebuilds the search page for copying into a site. Large files that are already in `browser` are not duplicated. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pageFiles } from '../../src/node/build/page/vite-page.ts';
import { sha256 } from '../../src/node/files/sha256.ts';

/** @param out dist/page, next to dist/browser */
export async function packPage(out: string): Promise<void> {
  const there = new Map<string, string>();
  for (const name of await readdir(join(out, '../browser'))) {
    there.set(sha256(await readFile(join(out, '../browser', name))), `../browser/${name}`);
  }
  const list: Record<string, string> = {};
  for (const [name, bytes] of await pageFiles()) {
    const same = there.get(sha256(bytes));
    list[name] = same ?? name;
    if (same) continue;
    await mkdir(dirname(join(out, name)), { recursive: true });
    await writeFile(join(out, name), bytes);
  }
  await writeFile(join(out, 'files.json'), `${JSON.stringify(list, null, 2)}\n`);
}
