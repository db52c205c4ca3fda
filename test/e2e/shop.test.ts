/** The page around the element: photos to try, shelves, pieces that open by their address. */
import type { Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { hitsOf, nextEvent, STRICT_CSP, visit } from './support/visit.ts';

const site = inject('sampleSite');

const search = (page: Page, photo: string) =>
  page.locator('soutu-search input[type=file]').first().setInputFiles(photo);

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
