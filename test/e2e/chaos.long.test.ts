/**
 * What phones, trains and small devices do to a visit, by the browser's debugging protocol: each time the
 * visitor gets his answer, or is told what stands in the way, and nothing is fetched twice for it.
 */
import { cp, link, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, CDPSession, Page } from 'playwright';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { MANIFEST_FILE } from '../../src/core/bundle/manifest.ts';
import type { SoutuEventMap } from '../../src/widget/soutu-search.ts';
import { SlowHost } from './support/slow-host.ts';
import { errorOf, hitsOf, search, visit } from './support/visit.ts';

const site = inject('sampleSite');
const vase = 'public/sample/queries/vase-001.jpg';
const bowl = 'public/sample/queries/bowl-001.jpg';
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const wait = { timeout: 20_000, interval: 25 };

/** As when the system needs the memory: the tab is gone, with its worker. */
async function crash(context: BrowserContext, page: Page): Promise<void> {
  const session = await context.newCDPSession(page);
  const gone = page.waitForEvent('crash');
  // Nobody is left to answer.
  session.send('Page.crash').catch(() => undefined);
  await gone;
  await page.close();
}

/** The page's conditions hold for its worker, too. */
async function network(session: CDPSession, line: { offline?: boolean; bytesPerSecond?: number }) {
  const { offline = false, bytesPerSecond = -1 } = line;
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', {
    offline,
    latency: bytesPerSecond > 0 ? 150 : 0,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  });
}

const words = (page: Page) =>
  page.evaluate(() => document.querySelector('soutu-search')?.shadowRoot?.textContent ?? '');

test('a first load is broken twice, by a dead line and by the end of the tab: at most a tenth more is sent', async () => {
  const host = new SlowHost(site, 4000);
  const { page, context, url } = await visit(site, {
    answer: host.answer,
    expectConsole: /Failed to load resource/,
  });
  const session = await context.newCDPSession(page);
  const failed = errorOf(search(page, vase));
  await expect.poll(() => host.partOf('bundle/weights-'), wait).toBeGreaterThan(0.3);
  await network(session, { offline: true });
  host.goDown();
  const { name, message } = await failed;
  expect(name).toBe('NetworkError');
  expect(message).toMatch(/the connection broke after \d+ bytes|cannot be reached/);
  expect(message).toMatch(/[Tt]ry again\.$/);

  host.comeBack();
  await network(session, {});
  void search(page, vase).catch(() => undefined);
  await expect.poll(() => host.partOf('bundle/weights-'), wait).toBeGreaterThan(0.7);
  await crash(context, page);

  const again = await context.newPage();
  await again.goto(url);
  const { hits } = await hitsOf(search(again, vase));
  expect(hits[0]?.group).toBe('vase-001');
  const ratio = host.sent / host.size;
  const sent = `${host.sent} bytes sent for ${host.size}`;
  expect(ratio, sent).toBeGreaterThanOrEqual(1);
  expect(ratio, sent).toBeLessThanOrEqual(1.1);
});

test('two tabs at once: each file is fetched once, and both answer', async () => {
  const host = new SlowHost(site, 700);
  const { page, context, url } = await visit(site, { answer: host.answer });
  const second = await context.newPage();
  await second.goto(url);
  const [one, two] = await Promise.all([hitsOf(search(page, vase)), hitsOf(search(second, bowl))]);
  expect([one.hits[0]?.group, two.hits[0]?.group]).toEqual(['vase-001', 'bowl-001']);
  expect([...host.asked].sort()).toEqual([...new Set(host.asked)].sort());
});

test('at the speed of 3G: the page says what is on its way and how much, and goes on by itself', async () => {
  const { page, context } = await visit(site);
  const session = await context.newCDPSession(page);
  await network(session, { bytesPerSecond: 200_000 });
  const since = performance.now();
  const answer = hitsOf(search(page, vase));
  const loaded = async () => {
    const [, now, total] = /([\d.]+) of ([\d.]+) MB/.exec(await words(page)) ?? [];
    return { now: Number(now ?? 0), total: Number(total ?? 0) };
  };
  await expect.poll(async () => (await loaded()).now, wait).toBeGreaterThan(0);
  const first = await loaded();
  await expect.poll(async () => (await loaded()).now, wait).toBeGreaterThan(first.now);
  const later = await loaded();
  const seconds = (performance.now() - since) / 1000;
  // No more than the line carries: what is told is what has come, not what was asked for.
  expect(later.now).toBeLessThan(0.2 * seconds + 0.3);
  expect(later.now).toBeLessThanOrEqual(later.total);
  await network(session, {});
  expect((await answer).hits[0]?.group).toBe('vase-001');
});

test('storage full: the answer comes all the same and says what it costs; with room again all is kept', async () => {
  const { page, context, url, requests } = await visit(site);
  const session = await context.newCDPSession(page);
  const origin = new URL(url).origin;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 400_000 });
  const kept = page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener(
          'soutu-offline',
          (event) =>
            resolve((event as SoutuEventMap['soutu-offline']).detail.error?.message ?? 'kept'),
          { once: true },
        );
      }),
  );
  const { hits, notices } = await hitsOf(search(page, vase));
  expect(hits[0]?.group).toBe('vase-001');
  expect(notices.map(({ code }) => code)).toEqual(['memory-only']);
  // A page that cannot be kept says so, and does not keep anybody waiting.
  expect(await kept).toMatch(
    /^This page could not be saved for offline use \(.+\)\. The device may be full/,
  );

  await session.send('Storage.overrideQuotaForOrigin', { origin });
  await page.reload();
  expect((await hitsOf(search(page, vase))).notices).toEqual([]);
  // Files are stored after the answer, so that a reload may still come too early for some.
  const loadedAgain = async () => {
    requests.length = 0;
    await page.reload();
    expect((await hitsOf(search(page, bowl))).hits[0]?.group).toBe('bowl-001');
    return requests.filter((path) => /^bundle\/\w+-|\.wasm$/.test(path));
  };
  await expect.poll(loadedAgain, wait).toEqual([]);
});

test('the database is deleted under the page: the search goes on, and what comes later is kept', async () => {
  const host = new SlowHost(site, 1500);
  const { page, context, url, requests } = await visit(site, { answer: host.answer });
  // Another tab of the same site.
  const other = await context.newPage();
  await other.goto(url);
  const goOn = host.holdAt('bundle/weights-', 0.6);
  const answer = hitsOf(search(page, vase));
  await expect.poll(() => host.partOf('bundle/weights-'), wait).toBeGreaterThan(0.5);
  await other.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase('soutu');
        request.onsuccess = resolve;
        request.onerror = reject;
      }),
  );
  goOn();
  const { hits, notices } = await answer;
  expect(hits[0]?.group).toBe('vase-001');
  expect(notices).toEqual([]);
  // What was deleted is loaded again, what came later is not.
  requests.length = 0;
  await page.reload();
  expect((await hitsOf(search(page, bowl))).hits[0]?.group).toBe('bowl-001');
  expect(requests.filter((path) => path.startsWith('bundle/weights-'))).toEqual([]);
});

describe('a release that is swapped', () => {
  /** Begins the hash in each name of the next release. */
  const NEXT = '-01234567';

  /** A copy of the site, and a way to put the next release in its place: other names for all. */
  async function shop() {
    const folder = await mkdtemp(join(tmpdir(), 'soutu-swap-'));
    folders.push(folder);
    await cp(site, folder, { recursive: true });
    const bundle = join(folder, 'bundle');
    const path = join(bundle, MANIFEST_FILE);
    // As the build does: new names beside the old ones, the manifest by a rename, and then the old names go.
    const swap = async () => {
      const names = new Map<string, string>();
      const text = JSON.stringify(JSON.parse(await readFile(path, 'utf8')), (key, value) => {
        if (key === 'name') return 'next';
        if (key !== 'file') return value;
        // A release has several files of one kind, as the vectors for soft photos: half of each hash stays.
        const next = value.replace(/-[0-9a-f]{8}/, NEXT);
        names.set(value, next);
        return next;
      });
      for (const [old, next] of names) await link(join(bundle, old), join(bundle, next));
      await writeFile(`${path}.tmp`, text);
      await rename(`${path}.tmp`, path);
      for (const old of names.keys()) await rm(join(bundle, old));
    };
    return { folder, swap };
  }

  test.each([
    ['manifest and files', 'bundle/columns-', 404],
    ['the catalogue and the model', 'bundle/weights-', 404],
    [
      'the catalogue and the model, where missing files are answered by a page',
      'bundle/weights-',
      200,
    ],
  ])('between %s: the new one is found whole, and the page knows it', async (_, from, status) => {
    const { folder, swap } = await shop();
    let swapped: Promise<void> | null = null;
    const { page } = await visit(folder, {
      // The files of the old release are gone, and the browser says so.
      expectConsole: /404/,
      answer(path, request, response) {
        if (!path.startsWith(from) || path.includes(NEXT)) return false;
        swapped ??= swap();
        void swapped.then(() => {
          response.writeHead(status, { 'Content-Type': 'text/html' });
          response.end('<!doctype html><title>Shop</title>');
        });
        request.resume();
        return true;
      },
    });
    const { hits, model, notices } = await hitsOf(search(page, vase));
    expect(hits[0]?.group).toBe('vase-001');
    expect(model).toBe('next');
    expect(notices).toEqual([]);
    const known = await page.evaluate(() => document.querySelector('soutu-search')?.search?.info());
    expect(known?.model).toBe('next');
  });
});
