/** Pages with strict policies, and what a visit asks of whom: recorded by a proxy that nothing gets around. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { BuildSummary } from '../../src/node/build/options.ts';
import { collect } from '../../src/node/catalogue/collect.ts';
import { openSite } from '../../src/node/catalogue/site/site-source.ts';
import { soutu } from '../support/command/run-soutu.ts';
import { sampleShop } from '../support/generated-site/sample.ts';
import { tempFolder } from '../support/temp.ts';
import { type RecordingProxy, startRecordingProxy } from './support/recording-proxy.ts';
import {
  hitsOf,
  nextEvent,
  STRICT_CSP,
  search,
  searchAndKeep,
  type Visit,
  visit,
} from './support/visit.ts';

const site = inject('sampleSite');
const query = 'public/sample/queries/vase-001.jpg';
let proxy: RecordingProxy;
const root = await tempFolder();
/** Where `visit` serves a site. */
const BASE = '/shop/search/';

beforeAll(async () => {
  proxy = await startRecordingProxy();
});

afterAll(() => proxy.close());

/** All that a visitor does: a first search, more like a hit, one more visit from the device, and forgetting. */
async function wholeVisit({ page, url }: Visit): Promise<void> {
  const { hits } = await searchAndKeep(page, query);
  expect(hits[0]?.group).toBe('vase-001');
  const alike = hitsOf(nextEvent(page));
  await page
    .getByRole('button', { name: /^More like/ })
    .first()
    .click();
  await alike;
  // Not what the address tells by now: it names the hit.
  await page.goto(url);
  expect((await hitsOf(search(page, query))).hits[0]?.group).toBe('vase-001');
  await page.locator('[part~=about] summary, summary[part~=about-summary]').first().click();
  await page.locator('[part~=forget]').click();
  await expect.poll(() => page.evaluate(() => caches.keys())).toEqual([]);
}

test.each([
  ['a strict policy', STRICT_CSP],
  ['a strict policy and trusted types', `${STRICT_CSP}; require-trusted-types-for 'script'`],
])('under %s, sent with every file, all works, and nobody else is asked', async (_, csp) => {
  proxy.recorded.length = 0;
  const visited = await visit(site, { csp, proxy: proxy.server });
  await wholeVisit(visited);
  const { url } = visited;
  const files = proxy.recorded.map((one) => one.url.slice(url.length).replace(/-[\w-]+\./, '.'));
  // What is recorded is the whole: page, worker, service worker, bundle and pictures.
  expect(files).toEqual(
    expect.arrayContaining(['', 'assets/main.js', 'sw.js', 'bundle/manifest.json']),
  );
  expect(proxy.recorded.length).toBeGreaterThan(15);
  expect(proxy.recorded.filter((one) => !one.url.startsWith(url))).toEqual([]);
  const without = proxy.recorded.filter((one) => one.headers['content-security-policy'] !== csp);
  expect(without).toEqual([]);
});

test('a search is written into a built site, its tag works on any page, and a hit leads to its product', async () => {
  const folder = join(root, 'shop');
  const groups = ['vase-001', 'vase-002', 'mug-004', 'jug-001'];
  const shop = await sampleShop(BASE, groups);
  await shop.write(folder);
  const { code, stdout, stderr } = await soutu('build', '--site', folder, '--no-soft', '--json');
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('1 left out (logo.png): only in the header, navigation, footer');
  const { site: use, counts, out } = JSON.parse(stdout) as BuildSummary;
  expect(out).toBe(join(folder, 'soutu'));
  expect(use).toMatchObject({ notes: [], preview: out });
  expect(counts.indexed).toBe(shop.expected.size);

  const product = join(folder, 'vase-002/index.html');
  await writeFile(product, (await readFile(product, 'utf8')).replace('<h1>', `${use?.tag}<h1>`));
  const { page, url } = await visit(folder, { csp: STRICT_CSP });
  await page.goto(`${url}vase-002/`);
  const { hits } = await hitsOf(search(page, query));
  expect(hits[0]?.group).toBe(`${BASE}vase-001/`);
  expect(hits[0]?.item.links).toEqual([BASE]);
  await page.locator('soutu-search [part~=link]').first().click();
  await page.waitForURL(`${url}vase-001/`);
  expect(await page.locator('h1').textContent()).toBe(hits[0]?.item.title);

  // What the build wrote is no part of the site.
  const again = await collect(await openSite(folder, { except: out }));
  expect(again.entries.map(({ item }) => item.id).sort()).toEqual([...shop.expected.keys()].sort());
});

test('the sample shop as a built site: all its pots, each with its name and address', async () => {
  const { entries, warnings } = await collect(await openSite(site));
  const { items } = JSON.parse(await readFile('public/sample/catalogue.json', 'utf8')) as {
    items: { title: string; url: string }[];
  };
  const namesOf = (list: readonly { title?: string; url?: string }[]) =>
    list.map(({ title, url }) => `${title} ${url}`).sort();
  expect(namesOf(entries.map(({ item }) => item))).toEqual(
    namesOf(items.map(({ title, url }) => ({ title, url: `/${url}` }))),
  );
  expect(warnings.filter((line) => !line.includes('(data: URLs)'))).toEqual([
    expect.stringMatching(
      /: 8 left out \(assets\/try-.* and 5 more\): ignored by data-soutu-ignore\.$/,
    ),
  ]);
});
