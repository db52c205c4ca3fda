/** An index in parts in a real browser: few shards are loaded, and an answer survives those that fail. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSite } from '../support/build-site.ts';
import { hitsOf, offlineEvent, STRICT_CSP, search, visit } from './support/visit.ts';

const photo = 'public/sample/queries/bowl-001.jpg';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soutu-parts-'));
  await buildSite('public/sample/photos', folder, ['--parts']);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const isShard = (path: string) => /^bundle\/(coarse|fine)-/.test(path);

test('a search loads some shards and no columns, under a strict policy', async () => {
  const { page, requests } = await visit(folder, { csp: STRICT_CSP });
  const kept = offlineEvent(page);
  const { hits, engine, notices } = await hitsOf(search(page, photo));
  expect({ index: engine.index, notices }).toEqual({ index: 'parts', notices: [] });
  expect(hits.slice(0, 3).every(({ id }) => id.includes('bowl-001'))).toBe(true);
  const shards = requests.filter(isShard);
  expect(shards.length).toBeGreaterThan(3);
  expect(shards.length).toBeLessThan(24);
  expect(requests.filter((path) => path.startsWith('bundle/columns-'))).toEqual([]);
  expect(new Set(requests).size).toBe(requests.length);
  expect(await kept).toMatchObject({
    kept: false,
    error: { name: 'UsageError', message: expect.stringContaining('--index codes') },
  });
});

test('a shard that the host has lost is left out, and the visitor is told', async () => {
  let lost = '';
  const { page } = await visit(folder, {
    answer(path, _, response) {
      if (!path.startsWith('bundle/coarse-')) return false;
      lost ||= path;
      if (path !== lost) return false;
      // Another file, shorter than it should be.
      response.setHeader('Content-Type', 'application/octet-stream');
      response.end(Buffer.alloc(50));
      return true;
    },
  });
  const { hits, notices } = await hitsOf(search(page, photo));
  expect(notices.map(({ code }) => code)).toEqual(['index-partial']);
  expect(notices[0]?.detail).toMatch(/^1\/\d+$/);
  expect(hits.length).toBeGreaterThan(5);
  await expect
    .poll(() => page.locator('soutu-search').evaluate((el) => el.shadowRoot?.textContent ?? ''))
    .toContain('Part of the catalogue could not be searched: 1/');
});
