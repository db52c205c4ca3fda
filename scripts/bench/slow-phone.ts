/**
 * Measures the time from navigation to the first visible hit on a slow phone: a processor slowed down 4 times, and the
 * network "Fast 3G", as in the presets of Chromium's developer tools. The photo is given as soon as the element
 * accepts one. `cold` is a first visit, `warm` a second one. The host compresses text with brotli.
 *
 *     npm run bench -- slow-phone [SITE] [--rounds N] [--waterfall] [--json]
 *                                             SITE: an existing site instead of a new sample site
 *
 * Chromium slows down the page's thread only, not its workers; the network is slow for both, but not for a service
 * worker, so a warm visit is measured without one: it would serve the page from the device, faster than the network.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContext, chromium, devices, type Page } from 'playwright';
import { median } from '../../src/core/median.ts';
import { build } from '../../src/node/build/build.ts';
import { findBrowser, LAUNCH_ARGS } from '../browser/find.ts';
import { serveCounting } from './support/counting-host.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const PHOTO = at('public/sample/queries/vase-001.jpg');
const CPU_SLOWDOWN = 4;
/** Fast 3G: 1.6 Mbit/s × 0.9 down, 750 kbit/s × 0.9 up, 150 ms × 3.75. Bytes per second and milliseconds. */
const FAST_3G = { latency: 562.5, downloadThroughput: 180_000, uploadThroughput: 84_375 };
const PHONE = 'Pixel 5';
/** How long a first result may take before the measurement fails, in milliseconds. */
const PATIENCE = 120_000;

/** Milliseconds since the navigation. */
interface Times {
  /** The element accepts a photo. */
  readonly ready: number;
  /** The first hit has a place on the screen. */
  readonly hit: number;
  /** Its thumbnail is displayed. */
  readonly picture: number;
}

interface Loaded {
  readonly name: string;
  readonly start: number;
  readonly response: number;
  readonly end: number;
  readonly bytes: number;
}

export async function run(args: readonly string[]): Promise<void> {
  const rounds = Number(args[args.indexOf('--rounds') + 1]) || 3;
  const given = args.find((arg, i) => !arg.startsWith('-') && args[i - 1] !== '--rounds');
  const folder = await mkdtemp(join(tmpdir(), 'soutu-slow-phone-'));
  const site = given ?? join(folder, 'sample');
  if (!given) {
    console.error('Building the sample shop');
    await build({ photos: at('public/sample/catalogue.json'), out: site });
  }
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...LAUNCH_ARGS],
  });
  const host = await serveCounting(site, true);
  const photo = (await readFile(PHOTO)).toString('base64');
  try {
    const cold: Times[] = [];
    const warm: Times[] = [];
    let waterfall: Loaded[] = [];
    for (let round = 0; round < rounds; round++) {
      const context = await browser.newContext({
        ...devices[PHONE],
        serviceWorkers: 'block',
        reducedMotion: 'reduce',
      });
      await context.addInitScript(measure(photo));
      const first = await visit(context, host.url);
      cold.push(first.times);
      waterfall = first.loaded;
      // The files are stored after the answer.
      await first.page.waitForTimeout(1500);
      await first.page.close();
      warm.push((await visit(context, host.url)).times);
      await context.close();
    }
    console.log(
      `${PHONE}, CPU slowed down ${CPU_SLOWDOWN} times, Fast 3G, Chromium ${browser.version()}, ` +
        `medians of ${rounds}, milliseconds since the navigation\n`,
    );
    console.log(`${'visit'.padEnd(6)}${HEAD.map((name) => name.padStart(10)).join('')}`);
    const results = { cold: mediansOf(cold), warm: mediansOf(warm) };
    for (const [name, times] of Object.entries(results)) {
      const cells = HEAD.map((key) => times[key].toFixed(0).padStart(10));
      console.log(`${name.padEnd(6)}${cells.join('')}`);
    }
    if (args.includes('--waterfall')) printWaterfall(waterfall);
    if (args.includes('--json')) console.log(JSON.stringify({ ...results, waterfall }));
  } finally {
    await browser.close();
    await host.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const HEAD = ['ready', 'hit', 'picture'] as const;

function mediansOf(times: readonly Times[]): Times {
  const of = (key: keyof Times) => median(times.map((it) => it[key]));
  return { ready: of('ready'), hit: of('hit'), picture: of('picture') };
}

/** A script that runs in the page before its own. It looks at every frame: what is painted is what a visitor sees. */
const measure = (base64: string): string => `{
  const bytes = Uint8Array.from(atob('${base64}'), (char) => char.charCodeAt(0));
  const photo = new File([bytes], 'photo.jpg', { type: 'image/jpeg' });
  const times = { ready: 0, hit: 0, picture: 0 };
  globalThis.slowPhone = times;
  const look = () => {
    const root = document.querySelector('soutu-search')?.shadowRoot;
    const input = root?.querySelector('input[type=file]');
    if (!input) return;
    if (times.ready === 0) {
      times.ready = performance.now();
      const data = new DataTransfer();
      data.items.add(photo);
      input.files = data.files;
      input.dispatchEvent(new Event('change', { bubbles: true }));
    }
    const hit = root.querySelector('[part~=hit]');
    if (hit && times.hit === 0 && hit.getClientRects().length > 0) times.hit = performance.now();
    const image = hit?.querySelector('img[part~=thumb]');
    if (image?.complete && image.naturalWidth > 0) times.picture = performance.now();
  };
  const frame = () => {
    look();
    if (times.picture === 0) requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}`;

async function visit(
  context: BrowserContext,
  url: string,
): Promise<{ times: Times; loaded: Loaded[]; page: Page }> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', { offline: false, ...FAST_3G });
  await session.send('Emulation.setCPUThrottlingRate', { rate: CPU_SLOWDOWN });
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction('globalThis.slowPhone?.picture > 0', null, {
    timeout: PATIENCE,
    polling: 200,
  });
  const times = await page.evaluate<Times>('globalThis.slowPhone');
  const origin = await page.evaluate<number>('performance.timeOrigin');
  const loaded = await page.evaluate<Loaded[]>(ENTRIES, 0);
  for (const worker of page.workers()) {
    const own = await worker.evaluate<{ at: number; list: Loaded[] }>(
      `({ at: performance.timeOrigin, list: ${ENTRIES} })`,
    );
    const late = own.at - origin;
    for (const it of own.list) {
      loaded.push({
        ...it,
        start: it.start + late,
        response: it.response + late,
        end: it.end + late,
      });
    }
  }
  return { times, loaded: loaded.sort((a, b) => a.start - b.start), page };
}

const ENTRIES = `[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].map(
  (it) => ({ name: new URL(it.name).pathname, start: it.startTime, response: it.responseStart,
    end: it.responseEnd, bytes: it.transferSize }))`;

/** Start, first byte and end of each download, and a bar with 10 characters per second. */
function printWaterfall(loaded: readonly Loaded[]): void {
  console.log('\nDownloads of the last cold visit');
  for (const { name, start, response, end, bytes } of loaded) {
    const [from, to] = [Math.round(start / 100), Math.round(end / 100)];
    const figures = [start, response, end].map((ms) => ms.toFixed(0).padStart(6)).join('');
    console.log(
      `${name
        .split('/')
        .slice(-1)[0]
        ?.replace(/-[0-9a-f]{16}/, '')
        .padEnd(28)}${figures}` +
        `${(bytes / 1000).toFixed(1).padStart(8)} kB ${' '.repeat(from)}${'█'.repeat(Math.max(1, to - from))}`,
    );
  }
}
