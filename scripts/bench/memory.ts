/**
 * Memory of a visit that goes on: page and worker after 200 searches against those after 20, garbage
 * collected, in a real Chromium by way of its debugging protocol.
 *
 *     heap       what scripts hold, by V8 (page, worker)
 *     buffers    array buffers and WebAssembly's memory, by V8 (page, worker)
 *     process    memory of the renderer that nobody shares, by the system (Linux only), when it is short of
 *                memory: Chromium keeps decoded pictures (up to 128 MB) until then; and at its lowest while it
 *                settles, for allocators give back what is free when they come to it
 *
 * A new browser for each round; the medians count. The exit code is 1 where the bar is missed.
 *
 *     npm run bench -- memory [--json]
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type CDPSession, chromium, type Page } from 'playwright';
import { findBrowser, LAUNCH_ARGS } from '../browser/find.ts';
import { type SampleSite, serveSampleSite } from './support/sample-site.ts';

const FIRST = 20;
const LAST = 200;
const ROUNDS = 3;
const SETTLE_SECONDS = 10;
/** After the last against after the first. */
const BAR = 1.1;

interface Usage {
  readonly heap: number;
  readonly buffers: number;
}

interface Measured {
  readonly page: Usage;
  readonly worker: Usage;
  /** Bytes; null where the system does not tell. */
  readonly process: number | null;
}

interface Round {
  readonly before: Measured;
  readonly after: Measured;
}

export async function run(args: readonly string[]): Promise<void> {
  const site = await serveSampleSite();
  try {
    const rounds: Round[] = [];
    for (let i = 0; i < ROUNDS; i++) rounds.push(await measureRound(site));
    if (!report(rounds)) process.exitCode = 1;
    if (args.includes('--json')) console.log(JSON.stringify(rounds));
  } finally {
    await site.close();
  }
}

async function measureRound(site: SampleSite): Promise<Round> {
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...LAUNCH_ARGS],
  });
  try {
    const page = await browser.newPage();
    await page.goto(site.server.url);
    const session = await browser.newBrowserCDPSession();
    await searchAll(page, site.photos, 0, FIRST);
    const before = await measure(session);
    const started = performance.now();
    await searchAll(page, site.photos, FIRST, LAST);
    const seconds = (performance.now() - started) / 1000;
    const after = await measure(session);
    console.error(
      `Chromium ${browser.version()}: ${LAST - FIRST} searches in ${seconds.toFixed(0)} s`,
    );
    return { before, after };
  } finally {
    await browser.close();
  }
}

/** As a visitor: by the element, which shows each photo and its hits. */
async function searchAll(page: Page, photos: readonly string[], from: number, to: number) {
  for (let i = from; i < to; i++) {
    const total = await page.evaluate(
      async (url) => {
        interface Element {
          searchPhoto(photo: unknown): Promise<void>;
          readonly response: { readonly total: number } | null;
        }
        // Scripts know nothing of the page's types.
        const { document, fetch } = globalThis as unknown as {
          document: { querySelector(selector: string): Element };
          fetch(url: string): Promise<{ blob(): Promise<unknown> }>;
        };
        const element = document.querySelector('soutu-search');
        await element.searchPhoto(await (await fetch(url)).blob());
        return element.response?.total ?? 0;
      },
      photos[i % photos.length] as string,
    );
    if (total === 0) throw new Error(`Search ${i + 1} found nothing: it measures no search.`);
  }
}

async function measure(session: CDPSession): Promise<Measured> {
  const { targetInfos } = await session.send('Target.getTargets');
  const target = (type: string) => {
    const found = targetInfos.filter((info) => info.type === type && info.url !== '');
    if (found.length !== 1) throw new Error(`Expected one ${type}, found ${found.length}.`);
    return (found[0] as { targetId: string }).targetId;
  };
  const page = await usageOf(session, target('page'));
  const worker = await usageOf(session, target('worker'));
  return { page, worker, process: await settled(session) };
}

async function usageOf(browser: CDPSession, targetId: string): Promise<Usage> {
  // Workers have no session of their own in Playwright: the protocol's older way, by messages.
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: false });
  let last = 0;
  const ask = (method: string, params = {}) =>
    new Promise<Record<string, number>>((resolve) => {
      const id = ++last;
      const listen = (event: { sessionId: string; message: string }) => {
        const answer = JSON.parse(event.message);
        if (event.sessionId !== sessionId || answer.id !== id) return;
        browser.off('Target.receivedMessageFromTarget', listen);
        resolve(answer.result ?? {});
      };
      browser.on('Target.receivedMessageFromTarget', listen);
      const message = JSON.stringify({ id, method, params });
      void browser.send('Target.sendMessageToTarget', { sessionId, message });
    });
  // Again for what the first collection has only let go of.
  for (let i = 0; i < 3; i++) await ask('HeapProfiler.collectGarbage');
  const usage = await ask('Runtime.getHeapUsage');
  await ask('Memory.simulatePressureNotification', { level: 'critical' });
  await browser.send('Target.detachFromTarget', { sessionId });
  return {
    heap: (usage.usedSize ?? 0) + (usage.embedderHeapUsedSize ?? 0),
    buffers: usage.backingStorageSize ?? 0,
  };
}

async function settled(session: CDPSession): Promise<number | null> {
  let lowest = await privateBytes(session);
  for (let i = 0; i < SETTLE_SECONDS && lowest !== null; i++) {
    await wait(1000);
    lowest = Math.min(lowest, (await privateBytes(session)) ?? lowest);
  }
  return lowest;
}

/** Of the renderer with the most work done: the page's. */
async function privateBytes(browser: CDPSession): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const [renderer] = processInfo
    .filter(({ type }) => type === 'renderer')
    .sort((a, b) => b.cpuTime - a.cpuTime);
  if (!renderer) return null;
  const rollup = await readFile(`/proc/${renderer.id}/smaps_rollup`, 'utf8');
  const kilobytes = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB$/gm)].map(([, kB]) => Number(kB));
  return kilobytes.reduce((sum, kB) => sum + kB, 0) * 1024;
}

function report(rounds: readonly Round[]): boolean {
  const all = ({ page, worker }: Measured) =>
    page.heap + page.buffers + worker.heap + worker.buffers;
  const rows: readonly [name: string, of: (measured: Measured) => number][] = [
    ['page, heap', ({ page }) => page.heap],
    ['page, buffers', ({ page }) => page.buffers],
    ['worker, heap', ({ worker }) => worker.heap],
    ['worker, buffers', ({ worker }) => worker.buffers],
    ['page and worker', all],
    ['process', (measured) => measured.process ?? Number.NaN],
  ];
  console.log(`Medians of ${ROUNDS} rounds`);
  console.log(
    `${''.padEnd(16)}${`after ${FIRST}`.padStart(11)}${`after ${LAST}`.padStart(11)}    ratio`,
  );
  const ratios = rows.map(([name, of]) => {
    const first = median(rounds.map(({ before }) => of(before)));
    const last = median(rounds.map(({ after }) => of(after)));
    const ratio = last / first;
    console.log(
      `${name.padEnd(16)}${megabytes(first)}${megabytes(last)}${ratio.toFixed(3).padStart(9)}`,
    );
    return ratio;
  });
  // Where the system does not tell there is no last line to judge.
  const met = ratios.slice(-2).every((ratio) => Number.isNaN(ratio) || ratio <= BAR);
  console.log(`Bar: at most ${BAR.toFixed(2)} in the last two lines: ${met ? 'met' : 'MISSED'}`);
  return met;
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`.padStart(11);
