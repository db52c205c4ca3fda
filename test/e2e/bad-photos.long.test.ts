/** Whatever a visitor drops: it is used, or the page says in words why not. */
import { readFileSync } from 'node:fs';
import { describe, expect, inject, test } from 'vitest';
import {
  animatedGif,
  avif,
  cmykJpeg,
  file,
  onePixel,
  png16,
  transparentPng,
  truncatedJpeg,
  webp,
} from './support/photos.ts';
import { errorOf, hitsOf, search, visit } from './support/visit.ts';

const site = inject('sampleSite');

describe('photos that can be used', () => {
  test.each([
    ['a WebP', webp],
    ['an AVIF', avif],
    ['a CMYK JPEG', cmykJpeg],
    ['a PNG of 16 bits', png16],
    ['an animated GIF, by its first frame', animatedGif],
  ])('%s finds its piece', async (_, make) => {
    const { page } = await visit(site);
    const { hits, notices } = await hitsOf(search(page, await make()));
    expect(hits[0]?.group).toBe('vase-001');
    expect(notices).toEqual([]);
  });

  test('a transparent PNG counts as over white, whatever colour is hidden', async () => {
    const { page } = await visit(site);
    await page
      .locator('soutu-search')
      .evaluate((element) => element.setAttribute('min-score', '-1'));
    const { hits } = await hitsOf(search(page, await transparentPng()));
    expect(hits.slice(0, 3).map(({ group }) => group)).toContain('vase-001');
  });

  test('a picture of one pixel is a picture', async () => {
    const { page } = await visit(site);
    const { vector } = await hitsOf(search(page, await onePixel()));
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test('of a truncated JPEG what decodes is used, and the page says so', async () => {
    const { page } = await visit(site);
    const { hits, notices } = await hitsOf(search(page, truncatedJpeg()));
    expect(hits.map(({ group }) => group)).toContain('vase-001');
    expect(notices.map(({ code }) => code)).toEqual(['photo-damaged']);
    await page.getByText('The photo is damaged, so only the readable part was used.').waitFor();
  });
});

describe('files that cannot', () => {
  test.each([
    [
      'text',
      file('notes.jpg', 'image/jpeg', Buffer.from('hello')),
      '“notes.jpg” is not an image: expected JPEG, PNG, WebP, GIF or AVIF, got image/jpeg, 5 bytes.',
    ],
    ['nothing', file('empty.png', 'image/png', Buffer.alloc(0)), 'got an empty file'],
    [
      'an SVG',
      file('logo.svg', 'image/svg+xml', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')),
      '“logo.svg” is not an image: expected JPEG',
    ],
    [
      'a JPEG that ends after its header',
      file(
        'head.jpg',
        'image/jpeg',
        readFileSync('public/sample/queries/vase-001.jpg').subarray(0, 200),
      ),
      '“head.jpg” ',
    ],
  ])('%s: a PhotoError in words, on the page too', async (_, photo, words) => {
    const { page } = await visit(site);
    const error = await errorOf(search(page, photo));
    expect(error.name).toBe('PhotoError');
    expect(error.message).toContain(words);
    await page.getByText(error.message).first().waitFor();
  });

  test('a photo above the cap is refused by its header, and the cap can be set', async () => {
    const { page } = await visit(site);
    await page.locator('soutu-search').evaluate((el) => el.setAttribute('max-pixels', '60000'));
    const photo = 'public/sample/queries/vase-001.jpg';
    expect(await errorOf(search(page, photo))).toEqual({
      name: 'PhotoError',
      message:
        '“vase-001.jpg” has 320×320 pixels, more than the 60000 that are allowed here. ' +
        'Make it smaller and try again.',
    });
    await page.locator('soutu-search').evaluate((el) => el.setAttribute('max-pixels', '102400'));
    await hitsOf(search(page, photo));
  });

  test('after an error the next photo is searched as ever', async () => {
    const { page } = await visit(site);
    await errorOf(search(page, file('x.jpg', 'image/jpeg', Buffer.from('no'))));
    const { hits } = await hitsOf(search(page, 'public/sample/queries/bowl-001.jpg'));
    expect(hits[0]?.group).toBe('bowl-001');
  });
});
