/** The page around the element: photos to try, shelves, pieces that open by their address. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { hitsOf, nextEvent, STRICT_CSP, visit } from './support/visit.ts';

const site = inject('sampleSite');
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong on the page as it stands; it looks into shadow trees, too. */
async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>('axe.run()');
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');

test('a photo to try finds its piece, its hit opens that piece, and the piece finds its like', async () => {
  const { page, requests } = await visit(site, { csp: STRICT_CSP });
  const tries = page.locator('.tries button');
  expect(await tries.count()).toBeGreaterThan(5);
  const tried = nextEvent(page);
  const named = page.getByRole('button', { name: 'Turquoise cone mug, dipped in ash white' });
  await named.press('Enter');
  const { hits } = await hitsOf(tried);
  expect(hits[0]?.group).toBe('mug-004');
  expect(hits.length).toBeGreaterThan(3);
  expect(requests.some((path) => /^assets\/try-[0-9a-f]{16}\.webp$/.test(path))).toBe(true);

  const piece = page.locator('#mug-004');
  expect(await piece.locator('dl').isVisible()).toBe(false);
  await page.locator('soutu-search [part~=link]').first().click();
  await expect.poll(() => new URL(page.url()).hash).toBe('#mug-004');
  expect(await piece.locator('dl').textContent()).toMatch(/glaze\s*turquoise/i);
  await expect
    .poll(() => piece.evaluate((element) => element.getBoundingClientRect().top))
    .toBeLessThan(200);

  const alike = nextEvent(page);
  await piece.getByRole('button', { name: 'Find what looks like it' }).click();
  expect((await hitsOf(alike)).hits[0]?.id).toBe('mug-004-1');
  await piece.getByRole('link', { name: 'Close' }).click();
  await expect.poll(() => piece.locator('dl').isVisible()).toBe(false);
});

test('nothing is wrong with the page for axe, light or dark, wide or narrow, with a piece open', async () => {
  const { page, url } = await visit(site);
  await page.goto(`${url}#jug-005`);
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1280, 360]) {
      // No motion: a colour on its way from one scheme to the other is neither.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 800 });
      expect(await faultsOf(page), `${colorScheme}, ${width} pixels`).toEqual([]);
      expect(await overflow(page)).toBe(0);
    }
  }
  await page.evaluate("document.documentElement.dir = 'rtl'");
  expect(await overflow(page)).toBe(0);
});

test('a photo to try that cannot be loaded is told in words', async () => {
  const { page } = await visit(site, {
    answer: (path, _, response) => {
      if (!path.startsWith('assets/try-')) return false;
      response.statusCode = 503;
      response.end();
      return true;
    },
    expectConsole: /503/,
  });
  await page.locator('.tries button').first().click();
  await page
    .getByText('This picture could not be loaded (the server answered 503). Try again.')
    .waitFor();
});
