/** Similar items on a shop's product page, with the script of the package; and in the pieces of a built site. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { beforeAll, expect, inject, test } from 'vitest';
import { writeScript } from '../../scripts/package/browser.ts';
import { openEngine } from '../../src/node/search/open-engine.ts';
import { tempFolder } from '../support/temp.ts';
import { STRICT_CSP, visit } from './support/visit.ts';

const site = inject('sampleSite');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The sample's links are fragments, which axe takes for links to skip content. */
const AXE = `axe.run({ rules: { 'skip-link': { enabled: false } } })`;
const script = join(await tempFolder(), 'similar.js');

beforeAll(async () => {
  await writeScript(script, 'src/widget/similar/define.ts', []);
}, 120_000);

const productPage = (item: string, more = '', lang = 'en', space = 0) =>
  `<!doctype html>
<html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Product</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="product.css">
<script type="module" src="similar.js"></script></head>
<body><main><h1>Product</h1><div class="space"></div>
<soutu-similar bundle="bundle/" item="${item}" ${more}></soutu-similar><p id="after">Below</p></main></body></html>`.replace(
    'class="space"',
    `class="space space-${space}"`,
  );

/** The product page, below the same URL as the site. */
function visitProduct(html: string, csp = STRICT_CSP) {
  return visit(site, {
    csp,
    answer: (path, _, response) => {
      if (path === 'similar.js') {
        response.setHeader('Content-Type', 'text/javascript');
        response.end(readFileSync(script));
      } else if (path === 'product.css') {
        response.setHeader('Content-Type', 'text/css');
        response.end(
          'html { color-scheme: light dark } .space-3000 { height: 3000px } ' +
            'soutu-similar:not(:defined) { display: block; min-height: 18em }',
        );
      } else if (path === '' || path.startsWith('?')) {
        response.setHeader('Content-Type', 'text/html');
        response.end(html);
      } else return false;
      return true;
    },
  });
}

const itemsOf = (page: Page) => page.locator('soutu-similar [part=item]:has([part=link], bdi)');

const sizeOf = async (path: string) => {
  const bytes = await readFile(path === 'similar.js' ? script : join(site, path));
  return brotliCompressSync(bytes).length;
};

test('at most 60 kB without thumbnails, no model and no index; the order of a search by id', async () => {
  const { page, requests } = await visitProduct(productPage('mug-004-1'));
  await expect.poll(() => itemsOf(page).count()).toBe(12);
  const files = requests.filter((path) => /^(similar\.js|bundle\/[^/]+\.\w+)$/.test(path));
  const kinds = files.map((path) => path.replace(/-[0-9a-f]{16}/, '')).sort();
  expect(kinds).toEqual([
    'bundle/columns.json',
    'bundle/details.json',
    'bundle/manifest.json',
    'bundle/similar.json',
    'similar.js',
  ]);
  const sizes = await Promise.all(files.map(async (path) => [path, await sizeOf(path)] as const));
  const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  // biome-ignore lint/suspicious/noConsole: the figures, for whoever reads the log
  console.info(`${total} bytes: ${sizes.map(([path, bytes]) => `${path} ${bytes}`).join(', ')}`);
  expect(total).toBeLessThanOrEqual(60_000);

  const engine = await openEngine(join(site, 'bundle'));
  const { hits } = await engine.search(
    { id: 'mug-004-1' },
    { group: true, minScore: -1, size: 12 },
  );
  await engine.dispose();
  expect(hits.every((hit) => hit.group !== 'mug-004')).toBe(true);
  expect(await page.locator('soutu-similar [part=title]').allTextContents()).toEqual(
    hits.map(({ item }) => item.title),
  );
  expect(await page.locator('soutu-similar [part=price]').first().textContent()).toMatch(/^€\d+/);
});

test('two rows share the manifest; nothing is loaded before a row is near, and nothing moves', async () => {
  const twice = productPage('mug-004-1', '', 'en', 3000).replace(
    '<p id="after">',
    '<soutu-similar bundle="bundle/" item="jug-005-1" size="4" heading="Jugs"></soutu-similar><p id="after">',
  );
  const { page, requests } = await visitProduct(twice);
  await page.locator('soutu-similar [part=row]').first().waitFor({ state: 'attached' });
  expect(requests.some((path) => path.startsWith('bundle/'))).toBe(false);
  await page.evaluate(`
    self.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) self.shift += entry.value;
    }).observe({ type: 'layout-shift' });
  `);
  const height = () => page.evaluate<number>('document.documentElement.scrollHeight');
  const before = await height();
  await page.evaluate('scrollTo(0, 3000)');
  await expect.poll(() => itemsOf(page).count()).toBe(16);
  expect(await height()).toBe(before);
  expect(await page.evaluate('self.shift')).toBeLessThanOrEqual(0.02);
  expect(requests.filter((path) => path === 'bundle/manifest.json')).toHaveLength(1);
  expect(await page.getByRole('heading').allTextContents()).toEqual([
    'Product',
    'Similar items',
    'Jugs',
  ]);
});

test('by keyboard, by mouse, and for axe, from left to right and from right to left', async () => {
  for (const lang of ['en', 'ar']) {
    const { page } = await visitProduct(productPage('mug-004-1', '', lang), '');
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize({ width: 390, height: 844 });
    await expect.poll(() => itemsOf(page).count()).toBe(12);
    const row = page.locator('soutu-similar [part=row]');
    const at = () => row.evaluate((element) => Math.abs(element.scrollLeft));
    const [previous, next] = lang === 'en' ? ['Previous', 'Next'] : ['السابق', 'التالي'];
    const button = (name: string) => page.getByRole('button', { name });
    expect(await button(previous).getAttribute('aria-disabled')).toBe('true');
    await button(next).click();
    await expect.poll(at).toBeGreaterThan(150);
    await expect.poll(() => button(previous).getAttribute('aria-disabled')).toBe('false');
    await button(previous).click();
    await expect.poll(at).toBeLessThanOrEqual(1);
    const links = page.locator('soutu-similar [part=link]');
    await links.first().focus();
    for (let i = 0; i < 4; i++) await page.keyboard.press('Tab');
    expect(await links.nth(4).evaluate((link) => link.matches(':focus'))).toBe(true);
    expect(await at()).toBeGreaterThan(0);
    expect(await page.getByRole('list').count()).toBe(1);
    await page.evaluate(axe);
    const { violations } = await page.evaluate<AxeResults>(AXE);
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
  }
});

test('an unknown item shows nothing and says nothing', async () => {
  const { page, requests } = await visitProduct(productPage('no-such-item'));
  await expect.poll(() => requests.some((path) => path.startsWith('bundle/similar-'))).toBe(true);
  const section = page.locator('soutu-similar section');
  await section.waitFor({ state: 'hidden' });
  expect(await page.locator('soutu-similar').evaluate((row) => row.clientHeight)).toBe(0);
  // It may change to an item that is there.
  await page.locator('soutu-similar').evaluate((row) => row.setAttribute('item', 'mug-004-1'));
  await expect.poll(() => itemsOf(page).count()).toBe(12);
});

test('a piece of the sample shop has a row; its links open the others', async () => {
  const { page, url } = await visit(site, { csp: STRICT_CSP });
  expect(await page.evaluate('!customElements.get("soutu-similar")')).toBe(true);
  await page.goto(`${url}#jug-005`);
  const row = page.locator('#jug-005 soutu-similar');
  await row.scrollIntoViewIfNeeded();
  await expect.poll(() => row.locator('[part=link]').count()).toBe(12);
  const link = row.locator('[part=link]').first();
  const href = await link.getAttribute('href');
  await link.click();
  await expect.poll(() => new URL(page.url()).hash).toBe(href);
  await page.locator(`${href} soutu-similar [part=link]`).first().waitFor();
});
