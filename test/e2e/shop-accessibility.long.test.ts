/** axe looks at the sample shop: its page, and the results with their sheets. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { expect, inject, test } from 'vitest';
import { visit } from './support/visit.ts';

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
    // Closed again; Escape has closed the others.
    await part(page, 'about-summary').click();
  }
});

test('with forced colours, the photo around a chosen part and the dots of the menu stay visible', async () => {
  const { page } = await visit(site);
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 360, height: 800 });
  await search(page, 'public/sample/queries/vase-001.jpg');
  await part(page, 'dot').first().press('Enter');
  await part(page, 'partial').waitFor();
  const shade = page.locator('soutu-search [part=photo] .shade > div');
  const { outlineColor } = await shade.evaluate((node) => ({ ...getComputedStyle(node) }));
  expect(outlineColor).toBe('rgba(0, 0, 0, 0.55)');

  const { data, info } = await sharp(await part(page, 'menu').screenshot())
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  /** Dark runs in a row of pixels, without the border. */
  const runs = (y: number) => {
    const row = [...data.subarray(y * info.width + 4, (y + 1) * info.width - 4)];
    return row.filter((grey, i) => grey < 128 && (row[i - 1] ?? 255) >= 128).length;
  };
  const rows = Array.from({ length: info.height - 8 }, (_, i) => runs(i + 4));
  expect(Math.max(...rows)).toBe(3);
});
