/** A built page opened without a web server: browsers block its script and style sheet, and it says so. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { findBrowser, LAUNCH_ARGS } from '../../scripts/browser/find.ts';
import { STRICT_CSP, visit } from './support/visit.ts';

const site = inject('sampleSite');
const sentence = 'This page needs a web server. Run: npx soutu preview FOLDER';

test('opened by file:, the page says that it needs a web server, and how to start one', async () => {
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...LAUNCH_ARGS],
  });
  try {
    const page = await browser.newPage();
    await page.goto(pathToFileURL(join(site, 'index.html')).href);
    await page.getByText(sentence).waitFor();
    expect(await page.evaluate(() => customElements.get('soutu-search'))).toBeUndefined();
  } finally {
    await browser.close();
  }
});

test('served over HTTP, however late style sheet and script arrive, the sentence is in no frame', async () => {
  let holdsScript = false;
  let releaseScript = () => {};
  const { page, url } = await visit(site, {
    csp: STRICT_CSP,
    answer(path, _, response) {
      if (!/^assets\/main-.*\.js$/.test(path)) return false;
      const send = () =>
        response
          // Otherwise the second load may take it from the browser's memory, before the first frame.
          .writeHead(200, { 'Content-Type': 'text/javascript', 'Cache-Control': 'no-store' })
          .end(readFileSync(join(site, path)));
      if (holdsScript) releaseScript = send;
      else send();
      return true;
    },
  });
  const framesOf = () => page.evaluate(() => (globalThis as unknown as Watched).frames);
  holdsScript = true;
  await watchFrames(page);
  await page.goto(url, { waitUntil: 'commit' });
  // The script is held back until the page has been painted without the element.
  await expect.poll(framesOf).toContainEqual({ defined: false, sentence: false });
  releaseScript();
  await page.getByRole('button', { name: 'Choose a photo' }).waitFor();
  await expect.poll(framesOf).toContainEqual({ defined: true, sentence: false });
  expect((await framesOf()).filter((frame) => frame.sentence)).toEqual([]);
});

interface Watched {
  frames: { defined: boolean; sentence: boolean }[];
}

/** Notes for every frame of the next page whether the sentence is laid out. */
async function watchFrames(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const frames: Watched['frames'] = [];
    (globalThis as unknown as Watched).frames = frames;
    const note = () => {
      const element = document.querySelector('.needs-server');
      if (element) {
        frames.push({
          defined: customElements.get('soutu-search') !== undefined,
          sentence: element.getClientRects().length > 0,
        });
      }
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
}
