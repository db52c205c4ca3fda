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
async function faultsOf(page: Page, place = 'html'): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe);
  const { violations } = await page.evaluate<AxeResults>(`axe.run('${place}')`);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

const part = (page: Page, name: string) => page.locator(`soutu-search [part~="${name}"]`);
const search = (page: Page, photo: string) =>
  page.locator('soutu-search input[type=file]').first().setInputFiles(photo);

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

/** Puts the element into a search bar, as another shop has it. */
const IN_A_BAR = `(() => {
  const element = document.querySelector('soutu-search');
  const form = document.createElement('form');
  form.append(Object.assign(document.createElement('input'), { name: 'q', ariaLabel: 'Search' }));
  form.onsubmit = (event) => { event.preventDefault(); window.submitted = true; };
  element.before(form);
  form.append(element);
  element.setAttribute('mode', 'button');
})()`;

test('a button in a search bar opens the search in a dialog, and Back closes it', async () => {
  const { page, context } = await visit(site, { csp: STRICT_CSP });
  await page.evaluate(IN_A_BAR);
  const button = page.locator('form').getByRole('button', { name: 'Search by picture' });
  await button.click();
  const dialog = page.getByRole('dialog', { name: 'Search by picture' });
  await dialog.getByRole('button', { name: 'Choose a photo' }).waitFor();
  const found = nextEvent(page);
  await search(page, 'public/sample/queries/vase-001.jpg');
  expect((await hitsOf(found)).hits[0]?.group).toBe('vase-001');
  expect(await page.evaluate('window.submitted')).toBe(undefined);
  await page.keyboard.press('Tab');
  const inside =
    "document.querySelector('soutu-search').shadowRoot.activeElement?.closest('dialog')?.open";
  expect(await page.evaluate(inside)).toBe(true);
  // A hit's page, and Back to the results in the dialog.
  await dialog.locator('[part~=link]').first().click();
  await expect.poll(() => new URL(page.url()).hash).toBe('#vase-001');
  await dialog.waitFor({ state: 'hidden' });
  await page.goBack();
  await dialog.locator('[part~=hit]').first().waitFor();
  await page.goBack();
  await dialog.waitFor({ state: 'hidden' });
  expect(await button.isVisible()).toBe(true);
  expect(context.pages().length).toBe(1);
});

/** A camera that the visitor does not allow. */
const REFUSED_CAMERA = `(() => {
  const { mediaDevices } = navigator;
  mediaDevices.enumerateDevices = async () => [{ kind: 'videoinput', deviceId: '' }];
  mediaDevices.getUserMedia = async () => { throw new DOMException('Denied', 'NotAllowedError'); };
  mediaDevices.dispatchEvent(new Event('devicechange'));
})()`;

const SHEETS: Readonly<Record<string, (page: Page, width: number) => Promise<unknown>>> = {
  filters: async (page) => {
    await part(page, 'facet').first().click();
    await part(page, 'value').first().waitFor();
  },
  'the menu of phones, or a part of the photo': async (page, width) => {
    await part(page, width < 600 ? 'menu' : 'crop-open').click();
    await part(page, 'sheet').waitFor();
  },
  'a part of the photo': async (page, width) => {
    if (width < 600) await part(page, 'menu').click();
    await part(page, 'crop-open').click();
    await part(page, 'crop-frame').waitFor();
  },
  'an enlarged picture': async (page) => {
    await part(page, 'enlarge').first().click({ force: true });
    await part(page, 'enlarged-picture').waitFor();
  },
  about: async (page) => {
    await part(page, 'about-summary').click();
    await part(page, 'about-facts').locator('p').nth(2).waitFor();
  },
  'a camera that is refused': async (page, width) => {
    await page.evaluate(REFUSED_CAMERA);
    if (width < 600) await part(page, 'menu').click();
    await part(page, 'take').click();
    await page.getByText('This page is not allowed to use the camera').waitFor();
  },
};

test('nothing is wrong with the results and their sheets for axe, in both schemes', async () => {
  const { page } = await visit(site);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await search(page, 'public/sample/queries/vase-001.jpg');
  await part(page, 'hit').first().waitFor();
  // The lists of the shop are checked above.
  await page.evaluate("document.querySelector('.shelves').remove()");
  for (const [width, colorScheme] of [
    [1280, 'dark'],
    [360, 'light'],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const [name, open] of Object.entries(SHEETS)) {
      await open(page, width);
      const faults = await faultsOf(page, 'soutu-search');
      expect(faults, `${name}, ${colorScheme}, ${width} pixels`).toEqual([]);
      expect(await overflow(page), name).toBe(0);
      await page.keyboard.press('Escape');
      await page.locator('soutu-search dialog').waitFor({ state: 'detached' });
    }
    // Closed again.
    await part(page, 'about-summary').click();
    await part(page, 'facet').first().click();
  }
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
