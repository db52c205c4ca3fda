/** With no network at all, after one search: the page anew, another photo, its results and their pictures. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
    await change('bundle/manifest.json', /"minScore":[\d.]+/, '"minScore":0.25');

    // The worker goes, as after a pause; the one after it searches what the visitor saw before.
    const [worker] = page.workers();
    await worker?.evaluate(() => self.close());
    await expect.poll(() => page.workers().length).toBe(0);
    expect((await hitsOf(search(page, bowl))).minScore).not.toBe(0.25);

    await page.reload();
    expect(await page.title()).toBe(`New: ${title}`);
    expect((await hitsOf(search(page, bowl))).minScore).toBe(0.25);
    await expect
      .poll(() => page.evaluate(() => caches.keys()))
      .toContainEqual(expect.stringMatching(/^soutu-shell-new/));
  });
});

describe('the installed app', () => {
  test('takes a photo that another app shares', async () => {
    const { page, url } = await visit(inject('sampleSite'));
    await searchAndKeep(page, vase);
    const base64 = (await readFile(bowl)).toString('base64');
    const landed = await page.evaluate(async (data) => {
      const form = new FormData();
      const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
      form.set('photo', new File([bytes], 'bowl.jpg', { type: 'image/jpeg' }));
      const response = await fetch('./share', { method: 'POST', body: form });
      const shared = await (await caches.open('soutu-shared')).match('./shared-photo');
      return [response.url, shared?.headers.get('content-type'), (await shared?.blob())?.size];
    }, base64);
    const { length } = await readFile(bowl);
    expect(landed).toEqual([`${url}?shared=`, 'image/jpeg', length]);
  });
});
