/** With no network at all, after one search: the page anew, another photo, its results and their pictures. */

import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { hitsOf, STRICT_CSP, search, searchAndKeep, visit } from './support/visit.ts';

const vase = 'public/sample/queries/vase-001.jpg';
const bowl = 'public/sample/queries/bowl-001.jpg';

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
    ['a site of the build, under a strict policy', true],
    ['a page of another owner, who has put our service worker beside it', false],
  ])('the page opens anew and finds another photo: %s', async (_, isOurs) => {
    const { page, requests, stopServer } = await visit(inject('sampleSite'), {
      csp: STRICT_CSP,
      // The manifest is asked for, and the browser notes that nobody answers.
      expectConsole: /Failed to load resource/,
      answer(path, __, response) {
        if (isOurs || path !== 'sw.js') return false;
        // Without the build's list of files it has only what the page tells it.
        const script = readFileSync(join(inject('sampleSite'), path), 'utf8');
        expect(script).toMatch(/^self\.SOUTU_SHELL=.*\n/);
        response.setHeader('Content-Type', 'text/javascript');
        response.end(script.replace(/^.*\n/, ''));
        return true;
      },
    });
    await searchAndKeep(page, vase);
    // What the search has kept checked is not fetched again to be kept.
    expect(requests.filter((path) => path.endsWith('.wasm')).length).toBeLessThanOrEqual(1);
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

test('the built service worker is a classic script without any import', () => {
  const script = readFileSync(join(inject('sampleSite'), 'sw.js'), 'utf8');
  // A static import is a syntax error in a classic script; import() only fails once it runs.
  expect(() => new Script(script)).not.toThrow();
  expect(script).not.toMatch(/\bimport\b/);
});

describe('a new release', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soutu-release-'));
    await cp(inject('sampleSite'), folder, { recursive: true });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const change = async (file: string, from: RegExp, to: string) => {
    const path = join(folder, file);
    const before = await readFile(path, 'utf8');
    const after = before.replace(from, to);
    expect(after, `${file} changed`).not.toBe(before);
    await writeFile(path, after);
  };

  test('is taken up at the next visit, not half-way through one', async () => {
    const { page } = await visit(folder);
    const title = await page.title();
    await searchAndKeep(page, vase);
    await change('index.html', /<title[^>]*>/, '$&New: ');
    await change('sw.js', /"version":"/, '$&new');
    await change('bundle/manifest.json', /"name":"[^"]+"/, '"name":"next"');

    // The worker goes, as after a pause; the one after it searches what the visitor saw before.
    const [worker] = page.workers();
    await worker?.evaluate(() => self.close());
    await expect.poll(() => page.workers().length).toBe(0);
    expect((await hitsOf(search(page, bowl))).model).not.toBe('next');

    await page.reload();
    expect(await page.title()).toBe(`New: ${title}`);
    expect((await hitsOf(search(page, bowl))).model).toBe('next');
    await expect
      .poll(() => page.evaluate(() => caches.keys()))
      .toContainEqual(expect.stringMatching(/^soutu-shell-new/));
  });
});

test('forgotten, nothing is left on the device, and nothing comes back', async () => {
  const { page, context } = await visit(inject('sampleSite'));
  await searchAndKeep(page, vase);
  const left = () =>
    page.evaluate(async () => ({
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: await caches.keys(),
      serviceWorkers: (await navigator.serviceWorker.getRegistrations()).length,
      settings: localStorage.length,
    }));
  // The query is kept when the results are shown.
  await expect
    .poll(async () => (await left()).databases.sort())
    .toEqual(['soutu', 'soutu-history', 'soutu-recent']);
  const before = await left();
  expect(before.caches.length).toBeGreaterThan(1);
  expect(before.serviceWorkers).toBe(1);
  await page.locator('soutu-search [part~=about-summary]').click();
  await page.locator('soutu-search [part~=forget]').click();
  const nothing = { databases: [], caches: [], serviceWorkers: 0, settings: 0 };
  await expect.poll(left).toEqual(nothing);

  // The service worker lives on for this page; the system ends it, and what the page asks for starts it again.
  const session = await context.newCDPSession(page);
  await session.send('ServiceWorker.enable');
  await session.send('ServiceWorker.stopAllWorkers');
  const answers = await page.evaluate(async () => {
    const thumb = document.querySelector<HTMLImageElement>('[src*="/thumbs/"]')?.src ?? '';
    const asked = [location.href, thumb].map(async (url) => (await fetch(url)).status);
    return [navigator.serviceWorker.controller !== null, ...(await Promise.all(asked))];
  });
  expect(answers).toEqual([true, 200, 200]);
  expect(await left()).toEqual(nothing);
  await page.reload();
  await page.locator('soutu-search input[type=file]').first().waitFor({ state: 'attached' });
  expect(await left()).toEqual(nothing);
});

describe('the installed app', () => {
  test('can be installed, and searches a photo that another app shares, once', async () => {
    const { page, context, url } = await visit(inject('sampleSite'));
    const session = await context.newCDPSession(page);
    const manifest = await session.send('Page.getAppManifest');
    expect([manifest.url, manifest.errors]).toEqual([`${url}app.webmanifest`, []]);
    const { share_target: target } = JSON.parse(manifest.data ?? '{}');
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // Tests run in a private window.
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito']);

    // Installed, it takes a photo before it has ever searched.
    const served = await page.evaluate(async () => {
      dispatchEvent(new Event('appinstalled'));
      return (await navigator.serviceWorker.ready).scope;
    });
    expect(served).toBe(url);
    await page.reload();
    const base64 = (await readFile(bowl)).toString('base64');
    const landed = await page.evaluate(
      async ({ data, action, name }) => {
        const form = new FormData();
        const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
        form.set(name, new File([bytes], 'bowl.jpg', { type: 'image/jpeg' }));
        const response = await fetch(action, { method: 'POST', body: form });
        const shared = await (await caches.open('soutu-shared')).match('./shared-photo');
        return [response.url, shared?.headers.get('content-type'), (await shared?.blob())?.size];
      },
      { data: base64, action: target.action, name: target.params.files[0].name },
    );
    const { length } = await readFile(bowl);
    expect(landed).toEqual([`${url}?shared=`, 'image/jpeg', length]);

    await page.goto(`${url}?shared=`, { waitUntil: 'commit' });
    await page.locator('soutu-search [part=hit]').first().waitFor();
    const first = await page.locator('soutu-search [part=link]').first().getAttribute('href');
    expect(first).toContain('#bowl-001');
    expect(page.url(), 'a reload does not search it again').toBe(url);
    expect(await page.evaluate(() => caches.match('./shared-photo'))).toBeUndefined();
  });
});
