import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_MAX_PIXELS } from '../../src/core/image/pixels.ts';
import { writePage } from '../../src/node/build/page.ts';
import { readTries } from '../../src/node/build/tries.ts';
import { readCatalogue } from '../../src/node/catalogue/catalogue.ts';
import { command as build } from '../../src/node/cli/build.ts';
import { ProgressReporter } from '../../src/node/cli/progress.ts';
import { BUNDLE_FOLDER } from '../../src/node/search/folder-source.ts';

export const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const catalogue = at('public/sample/catalogue.json');

/** The bundle once, the page always: it shows the source as it is. */
export async function makeSampleSite(site: string): Promise<void> {
  if (existsSync(join(site, BUNDLE_FOLDER, 'manifest.json'))) {
    const { page } = await readCatalogue(catalogue);
    const tries = await readTries(page.queries, DEFAULT_MAX_PIXELS);
    await writePage(site, page, tries, new ProgressReporter(process.stderr));
    return;
  }
  await build.run({ positionals: [catalogue], values: { out: site } });
}
