/**
 * Measures the cost of a first visit: bytes and requests from navigation to the first result, by purpose,
 * uncompressed and with brotli; and the savings of a second visit.
 *
 *     npm run bench -- first-visit [SITE] [--first-only] [--json]     SITE: an existing site instead of a new sample site
 *
 * Enlarged catalogues get the index that a build gives them. All bytes with brotli have bars.
 */

import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import type { Manifest } from '../../src/core/bundle/manifest.ts';
import { median } from '../../src/core/median.ts';
import { build } from '../../src/node/build/build.ts';
import { BUNDLE_FOLDER } from '../../src/node/search/folder-source.ts';
import { findBrowser, LAUNCH_ARGS } from '../browser/find.ts';
import { type Sent, serveCounting } from './support/counting-host.ts';
import { enlargeBundle } from './support/enlarge-bundle.ts';
import { hasRealVectors } from './support/real-vectors.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PHOTO = at('public/sample/queries/vase-001.jpg');
/** All bytes to the first result with brotli, by the number of items; the first is the sample. */
type Bar = readonly [items: number, bytes: number];
const BARS: readonly Bar[] = [
  [294, 1.75e6],
  [1000, 1.85e6],
  [10_000, 2.4e6],
  [110_000, 2.2e6],
];
/** From so many items on, the vectors are those of real photos. */
const REAL_FROM = 100_000;
const ROUNDS = 5;
/** 10 Mbit/s with 40 ms latency, a good mobile connection; without it, the connection is not throttled. */
const PHONE_LINE = { latency: 40, downloadThroughput: 1_250_000, uploadThroughput: 250_000 };

const KINDS = ['page', 'engine', 'model', 'index', 'pictures'] as const;
type Kind = (typeof KINDS)[number];

/** Classifies a file by its name; unknown names count as part of the page. */
function kindOf(path: string): Kind {
  if (/^bundle\/thumbs\/|\.(webp|jpe?g|png)$/.test(path)) return 'pictures';
  if (/^bundle\/weights-/.test(path)) return 'model';
  if (path.startsWith('bundle/')) return 'index';
  return /\.wasm$|\/(ort|onnx|kernel)[\w.-]*\.m?js$/.test(path) ? 'engine' : 'page';
}

export async function run(args: readonly string[]): Promise<void> {
  const given = args.find((arg) => !arg.startsWith('-'));
  const folder = await mkdtemp(join(tmpdir(), 'soutu-first-visit-'));
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...LAUNCH_ARGS],
  });
  try {
    const site = given ?? join(folder, 'sample');
    if (!given) {
      console.error('Building the sample shop');
      await build({ photos: at('public/sample/catalogue.json'), out: site });
    }
    console.log(
      `${browser.version()}; kB of bodies up to the first result, requests in brackets\n`,
    );
    console.log(row('items', 'served as', ['all', ...KINDS]));
    const visits = await measureVisits(browser, site);
    const bars = BARS.filter(([count]) => count < REAL_FROM || hasRealVectors());
    if (bars.length < BARS.length) console.log('Without ../shared/data, the largest is left out.');
    for (const [count] of bars.slice(1)) {
      const large = join(folder, String(count));
      await cp(site, large, { recursive: true });
      await enlargeBundle(join(large, BUNDLE_FOLDER), count, {
        vectors: count >= REAL_FROM ? 'real' : 'neighbours',
      });
      visits.push(...(await measureVisits(browser, large)));
    }
    if (!given) checkBars(visits, bars);
    const isShort = args.includes('--first-only');
    const secondVisits = isShort ? [] : await measureSecondVisits(browser, site);
    if (args.includes('--json')) console.log(JSON.stringify({ visits, secondVisits }));
  } finally {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function checkBars(visits: readonly Visit[], bars: readonly Bar[]): void {
  console.log('');
  for (const [count, bar] of bars) {
    const visit = visits.find(({ items, brotli }) => brotli && items === count);
    if (!visit) throw new Error(`No visit of ${count} items was measured.`);
    const isMet = visit.all.bytes <= bar;
    if (!isMet) process.exitCode = 1;
    console.log(
      `${count} items: ${(visit.all.bytes / 1e6).toFixed(2)} MB, bar ${bar / 1e6} MB: ${isMet ? 'met' : 'MISSED'}`,
    );
  }
}

interface Cost {
  readonly requests: number;
  readonly bytes: number;
}

type Visit = { readonly items: number; readonly brotli: boolean } & Readonly<
  Record<'all' | Kind, Cost>
>;

async function measureVisits(browser: Browser, site: string): Promise<Visit[]> {
  const manifest = await readFile(join(site, BUNDLE_FOLDER, 'manifest.json'), 'utf8');
  const { count: items } = (JSON.parse(manifest) as Manifest).items;
  const visits: Visit[] = [];
  for (const brotli of [false, true]) {
    const host = await serveCounting(site, brotli);
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(host.url);
      const offline = offlineReady(page);
      const answered = await firstResult(page);
      const sent = [...host.sent];
      // A request appears in the log when it ends.
      await offline;
      const later = await requestedSince(page, answered);
      const costs = costsOf(sent.filter(({ path }) => !later.has(path)));
      visits.push({ items, brotli, ...costs });
      const cells = (['all', ...KINDS] as const).map((kind) => cell(costs[kind]));
      console.log(row(String(items), brotli ? 'brotli 9' : 'is', cells));
    } finally {
      await context.close();
      await host.close();
    }
  }
  return visits;
}

function costsOf(sent: readonly Sent[]): Record<'all' | Kind, Cost> {
  const costs = Object.fromEntries(
    ['all', ...KINDS].map((kind) => [kind, { requests: 0, bytes: 0 }]),
  ) as Record<'all' | Kind, { requests: number; bytes: number }>;
  for (const { path, bytes } of sent) {
    for (const kind of ['all', kindOf(path)] as const) {
      costs[kind].requests++;
      costs[kind].bytes += bytes;
    }
  }
  return costs;
}

function cell({ requests, bytes }: Cost): string {
  return `${(bytes / 1000).toFixed(0)} (${requests})`;
}

function row(items: string, served: string, cells: readonly string[]): string {
  return `${items.padStart(6)}  ${served.padEnd(10)}${cells.map((it) => it.padStart(14)).join('')}`;
}

function offlineReady(page: Page): Promise<unknown> {
  return page.evaluate(
    `new Promise((resolve) => {
      document.addEventListener('soutu-offline', () => resolve(null), { once: true });
    })`,
  );
}

/** Paths of requests that no visitor waits for: the remaining thumbnails, and the files for offline use. */
async function requestedSince(page: Page, ms: number): Promise<Set<string>> {
  const urls = await page.evaluate<string[]>(
    `performance.getEntriesByType('resource')
      .filter(({ startTime }) => startTime >= ${ms}).map(({ name }) => name)`,
  );
  // Browsers do not list service workers among a page's resources.
  return new Set(['sw.js', ...urls.map((url) => new URL(url).pathname.slice(1))]);
}

/** @returns milliseconds since the navigation */
async function firstResult(page: Page): Promise<number> {
  const answer = page.evaluate<number>(
    `new Promise((resolve, reject) => {
      document.addEventListener('soutu-results', () => resolve(performance.now()), { once: true });
      document.addEventListener('soutu-error', ({ detail }) => reject(detail), { once: true });
    })`,
  );
  await page.locator('soutu-search input[type=file]').first().setInputFiles(PHOTO);
  return answer;
}

/** Waits until the model and catalogue are loaded; loading starts as when a visitor reaches the element. */
async function ready(context: BrowserContext, url: string, line?: typeof PHONE_LINE) {
  const page = await context.newPage();
  if (line) {
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    await session.send('Network.emulateNetworkConditions', { offline: false, ...line });
  }
  await page.goto(url);
  const ms = await page.evaluate<number>(
    `(async () => {
      const element = document.querySelector('soutu-search');
      element.shadowRoot.querySelector('[part~=choose]').focus();
      await element.search.preload();
      return performance.now();
    })()`,
  );
  return { page, ms };
}

async function measureSecondVisits(browser: Browser, site: string) {
  const results: { line: string; first: number; second: number }[] = [];
  console.log('\nMilliseconds from navigation to ready, the sample shop, medians');
  for (const [name, line, rounds] of [
    ['this machine', undefined, ROUNDS],
    ['10 Mbit/s, 40 ms', PHONE_LINE, 3],
  ] as const) {
    const host = await serveCounting(site, false);
    const times: { first: number; second: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const context = await browser.newContext();
      const first = await ready(context, host.url, line);
      const offline = offlineReady(first.page);
      await firstResult(first.page);
      await offline;
      await first.page.close();
      const second = await ready(context, host.url, line);
      times.push({ first: first.ms, second: second.ms });
      await context.close();
    }
    await host.close();
    const first = median(times.map((it) => it.first));
    const second = median(times.map((it) => it.second));
    console.log(
      `${name.padEnd(20)}first ${first.toFixed(0)}, second ${second.toFixed(0)}, ` +
        `ratio ${(second / first).toFixed(2)} (${rounds} rounds)`,
    );
    results.push({ line: name, first, second });
  }
  return results;
}
