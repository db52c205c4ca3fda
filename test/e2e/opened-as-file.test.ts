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
  let delayMs = 0;
  const { page, url } = await visit(site, {
    csp: STRICT_CSP,
    answer(path, _, response) {
      const isStyle = path.endsWith('.css');
      if (!isStyle && !/^assets\/main-.*\.js$/.test(path)) return false;
      const type = isStyle ? 'text/css' : 'text/javascript';
      setTimeout(
        () => {
          response.writeHead(200, { 'Content-Type': type }).end(readFileSync(join(site, path)));
        },
        // The script after the style sheet: between them the page is painted without the element.
        isStyle ? delayMs : 2 * delayMs,
      );
      return true;
    },
  });
  delayMs = 400;
  await watchFrames(page);
  await page.goto(url);
  await page.getByRole('button', { name: 'Choose a photo' }).waitFor();
  const frames = await page.evaluate(() => (globalThis as unknown as Watched).frames);
  expect(frames).toContainEqual({ defined: false, sentence: false });
  expect(frames).toContainEqual({ defined: true, sentence: false });
  expect(frames.filter((frame) => frame.sentence)).toEqual([]);
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
