/** What a first visit downloads before its first answer. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { expect, inject, test } from 'vitest';
import { searchAndKeep, visit } from './support/visit.ts';

const site = inject('sampleSite');

/** As good hosts send them. The kernel (WebAssembly), model, index and pictures have budgets of their own. */
const PAGE_AND_SCRIPTS = /^$|\.(html|css|m?js)$/;
/**
 * The bar is 80 kB. The list of all 294 items in the sample page alone is 7 kB. Finding the things in a photo is 1.2 kB of
 * the worker: their dots come with the answer. Folding copies of a picture, and dividing the worker in two so that other
 * engines share one half, are 1.7 kB. The reader of codes is 4.9 kB, and saves 139 kB of the sample's index.
 * Several bundles, and copies of a bundle, are 0.7 kB: which to open and where to ask next, before anything is read.
 * 1.4 kB: hits survive a file of pictures and titles that fails, copies of a bundle are asked as soon as a host fails, and hits of
 * an index in parts are shown after its first wave.
 * With 0.4 kB, searches in 2,000 codes and more take a third of the time, with a script that only they load.
 * 0.1 kB asks whether a small index in parts is all there. 0.1 kB: first hits are reported once if a search is tried again, and
 * counts beside a filter keep to its cut-off. 0.1 kB: what replaces first hits keeps open views and the focus.
 * 0.7 kB: WebKit runs the worker's script once, because no later script imports it. 0.1 kB: an aborted search ends at once.
 */
const MOST_BYTES = 109_500;

test('page and scripts up to the first answer take at most 109.5 kB with brotli', async () => {
  const { page, asked } = await visit(site);
  const answered = page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        const note = () => resolve(performance.now());
        document.addEventListener('soutu-results', note, { once: true });
      }),
  );
  // Kept, the page has loaded all that it loads after the answer: a load is listed when it ends.
  await searchAndKeep(page, 'public/sample/queries/vase-001.jpg');
  const startOf = await page.evaluate(() =>
    Object.fromEntries(
      performance
        .getEntriesByType('resource')
        .map(({ name, startTime }) => [name.split('/').at(-1), startTime]),
    ),
  );
  const at = await answered;
  // The service worker is registered after the answer, and is no resource of the page.
  const isInTime = (path: string) =>
    path !== 'sw.js' && (startOf[path.split('/').at(-1) ?? ''] ?? 0) < at;
  const files = asked.filter((path) => PAGE_AND_SCRIPTS.test(path) && isInTime(path));
  const sizes: Record<string, number> = {};
  for (const path of files) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
    const bytes = await readFile(join(site, path || 'index.html'));
    sizes[path || 'index.html'] = brotliCompressSync(bytes, { params }).length;
  }
  // Nothing else is in the way of the first answer.
  expect(
    Object.keys(sizes)
      .map((path) => path.replace(/-[0-9a-f]{16}/, ''))
      .sort(),
  ).toEqual([
    'assets/codes.js',
    'assets/early.js',
    'assets/engine.js',
    'assets/main.js',
    'assets/page.css',
    'assets/page.js',
    'assets/rolldown-runtime.js',
    'assets/shared.js',
    'index.html',
  ]);
  expect(asked.filter((path) => path.endsWith('manifest.json'))).toHaveLength(1);
  const total = Object.values(sizes).reduce((sum, bytes) => sum + bytes, 0);
  expect(total, JSON.stringify(sizes)).toBeLessThanOrEqual(MOST_BYTES);
});

test('no script imports that of the worker, which WebKit would run a second time', async () => {
  const folder = join(site, 'assets');
  const scripts = (await readdir(folder)).filter((name) => name.endsWith('.js'));
  expect(scripts.filter((name) => name.startsWith('main-'))).toHaveLength(1);
  for (const name of scripts) {
    expect(await readFile(join(folder, name), 'utf8'), name).not.toMatch(/from\s*"\.\/main-/);
  }
});
