/** With no network at all, after one search: the page anew, another photo, its results and their pictures. */
import type { Page } from 'playwright';
import { describe, expect, inject, test } from 'vitest';
import type { SoutuEventMap } from '../../src/widget/soutu-search.ts';
import { hitsOf, STRICT_CSP, search, visit } from './support/visit.ts';

const vase = 'public/sample/queries/vase-001.jpg';
const bowl = 'public/sample/queries/bowl-001.jpg';

/** Searches, and waits until the page can do without a network. */
async function searchAndKeep(page: Page, photo: string) {
  const kept = page.evaluate(
    () =>
      new Promise((resolve) => {
        const tell = (event: Event) => resolve((event as SoutuEventMap['soutu-offline']).detail);
        document.addEventListener('soutu-offline', tell, { once: true });
      }),
  );
  await hitsOf(search(page, photo));
  expect(await kept).toEqual({ kept: true });
}

const picturesOf = (page: Page) =>
  page.locator('soutu-search [part=thumb]').evaluateAll((images) =>
    Promise.all(
      (images as HTMLImageElement[]).map(async (image) => {
        image.loading = 'eager';
        await image.decode();
        return image.naturalWidth;
      }),
    ),
  );

describe('after one search, with the server stopped', () => {
  test.each([
    ['a plain host', {}],
    ['a strict policy', { csp: STRICT_CSP }],
  ])('the page opens anew and finds another photo: %s', async (_, options) => {
    const { page, stopServer } = await visit(inject('sampleSite'), {
      ...options,
      // The manifest is asked for, and the browser notes that nobody answers.
      expectConsole: /Failed to load resource/,
    });
    await searchAndKeep(page, vase);
    await stopServer();
    await page.reload();
    const { hits, notices } = await hitsOf(search(page, bowl));
    expect(hits[0]?.group).toBe('bowl-001');
    expect(notices.map(({ code }) => code)).toEqual(['offline']);
    const widths = await picturesOf(page);
    expect(widths.length).toBe(hits.length);
    expect(Math.min(...widths)).toBeGreaterThan(100);
  });
});
