/** Pages with strict policies, and what a visit asks of whom: recorded by a proxy that nothing gets around. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
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
