/** Visitors who come back: Back from a product page, a reload, and what remains after "Forget everything". */
import type { Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { savedPhotos } from './support/saved-photos.ts';
import { hitsOf, nextEvent, offlineEvent, search, type Visit, visit } from './support/visit.ts';

const site = inject('sampleSite');
const vase = 'public/sample/queries/vase-001.jpg';
const bowl = 'public/sample/queries/bowl-001.jpg';

/** A visit of a shop whose hits lead to a page of its own. */
async function openShop(): Promise<Visit & { leave(): Promise<void> }> {
  const visited = await visit(site, {
    answer(path, _, response) {
      if (path !== 'product.html') return false;
      response.writeHead(200, { 'Content-Type': 'text/html' });
      response.end('<!doctype html><title>A vase</title><link rel="icon" href="data:,"><p>A vase.');
      return true;
    },
  });
  return {
    ...visited,
    async leave() {
      await visited.page.goto(`${visited.url}product.html`);
      expect(await visited.page.title()).toBe('A vase');
    },
  };
}

/** The titles of the hits, and the distance of each from the top of the window. */
const visible = (page: Page) =>
  page.evaluate(() => {
    const root = document.querySelector('soutu-search')?.shadowRoot;
    const hits = [...(root?.querySelectorAll('[part~=hit]') ?? [])];
    return {
      titles: hits.map((hit) => hit.querySelector('[part~=title]')?.textContent ?? ''),
      tops: hits.map((hit) => Math.round(hit.getBoundingClientRect().top)),
      state: root?.querySelector<HTMLElement>('[data-state]')?.dataset.state,
    };
  });

/** Shows two pages of hits and scrolls to the second. */
async function searchAndScroll(page: Page, photo: string) {
  const first = await hitsOf(search(page, photo));
  const more = hitsOf(nextEvent(page));
  await page.locator('soutu-search [part~=more]').click();
  await more;
  await page.evaluate(() => {
    const root = document.querySelector('soutu-search')?.shadowRoot;
    const hit = root?.querySelectorAll('[part~=hit]')[14];
    const top = (hit?.getBoundingClientRect().top ?? 0) - 37;
    scrollBy({ top, behavior: 'instant' });
  });
  const before = await visible(page);
  expect(before.titles.length).toBeGreaterThan(first.hits.length);
  expect(before.tops[14]).toBe(37);
  return before;
}

/** Waits until the results are back, and in place. */
async function returned(page: Page, count: number) {
  await page
    .locator('soutu-search [part~=hit]')
    .nth(count - 1)
    .waitFor();
  await page.waitForTimeout(200);
  return visible(page);
}

const saved = async (page: Page) => (await savedPhotos(page))?.length ?? null;

test('Back from another page: the same hits at the same place, and the model is not asked', async () => {
  const { page, leave, requests } = await openShop();
  const kept = offlineEvent(page);
  const before = await searchAndScroll(page, vase);
  await expect.poll(() => saved(page)).toBe(1);
  // Or the next page goes on with it.
  await kept;
  await leave();
  requests.length = 0;
  await page.goBack();
  const after = await returned(page, before.titles.length);
  expect(after.titles).toEqual(before.titles);
  expect(Math.abs((after.tops[14] ?? 0) - 37)).toBeLessThanOrEqual(1);
  expect(requests.filter((path) => /weights|kernel/.test(path))).toEqual([]);
  const embedder = await page.evaluate(
    () => document.querySelector('soutu-search')?.response?.engine.embedder,
  );
  expect(embedder, 'searched by the saved vector').toBeNull();
  expect(await page.locator('soutu-search [part~=photo-image]').isVisible()).toBe(true);
  expect(await page.locator('soutu-search [part~=recent-query]').count()).toBe(0);
});

test('a reload keeps photo, filter, pages and place; another photo then starts anew', async () => {
  const { page } = await openShop();
  await searchAndScroll(page, vase);
  await page.evaluate(() => scrollTo({ top: 0, behavior: 'instant' }));
  await page.locator('soutu-search [part~=facet]').first().click();
  const filtered = hitsOf(nextEvent(page));
  await page.locator('soutu-search [part~=value-box]').first().click();
  await filtered;
  const before = await visible(page);
  const address = page.url();
  expect(address).toContain('soutu.is.');
  await expect.poll(() => saved(page)).toBe(1);
  await page.reload();
  const after = await returned(page, before.titles.length);
  expect(after.titles).toEqual(before.titles);
  expect(page.url()).toBe(address);
  const other = await hitsOf(search(page, bowl));
  expect(other.hits[0]?.group).toBe('bowl-001');
  await expect.poll(() => saved(page)).toBe(2);
});

test('Back and a reload keep a search with several photos, and the model is not asked', async () => {
  const { page, leave, requests } = await openShop();
  const next = nextEvent(page);
  await page.locator('soutu-search input[type=file]').first().setInputFiles([vase, bowl]);
  await hitsOf(next);
  const parts = () => page.locator('soutu-search [part~=query-thumb]').count();
  expect(await parts()).toBe(2);
  const before = await visible(page);
  await expect.poll(() => saved(page)).toBe(2);
  requests.length = 0;
  await page.reload();
  expect((await returned(page, before.titles.length)).titles).toEqual(before.titles);
  expect(await parts()).toBe(2);
  await leave();
  await page.goBack();
  expect((await returned(page, before.titles.length)).titles).toEqual(before.titles);
  expect(await parts()).toBe(2);
  expect(requests.filter((path) => /weights|\.wasm$/.test(path))).toEqual([]);
});

test('"Forget everything", then a reload: no photo, no hits, nothing on the device', async () => {
  const { page } = await openShop();
  await hitsOf(search(page, vase));
  await expect.poll(() => saved(page)).toBe(1);
  await page.locator('soutu-search [part~=about-summary]').click();
  await page.locator('soutu-search [part~=forget]').click();
  await page.locator('soutu-search', { hasText: 'is deleted' }).waitFor();
  expect(await saved(page)).toBeNull();
  await page.reload();
  await page.locator('soutu-search [part~=choose]').waitFor();
  await page.waitForTimeout(500);
  expect(await visible(page)).toEqual({ titles: [], tops: [], state: 'empty' });
  expect(await saved(page)).toBeNull();
});

test('on a shared device (recent="off") nothing is saved, and a reload shows the empty field', async () => {
  const { page } = await openShop();
  await page.evaluate(() => document.querySelector('soutu-search')?.setAttribute('recent', 'off'));
  await hitsOf(search(page, vase));
  await page.waitForTimeout(500);
  expect(await saved(page)).toBeNull();
});
