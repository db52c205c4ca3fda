/** What stays on the device: the second visit, and none of the server at all. */
import { expect, inject, test } from 'vitest';
import { hitsOf, offlineEvent, search, searchAndKeep, visit } from './support/visit.ts';

const site = inject('sampleSite');
const vase = 'public/sample/queries/vase-001.jpg';
const bowl = 'public/sample/queries/bowl-001.jpg';

const ofBundle = (requests: string[]) =>
  requests.filter((path) => path.startsWith('bundle/') && !path.startsWith('bundle/thumbs/'));

test('the second visit fetches the manifest and nothing else of the bundle', async () => {
  const { page, requests } = await visit(site);
  const kept = offlineEvent(page);
  await hitsOf(search(page, vase));
  // Not the archive of plain vectors, no graph, and no vectors for soft photos: a vase is smooth, not soft.
  const kinds = ofBundle(requests).map((path) => path.replace(/^bundle\/(\w+).*/, '$1'));
  const needed = ['codes', 'columns', 'details', 'manifest', 'space', 'weights'];
  expect(kinds.sort()).toEqual(needed);
  // Afterwards the page loads what it needs without a network, such as the vectors for soft photos.
  expect(await kept).toEqual({ kept: true });
  requests.length = 0;
  await page.reload();
  const { hits } = await hitsOf(search(page, bowl));
  expect(hits[0]?.group).toBe('bowl-001');
  expect(ofBundle(requests)).toEqual(['bundle/manifest.json']);
  expect(requests.filter((path) => path.endsWith('.wasm'))).toEqual([]);
});

test('with the page open, the server stopped and the worker killed it still answers', async () => {
  const { page, stopServer } = await visit(site, { expectConsole: /Failed to load resource/ });
  await searchAndKeep(page, vase);
  await stopServer();
  const [worker] = page.workers();
  if (!worker) throw new Error('expected a running worker');
  // As when a phone takes the memory back: the worker is gone, and the page is not told by whom.
  const gone = worker.waitForEvent('close');
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('killed by the test');
    });
  });
  await gone;
  expect(page.workers()).toEqual([]);
  const { hits, notices } = await hitsOf(search(page, bowl));
  expect(hits[0]?.group).toBe('bowl-001');
  // The same release as before: nothing was asked of the network.
  expect(notices).toEqual([]);
});
