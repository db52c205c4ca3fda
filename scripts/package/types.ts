/** Copies the compiled declarations of the package's entries, and of all their imports. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { at } from './paths.ts';

const COMPILED = at('.tsbuild');

const ENTRIES = [
  'src/client/index',
  'src/widget/define',
  'src/widget/button/define',
  'src/widget/similar/define',
  'src/widget/frameworks/react',
  'src/widget/frameworks/vue',
  'src/offline/service-worker',
  'src/node/index',
  'src/node/plugins/astro',
  'src/node/plugins/eleventy',
  'src/node/plugins/vite',
];

/** Matches relative imports. In declarations, the compiler leaves the `.ts` extension of the sources. */
const IMPORT = /((?:from|import\()\s*['"])(\.{1,2}\/[^'"]+)\.ts(['"])/g;

/** `tsc -b` must have run. */
export async function packTypes(out: string): Promise<void> {
  // The set grows during the iteration.
  const modules = new Set(ENTRIES);
  for (const module of modules) {
    const code = await readFile(join(COMPILED, `${module}.d.ts`), 'utf8');
    for (const [, , path] of code.matchAll(IMPORT)) {
      modules.add(join(dirname(module), path as string).replaceAll('\\', '/'));
    }
    const to = join(out, `${module}.d.ts`);
    await mkdir(dirname(to), { recursive: true });
    await writeFile(to, code.replace(IMPORT, '$1$2.js$3'));
  }
}
