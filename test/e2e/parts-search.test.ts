/** An index in parts in a real browser: few shards are loaded. What becomes of faults: parts.long.test.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildSite } from '../support/command/build-site.ts';
import { hitsOf, offlineEvent, STRICT_CSP, search, visit } from './support/visit.ts';

const photo = 'public/sample/queries/bowl-001.jpg';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soutu-parts-'));
  await buildSite('public/sample/catalogue.json', folder, ['--parts']);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const isShard = (path: string) => /^bundle\/(coarse|fine)-/.test(path);

test('a search loads some shards and no columns, under a strict policy; the rest comes later, so that the page works offline', async () => {
  const { page, requests, stopServer } = await visit(folder, {
    csp: STRICT_CSP,
    // With the server stopped, the manifest is asked for, and the browser notes that nobody answers.
    expectConsole: /Failed to load resource/,
  });
  const kept = offlineEvent(page);
  const { hits, engine, notices } = await hitsOf(search(page, photo));
  expect({ index: engine.index, notices }).toEqual({ index: 'parts', notices: [] });
  expect(hits[0]?.id).toContain('bowl-001');
  const shards = requests.filter(isShard);
  expect(shards.length).toBeGreaterThan(3);
  expect(shards.length).toBeLessThan(24);
  expect(requests.filter((path) => path.startsWith('bundle/columns-'))).toEqual([]);
  expect(new Set(requests).size).toBe(requests.length);
  // Of a small index a page loads the rest in a pause.
  expect(await kept).toEqual({ kept: true });
  const all = requests.filter(isShard);
  expect(all.length).toBeGreaterThan(2 * shards.length);
  expect(new Set(all).size).toBe(all.length);
  await stopServer();
  await page.reload();
  const other = await hitsOf(search(page, 'public/sample/queries/vase-001.jpg'));
  expect(other.hits[0]?.group).toBe('vase-001');
  expect(other.notices.map(({ code }) => code)).toEqual(['offline']);
});
