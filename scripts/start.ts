/** `npm start`: the sample shop, made when it is not there, served as a static host would. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { messageOf, SoutuError } from '../src/core/errors.ts';
import { command as build } from '../src/node/cli/build.ts';
import { preview } from '../src/node/cli/preview.ts';
import { BUNDLE_FOLDER } from '../src/node/search/folder-source.ts';

const at = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const site = at('dist/sample');

try {
  const isThere =
    existsSync(join(site, 'index.html')) && existsSync(join(site, BUNDLE_FOLDER, 'manifest.json'));
  if (!isThere) {
    console.error('Making the sample shop (once)');
    await build.run({ positionals: [at('public/sample/catalogue.json')], values: { out: site } });
  }
  console.log('Drop one of public/sample/queries on the page: photos that are not in the index.');
  await preview(site);
} catch (error) {
  if (!(error instanceof SoutuError)) throw error;
  console.error(messageOf(error));
  process.exitCode = 1;
}
