import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_MAX_PIXELS } from '../../src/core/image/pixels.ts';
import { readSampleQueries } from '../../src/node/build/page/sample-queries.ts';
import { stageSearchPage } from '../../src/node/build/page/search-page.ts';
import { readCatalogue } from '../../src/node/catalogue/catalogue.ts';
import { command as build } from '../../src/node/cli/build.ts';
import { ProgressReporter } from '../../src/node/cli/progress.ts';
import { Staging } from '../../src/node/files/staging.ts';
import { BUNDLE_FOLDER } from '../../src/node/search/folder-source.ts';

export const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

const catalogue = at('public/sample/catalogue.json');

/** The folder, within the sample site, of a bundle whose index is in parts. */
export const PARTS = 'parts';

/** Builds the bundles once, but the page on every run, so that it shows the current source. */
export async function makeSampleSite(site: string): Promise<void> {
  const parts = join(site, PARTS);
  if (!existsSync(parts)) {
    const values = { out: parts, 'bundle-only': true, index: 'parts' };
    await build.run({ positionals: [catalogue], values });
  }
  const path = join(site, BUNDLE_FOLDER, 'manifest.json');
  if (existsSync(path)) {
    const manifest = JSON.parse(await readFile(path, 'utf8'));
    const { page } = await readCatalogue(catalogue);
    const tries = await readSampleQueries(page.queries, DEFAULT_MAX_PIXELS);
    const reporter = new ProgressReporter(process.stderr);
    const staging = new Staging(reporter);
    const staged = await stageSearchPage(site, manifest, page, tries, staging, reporter);
    await staging.publish();
    await staged.sweep();
    return;
  }
  await build.run({ positionals: [catalogue], values: { out: site } });
}
