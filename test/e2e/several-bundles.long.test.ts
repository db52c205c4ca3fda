/** Two bundles behind one element: the sample shop, and a copy of it as a second catalogue. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { errorOf, hitsOf, nextEvent, search, visit } from './support/visit.ts';

const photo = 'public/sample/queries/vase-001.jpg';
let site: string;

beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'soutu-several-'));
  await cp(inject('sampleSite'), site, { recursive: true });
  await cp(join(site, 'bundle'), join(site, 'twin'), { recursive: true });
  await cp(join(site, 'bundle'), join(site, 'copy'), { recursive: true });
  // Another release of the same photos: nothing of it is the first one's by its manifest.
  const path = join(site, 'twin/manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8'));
  await writeFile(path, JSON.stringify({ ...manifest, created: '2020-01-01T00:00:00.000Z' }));
});

afterAll(() => rm(site, { recursive: true, force: true }));

const together = (page: Page, bundles: string) =>
  page.evaluate((value) => {
    const element = document.querySelector('soutu-search');
    element?.setAttribute('bundles', value);
    element?.removeAttribute('bundle');
  }, bundles);

test('a photo is embedded once, and the hits of both are merged; any of them finds more', async () => {
  const alone = await visit(site);
  const expected = await hitsOf(search(alone.page, photo));
  const { page, asked } = await visit(site);
  await together(page, 'bundle/ twin/');
  const { hits, total, engine, notices } = await hitsOf(search(page, photo));
  expect(notices).toEqual([]);
  expect(engine.embedder).not.toBeNull();
  expect(total).toBe(2 * expected.total);
  expect(hits).toHaveLength(expected.hits.length);
  for (const [i, { id, score }] of hits.entries()) {
    const own = expected.hits[i >> 1];
    expect(score).toBeCloseTo(own?.score ?? 0, 6);
    expect([`bundle/#${own?.id}`, `twin/#${own?.id}`]).toContain(id);
  }
  expect(new Set(hits.map(({ id }) => id.split('#')[0])).size).toBe(2);
  expect(asked.filter((path) => /weights-/.test(path))).toHaveLength(1);
  // Each picture comes from its own bundle.
  const pictures = page.locator('soutu-search [part~=hit] img');
  // Others are loaded when the visitor scrolls to them.
  const isLoaded = (at: number) =>
    pictures.nth(at).evaluate((one) => (one as HTMLImageElement).naturalWidth > 0);
  for (const at of [0, 1]) await expect.poll(() => isLoaded(at)).toBe(true);
  const sources = await pictures.evaluateAll((all) =>
    all.map((one) => (one as HTMLImageElement).src),
  );
  expect(sources.some((source) => source.includes('/twin/'))).toBe(true);
  expect(sources.some((source) => source.includes('/bundle/'))).toBe(true);
  const alike = nextEvent(page);
  await page
    .getByRole('button', { name: /^More like/ })
    .nth(1)
    .click();
  const more = await hitsOf(alike);
  expect(more.queryItem?.id).toBe(hits[1]?.id);
  // Its twin is the same picture.
  expect(more.hits[0]?.score).toBeGreaterThan(0.99);
}, 120_000);

test.each([
  ['bundle/ gone/', 'bundle/'],
  ['gone/ twin/', 'twin/'],
])('%s: what cannot be read is left out, and the answer says so', async (bundles, key) => {
  const { page } = await visit(site, { expectConsole: /404/ });
  await together(page, bundles);
  const { hits, notices } = await hitsOf(search(page, photo));
  expect(hits.length).toBeGreaterThan(3);
  expect(hits.every(({ id }) => id.startsWith(`${key}#`))).toBe(true);
  expect(notices).toMatchObject([{ code: 'index-partial', detail: '1/2' }]);
});

const isBundle = (path: string) => path.startsWith('bundle/') && !path.startsWith('bundle/thumbs');
const HOSTS: readonly [string, (response: ServerResponse) => void, RegExp][] = [
  [
    'has lost all files',
    (response) => response.writeHead(404).end(),
    /Failed to load resource: .*404/,
  ],
  ['is in trouble', (response) => response.writeHead(503).end(), /Failed to load resource: .*503/],
  [
    'sends other files',
    (response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<p>Parked</p>'),
    /^$/,
  ],
  [
    'breaks off',
    (response) => {
      response.writeHead(200, { 'Content-Length': 5000 });
      response.write('{"format":', () => response.destroy());
    },
    /Failed to load resource: net::ERR_/,
  ],
  // It never answers.
  ['is silent', () => undefined, /^$/],
];

test.each(HOSTS)(
  'a host that %s: its copy answers as it would',
  async (_, fault, expectConsole) => {
    const { page, requests } = await visit(site, {
      expectConsole,
      answer(path, __, response) {
        if (!isBundle(path)) return false;
        fault(response);
        return true;
      },
    });
    await page.evaluate(() => {
      document.querySelector('soutu-search')?.setAttribute('mirrors', 'copy/');
    });
    const { hits, notices } = await hitsOf(search(page, photo));
    expect(notices).toEqual([]);
    expect(hits[0]?.id).toContain('vase-001');
    expect(hits).toHaveLength(12);
    // The first host is asked for the manifest, by the page and by the search; then the copy is asked first.
    const own = requests.filter(isBundle);
    expect(own.filter((path) => !path.startsWith('bundle/manifest.json'))).toEqual([]);
    expect([1, 2]).toContain(own.length);
    const copies = requests.filter((path) => path.startsWith('copy/'));
    expect(copies.filter((path) => /weights-/.test(path)).length).toBeGreaterThan(0);
  },
);

test('a bundle of another model is refused', async () => {
  const path = join(site, 'twin/manifest.json');
  const text = await readFile(path, 'utf8');
  const manifest = JSON.parse(text);
  manifest.model.name = 'other';
  manifest.model.input.mean = [0, 0, 0];
  await writeFile(path, JSON.stringify(manifest));
  const { page } = await visit(site);
  await together(page, 'bundle/ twin/');
  const { name, message } = await errorOf(search(page, photo));
  await writeFile(path, text);
  expect(name).toBe('UsageError');
  expect(message).toContain('/twin: its photos were embedded by another model than those of');
  expect(message).toContain('Build all bundles that are searched together with the same model');
});
