/** The browser's own camera, a made-up one, on a strict page: refused, then allowed. */
import { expect, inject, test } from 'vitest';
import { hitsOf, nextEvent, STRICT_CSP, visit } from './support/visit.ts';

test('a refusal is told; once it is allowed, what the camera sees is searched', async () => {
  const { page, context, url } = await visit(inject('sampleSite'), {
    csp: STRICT_CSP,
    launchArgs: ['--use-fake-device-for-media-stream'],
  });
  await page.locator('soutu-search').evaluate((element) => element.setAttribute('min-score', '-1'));
  const take = page.getByRole('button', { name: 'Take a photo' });
  await take.click();
  await page.getByText('This page is not allowed to use the camera.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await context.grantPermissions(['camera'], { origin: new URL(url).origin });
  await take.click();
  const shutter = page.getByRole('button', { name: 'Take the photo' });
  await expect.poll(() => shutter.getAttribute('aria-disabled')).toBe('false');
  const stream = await page
    .locator('soutu-search video')
    .evaluateHandle((video: HTMLVideoElement) => video.srcObject as MediaStream);
  expect(await stream.evaluate(({ active }) => active)).toBe(true);
  const answer = hitsOf(nextEvent(page));
  await shutter.click();
  expect((await answer).hits.length).toBeGreaterThan(0);
  const photo = page.locator('soutu-search [part=photo-image]');
  // The made-up camera gives a green picture of 16:9 or 4:3.
  await expect
    .poll(() => photo.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThanOrEqual(640);
  expect(await stream.evaluate(({ active }) => active), 'the camera is off').toBe(false);
});
