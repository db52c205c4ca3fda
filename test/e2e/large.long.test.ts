/** Above 5,000 items: the graph, loaded when it is first used. */
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { enlargeBundle } from '../../scripts/bench/support/enlarge-bundle.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';
import { openEngine } from '../../src/node/search/open-engine.ts';
import { hitsOf, STRICT_CSP, search, visit } from './support/visit.ts';

const COUNT = 5100;
const photo = 'public/sample/queries/vase-001.jpg';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soutu-large-'));
  await cp(inject('sampleSite'), folder, { recursive: true });
  await enlargeBundle(join(folder, 'bundle'), COUNT, { index: 'hnsw' });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test('the graph answers, without a word on the console', async () => {
  const { page, requests } = await visit(folder);
  await page.locator('soutu-search').evaluate((el) => el.setAttribute('min-score', '-1'));
  const { hits, engine, notices, totalRelation } = await hitsOf(search(page, photo));
  expect({ index: engine.index, notices, totalRelation }).toEqual({
    index: 'hnsw',
    notices: [],
    totalRelation: 'gte',
  });
  expect(requests.filter((path) => path.startsWith('bundle/graph-'))).toHaveLength(1);
  const exact = await exactIds(10);
  const found = hits.slice(0, 10).map(({ id }) => id);
  expect(found.filter((id) => exact.includes(id)).length).toBeGreaterThanOrEqual(9);
});

test('the graph answers under a strict policy, too, and is fetched once', async () => {
  const { page, requests } = await visit(folder, { csp: STRICT_CSP });
  await page.locator('soutu-search').evaluate((el) => el.setAttribute('min-score', '-1'));
  const first = await hitsOf(search(page, photo));
  expect({ index: first.engine.index, notices: first.notices }).toEqual({
    index: 'hnsw',
    notices: [],
  });
  const second = await hitsOf(search(page, 'public/sample/queries/bowl-001.jpg'));
  expect(second.engine.index).toBe('hnsw');
  expect(requests.filter((path) => path.startsWith('bundle/graph-'))).toHaveLength(1);
  const exact = await exactIds(10);
  const found = first.hits.slice(0, 10).map(({ id }) => id);
  expect(found.filter((id) => exact.includes(id)).length).toBeGreaterThanOrEqual(9);
});

/** The command line's engine, told to compare all. */
async function exactIds(size: number): Promise<string[]> {
  const engine = await openEngine(folder);
  const { image } = await decodePhoto(photo);
  const { hits } = await engine.search({ photo: image }, { exact: true, minScore: -1, size });
  await engine.dispose();
  return hits.map(({ id }) => id);
}
