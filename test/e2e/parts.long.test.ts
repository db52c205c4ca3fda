/** An index in parts in a real browser: few shards are loaded, and an answer survives those that fail. */
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { PartsInfo } from '../../src/core/bundle/manifest.ts';
import type { ScoredItem } from '../../src/core/contract.ts';
import type { SoutuSearch } from '../../src/widget/soutu-search.ts';
import { buildSite } from '../support/command/build-site.ts';
import { hitsOf, STRICT_CSP, search, visit } from './support/visit.ts';

const photo = 'public/sample/queries/bowl-001.jpg';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soutu-parts-'));
  await buildSite('public/sample/catalogue.json', folder, ['--parts']);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const isShard = (path: string) => /^bundle\/(coarse|fine)-/.test(path);

const partsIn = (site: string): PartsInfo =>
  JSON.parse(readFileSync(join(site, 'bundle/manifest.json'), 'utf8')).index.parts;

type Fault = (path: string, response: ServerResponse) => void;
const FAULTS: readonly [name: string, fault: Fault, reason: RegExp, console?: RegExp][] = [
  [
    'that the host has lost',
    (_, response) => {
      response.statusCode = 404;
      response.end('not here');
    },
    /404/,
    // Browsers write this line themselves.
    /Failed to load resource: .*404/,
  ],
  [
    'that is cut short',
    (_, response) => {
      response.setHeader('Content-Type', 'application/octet-stream');
      response.end(Buffer.alloc(50));
    },
    /got 50 bytes/,
  ],
  [
    'with another content of the same length',
    (path, response) => {
      const file = readFileSync(join(folder, path));
      file[file.length >> 1] = 255 - (file[file.length >> 1] ?? 0);
      response.setHeader('Content-Type', 'application/octet-stream');
      response.end(file);
    },
    /SHA-256/,
  ],
  // It never ends.
  ['that is slow', () => undefined, /took longer than 10 s to load/],
];

test.each(FAULTS)(
  'a shard %s is left out, and the visitor is told why',
  async (_, fault, reason, expectConsole) => {
    let lost = '';
    const { page } = await visit(folder, {
      answer(path, _, response) {
        if (!path.startsWith('bundle/coarse-')) return false;
        lost ||= path;
        if (path !== lost) return false;
        fault(path, response);
        return true;
      },
      ...(expectConsole ? { expectConsole } : {}),
    });
    const { hits, notices } = await hitsOf(search(page, photo));
    expect(notices.map(({ code }) => code)).toEqual(['index-partial']);
    expect(notices[0]?.detail).toMatch(/^1\/\d+$/);
    expect(notices[0]?.message).toMatch(reason);
    expect(hits.length).toBeGreaterThan(5);
    await expect
      .poll(() => page.locator('soutu-search').evaluate((el) => el.shadowRoot?.textContent ?? ''))
      .toContain('Part of the catalogue could not be searched: 1 of its ');
  },
);

test('files of details that are lost, cut short and slow: every hit is shown, and the visitor is told what is missing', async () => {
  const faults = [FAULTS[0], FAULTS[1], FAULTS[3]].map((one) => one?.[1] as Fault);
  const lost: string[] = [];
  const { page } = await visit(folder, {
    answer(path, _, response) {
      if (!path.startsWith('bundle/details-')) return false;
      if (!lost.includes(path)) lost.push(path);
      const fault = faults[lost.indexOf(path)];
      fault?.(path, response);
      return fault !== undefined;
    },
    expectConsole: /Failed to load resource: .*404/,
  });
  const { hits, notices } = await hitsOf(search(page, photo));
  expect(lost.length).toBeGreaterThan(2);
  expect(notices.map(({ code }) => code)).toEqual(['details-partial']);
  const isBare = ({ item }: ScoredItem) => item.image === undefined;
  const bare = hits.filter(isBare);
  const lacking = hits.filter((hit) => [hit, ...hit.more, ...hit.copies].some(isBare)).length;
  expect(bare.length).toBeGreaterThan(2);
  expect(notices[0]).toMatchObject({
    message: expect.stringMatching(/ \(.*(404|got 50 bytes|took longer than 10 s)/),
    detail: `${lacking}/${hits.length}`,
  });
  // The catalogue's titles are small.
  expect(bare.filter(({ item }) => item.title === undefined)).toEqual([]);
  const shown = page.locator('soutu-search [part~="hit"]');
  await expect.poll(() => shown.count()).toBe(hits.length);
  const texts = page.locator('soutu-search').evaluate((el) => el.shadowRoot?.textContent ?? '');
  expect(await texts).toContain(
    `Pictures and titles of ${lacking} of ${hits.length} results could not be loaded.`,
  );
  const cards = page.locator('soutu-search [part~="card"] [part~="placeholder"]');
  expect(await cards.count()).toBe(bare.length);
});

test('later shards are slow: the hits of the first ones are there at once, and the answer replaces them in place', async () => {
  let coarse = 0;
  const { page } = await visit(folder, {
    csp: STRICT_CSP,
    answer(path, _, response) {
      const isLater =
        path.startsWith('bundle/fine-') || (path.startsWith('bundle/coarse-') && ++coarse > 8);
      if (!isLater) return false;
      setTimeout(() => {
        response.setHeader('Content-Type', 'application/octet-stream');
        response.end(readFileSync(join(folder, path)));
      }, 2500);
      return true;
    },
  });
  await page.setViewportSize({ width: 1280, height: 900 });
  const answer = hitsOf(search(page, photo));
  const hits = page.locator('soutu-search [part="hit"]');
  await hits.first().waitFor();
  const early = await page.locator('soutu-search').evaluate((element) => {
    const root = element.shadowRoot as ShadowRoot;
    const shifts: number[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: 'layout-shift' });
    const cards = [...root.querySelectorAll('[part="hit"]')];
    Object.assign(globalThis, { shifts, cards });
    (root.querySelector('[part="hit"] [part="enlarge"]') as HTMLElement).focus();
    return {
      titles: cards.map((card) => card.querySelector('[part="title"]')?.textContent),
      busy: root.querySelector('[part="results"]')?.ariaBusy,
      said: root.querySelector('[role="status"]')?.textContent,
    };
  });
  expect(early).toMatchObject({ busy: 'true', said: 'Comparing it with the catalogue…' });
  expect(early.titles).toHaveLength(12);
  const { hits: last, notices } = await answer;
  expect(notices).toEqual([]);
  const late = await page.locator('soutu-search').evaluate(async (element) => {
    const root = element.shadowRoot as ShadowRoot;
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { shifts, cards } = globalThis as unknown as { shifts: number[]; cards: Element[] };
    return {
      shift: shifts.reduce((sum, one) => sum + one, 0),
      kept: cards.filter((card) => card.isConnected).length,
      busy: root.querySelector('[part="results"]')?.ariaBusy,
      said: root.querySelector('[role="status"]')?.textContent,
      focused: root.activeElement?.getAttribute('part'),
    };
  });
  const same = last.filter(({ item }) => early.titles.includes(item.title));
  expect(late.kept).toBe(same.length);
  expect(same.length).toBeGreaterThan(6);
  expect(late).toMatchObject({ busy: 'false', focused: 'enlarge' });
  expect(late.said).toMatch(/likely match/);
  expect(late.shift).toBeLessThanOrEqual(0.02);
});

test('a release that is replaced between two searches: the next one opens it, and lacks nothing', async () => {
  const manifest = JSON.parse(readFileSync(join(folder, 'bundle/manifest.json'), 'utf8'));
  manifest.index.calibration.match += 0.01;
  let isReplaced = false;
  let isRead = false;
  const gone = new Set<string>();
  const { page } = await visit(folder, {
    answer(path, _, response) {
      if (!isReplaced) return false;
      if (path.startsWith('bundle/manifest.json')) {
        // Files of the new release are there once the page has seen that old ones are gone.
        isRead ||= gone.size > 0;
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify(manifest));
        return true;
      }
      if (!path.startsWith('bundle/coarse-') || isRead) return false;
      gone.add(path);
      response.statusCode = 404;
      response.end();
      return true;
    },
    expectConsole: /Failed to load resource: .*404/,
  });
  const before = await hitsOf(search(page, photo));
  isReplaced = true;
  const after = await hitsOf(search(page, 'public/sample/queries/teapot-002.jpg'));
  expect(gone.size).toBeGreaterThan(0);
  expect(after.notices).toEqual([]);
  expect(after.hits.length).toBeGreaterThan(5);
  expect(after.thresholds.match).toBeCloseTo(before.thresholds.match + 0.01, 9);
});

test('a filter finds all items of a rare value by a posting, which no other search loads', async () => {
  const { page, requests } = await visit(folder, { csp: STRICT_CSP });
  await hitsOf(search(page, photo));
  const postings = () => requests.filter((path) => /^bundle\/postings?-/.test(path));
  expect(postings()).toEqual([]);
  const { total, totalRelation, colours } = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const own = (document.querySelector('soutu-search') as SoutuSearch).search;
    const filter = { colour: 'purple' };
    const answer = await own?.search(new Blob([bytes]), { size: 40, filter, facets: ['colour'] });
    return {
      ...{ total: answer?.total, totalRelation: answer?.totalRelation },
      colours: answer?.hits.map(({ item }) => item.attributes?.colour),
    };
  }, readFileSync(photo).toString('base64'));
  expect({ total, totalRelation }).toEqual({ total: 12, totalRelation: 'eq' });
  expect(colours).toEqual(Array.from({ length: 12 }, () => 'purple'));
  expect(postings().length).toBeGreaterThan(1);
});

test('a visitor who comes back after a release with one item more downloads the additions alone', async () => {
  const image = 'queries/vase-003.jpg';
  const site = await mkdtemp(join(tmpdir(), 'soutu-parts-delta-'));
  onTestFinished(() => rm(site, { recursive: true, force: true }));
  await cp(folder, site, { recursive: true });
  const { page, requests } = await visit(site, { csp: STRICT_CSP });
  const added = join('public/sample', image);
  const before = await hitsOf(search(page, added));
  expect(before.hits.map(({ id }) => id)).not.toContain('new vase');
  expect(requests.filter(isShard).length).toBeGreaterThan(3);
  const earlier = partsIn(site);
  const source = await mkdtemp(join(tmpdir(), 'soutu-parts-source-'));
  onTestFinished(() => rm(source, { recursive: true, force: true }));
  await cp('public/sample', source, { recursive: true });
  const catalogue = JSON.parse(readFileSync(join(source, 'catalogue.json'), 'utf8'));
  catalogue.items.push({ id: 'new vase', image, title: 'A vase that was added' });
  await writeFile(join(source, 'catalogue.json'), JSON.stringify(catalogue));
  await buildSite(join(source, 'catalogue.json'), site, ['--parts']);
  const now = partsIn(site);
  expect(now.root).toEqual(earlier.root);
  expect(now.delta).toMatchObject({ added: 1, removed: 0 });
  requests.length = 0;
  await page.reload();
  const { hits, notices } = await hitsOf(search(page, added));
  expect(hits[0]).toMatchObject({ id: 'new vase', item: { title: 'A vase that was added' } });
  expect(hits[0]?.score).toBeGreaterThan(0.9);
  expect(notices).toEqual([]);
  const loaded = requests.filter((path) => /^bundle\/(?!thumbs)/.test(path));
  const kinds = loaded.map((path) => path.replace(/^bundle\/(\w+).*/, '$1'));
  expect(kinds.filter((kind) => !['coarse', 'details', 'fine'].includes(kind)).sort()).toEqual([
    'delta',
    'manifest',
  ]);
  // The segment, and no shard.
  expect(kinds.filter((kind) => kind === 'coarse')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'fine')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'details')).toHaveLength(1);
});
