/**
 * `npm run screenshots`: takes screenshots of the sample shop for review, in every state, at three widths, in both
 * colour schemes and right to left, as PNG files in dist/screenshots.
 *
 *     npm run screenshots -- [--only results,empty] [--out DIR] [--site DIR]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright';
import { serveFolder } from '../../src/node/serve/static-server.ts';
import { findBrowser, LAUNCH_ARGS } from '../browser/find.ts';
import { at, makeSampleSite } from './sample-site.ts';
import { type ShopState, STATES } from './states.ts';

interface Look {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
  readonly language: string;
}

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 860 };
const LOOKS: readonly Look[] = [
  { name: '360-light', ...PHONE, colorScheme: 'light', language: 'en' },
  { name: '360-dark', ...PHONE, colorScheme: 'dark', language: 'en' },
  { name: '360-rtl', ...PHONE, colorScheme: 'light', language: 'ar' },
  { name: '360-de', ...PHONE, colorScheme: 'light', language: 'de' },
  { name: '390-light', width: 390, height: 844, colorScheme: 'light', language: 'en' },
  { name: '390-dark', width: 390, height: 844, colorScheme: 'dark', language: 'en' },
  { name: '1280-light', ...DESK, colorScheme: 'light', language: 'en' },
  { name: '1280-dark', ...DESK, colorScheme: 'dark', language: 'en' },
  { name: '1280-rtl', ...DESK, colorScheme: 'light', language: 'ar' },
];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    looks: { type: 'string' },
    out: { type: 'string', default: at('dist/screenshots') },
    site: { type: 'string', default: at('dist/sample') },
  },
});
const photo = at('public/sample/queries/vase-001.jpg');

await makeSampleSite(values.site);
await mkdir(values.out, { recursive: true });
const chosen = (list: string | undefined, name: string) => list?.split(',').includes(name) ?? true;
const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath ? { executablePath } : {}),
  args: [...LAUNCH_ARGS],
});
let failed = 0;
for (const state of STATES.filter(({ name }) => chosen(values.only, name))) {
  for (const look of LOOKS.filter(({ name }) => chosen(values.looks, name))) {
    if (state.phoneOnly && look.width >= 600) continue;
    const file = join(values.out, `${state.name}-${look.name}.png`);
    try {
      await shoot(browser, state, look, file);
      console.log(file);
    } catch (error) {
      failed++;
      console.error(`${state.name} ${look.name}: ${(error as Error).message}`);
    }
  }
}
await browser.close();
if (failed > 0) process.exitCode = 1;

async function shoot(on: Browser, state: ShopState, look: Look, file: string): Promise<void> {
  const server = await serveFolder(values.site, {
    port: 0,
    onRequest: (request, response) =>
      state.answer?.((request.url ?? '').slice(1), response) ?? false,
  });
  const { width, height, colorScheme, language } = look;
  const context = await on.newContext({
    viewport: { width, height },
    colorScheme,
    hasTouch: width < 600,
    isMobile: width < 600,
    reducedMotion: 'reduce',
  });
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    const scene = { page, context, url: server.url, photo };
    await page.addInitScript(
      `document.addEventListener('DOMContentLoaded', () => {
        document.documentElement.lang = '${language}';
        document.documentElement.dir = '${language === 'ar' ? 'rtl' : 'ltr'}';
      })`,
    );
    await state.prepare?.(scene);
    await page.goto(server.url);
    await state.reach(scene);
    // The lists below the search are long and the same in every state, so they are removed.
    if (!state.visibleOnly) await page.evaluate("document.querySelector('.shelves')?.remove()");
    await page.screenshot({ path: file, fullPage: !state.visibleOnly });
  } finally {
    await context.close();
    await server.close();
  }
}
