/** Two pieces in one photo: in a frame or by a dot, each is found by itself. */
import type { Page } from 'playwright';
import sharp from 'sharp';
import { expect, inject, test } from 'vitest';
import { file } from './support/photos.ts';
import { savedPhotos } from './support/saved-photos.ts';
import { hitsOf, nextEvent, search, visit } from './support/visit.ts';

const QUERIES = 'public/sample/queries';

/** Two pieces side by side. */
async function sideBySide(left: string, right: string) {
  const side = (name: string) => sharp(`${QUERIES}/${name}.jpg`).resize(256, 256).toBuffer();
  return sharp({ create: { width: 512, height: 256, channels: 3, background: '#fff' } })
    .composite([
      { input: await side(left), left: 0, top: 0 },
      { input: await side(right), left: 256, top: 0 },
    ])
    .png()
    .toBuffer();
}

/** Vase and bowl, turned a quarter to the left. */
async function twoPieces() {
  return file(
    'two.png',
    'image/png',
    await sharp(await sideBySide('vase-001', 'bowl-001'))
      .rotate(270)
      .png()
      .toBuffer(),
  );
}

async function firstAfter(page: Page, act: () => Promise<unknown>) {
  const next = hitsOf(nextEvent(page));
  await act();
  return (await next).hits[0]?.group;
}

test('the part in the frame is what is found', async () => {
  const { page } = await visit(inject('sampleSite'));
  await page.locator('soutu-search').evaluate((element) => element.setAttribute('min-score', '-1'));
  await hitsOf(search(page, await twoPieces()));
  await page.getByRole('button', { name: 'Choose a part' }).click();
  await firstAfter(page, () => page.getByRole('button', { name: 'Rotate', exact: true }).click());

  const crop = page.locator('soutu-search [part=crop]');
  /** From one place to another, in fractions of the photo. */
  const drag = async (from: [x: number, y: number], to: [x: number, y: number]) => {
    await crop.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    const { x, y, width, height } = (await crop.boundingBox()) ?? {
      x: 0,
      y: 0,
      width: 0,
      height: 0,
    };
    await page.mouse.move(x + from[0] * width, y + from[1] * height);
    await page.mouse.down();
    await page.mouse.move(x + to[0] * width, y + to[1] * height, { steps: 4 });
    await page.mouse.up();
  };
  // The lower right corner of the whole photo comes to its middle, so the left half is framed.
  expect(await firstAfter(page, () => drag([0.99, 0.99], [0.5, 0.99]))).toBe('vase-001');
  expect(await firstAfter(page, () => drag([0.98, 0.02], [0.51, 0.98]))).toBe('bowl-001');
});

test('each piece has a dot that finds it, with the keyboard too', async () => {
  const { page } = await visit(inject('sampleSite'));
  const both = await sideBySide('vase-006', 'bottle-006');
  await hitsOf(search(page, await file('two.png', 'image/png', both)));
  const dot = (n: number) => page.getByRole('button', { name: `Search this part, ${n} of 2` });
  const found = new Set<string | undefined>();
  found.add(await firstAfter(page, () => dot(1).click()));
  await dot(2).focus();
  found.add(await firstAfter(page, () => page.keyboard.press('Enter')));
  expect(found).toEqual(new Set(['vase-006', 'bottle-006']));
  expect(await dot(2).getAttribute('aria-pressed')).toBe('true');
  await firstAfter(page, () => page.getByRole('button', { name: 'Whole photo' }).click());
  expect(await dot(2).getAttribute('aria-pressed')).toBe('false');
  await firstAfter(page, () => dot(2).click());
  const regions = async () => (await savedPhotos(page))?.map(({ view }) => view.region ?? null);
  await expect.poll(regions).toEqual([expect.objectContaining({ left: expect.any(Number) })]);
  await page.reload();
  await dot(2).waitFor();
  expect(await dot(2).getAttribute('aria-pressed'), 'after a reload').toBe('true');
});
