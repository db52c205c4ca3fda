/**
 * `npm run screenshot`: takes public/screenshot.webp, the README's picture. It builds the sample shop and searches it
 * with a photo that is not in its index.
 *
 *     npm run screenshot -- [--photo FILE] [--site DIR] [--built]   (--built: uses the existing site)
 */
import { stat } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright';
import sharp from 'sharp';
import { serveFolder } from '../../src/node/serve/static-server.ts';
import { findBrowser, LAUNCH_ARGS } from '../browser/find.ts';
import { at, makeSampleSite } from './sample-site.ts';
import { STATES } from './states.ts';

const OUT = at('public/screenshot.webp');
/** Kept small, because every visitor of the repository downloads it. */
const MAX_BYTES = 90_000;

const { values } = parseArgs({
  options: {
    photo: { type: 'string', default: at('public/sample/queries/jug-003.jpg') },
    site: { type: 'string', default: at('dist/sample') },
    built: { type: 'boolean', default: false },
  },
});
if (!values.built) await makeSampleSite(values.site);
const server = await serveFolder(values.site, { port: 0 });
const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: [...LAUNCH_ARGS],
});
try {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 1000 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(server.url);
  const results = STATES.find(({ name }) => name === 'results');
  if (!results) throw new Error('Expected a state named results, found none.');
  await results.reach({ page, context, url: server.url, photo: values.photo });
  await page.evaluate('document.activeElement?.blur(); scrollTo(0, 0)');
  const png = await page.screenshot();
  for (let quality = 88; quality >= 40; quality -= 4) {
    await sharp(png).webp({ quality, effort: 6 }).toFile(OUT);
    if ((await stat(OUT)).size <= MAX_BYTES) break;
  }
  console.log(`${OUT}, ${(await stat(OUT)).size} bytes`);
} finally {
  await browser.close();
  await server.close();
}
