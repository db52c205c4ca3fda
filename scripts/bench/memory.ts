/**
 * Looks for memory leaks in a long visit: compares page and worker after 200 searches with those after 20, after
 * garbage collection, in a real Chromium driven through its debugging protocol.
 *
 *     heap       JavaScript heap as reported by V8 (page, worker); the minimum of several collections, because the
 *                browser releases displayed content with a delay
 *     buffers    array buffers and WebAssembly memory as reported by V8 (page, worker)
 *     process    private memory of the renderer as reported by the system (Linux only), under memory pressure,
 *                because Chromium otherwise caches decoded pictures (up to 128 MB); the minimum while it settles,
 *                because allocators return free memory with a delay
 *
 * Each round uses a new browser; the medians count. The exit code is 1 if the limit is exceeded.
 *
 * Heap snapshots after 20, 110 and 200 searches show what still grows: machine code that V8 compiles for hot
 * functions, its number-to-string cache (64 kB, once), and the browser's entries of the performance timeline and
 * the history, each with its own limit. The number of objects of our scripts stays constant.
 *
 *     npm run bench -- memory [--json]
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { median } from '../../src/core/median.ts';
import { type Chromium, launchChromium } from './support/chromium-pipe.ts';
import { type SampleSite, serveSampleSite } from './support/sample-site.ts';

const FIRST = 20;
const LAST = 200;
const ROUNDS = 3;
const SETTLE_SECONDS = 10;
const COLLECTIONS = 5;
/** Largest accepted ratio of the last measurement to the first. */
const BAR = 1.1;

interface Usage {
  readonly heap: number;
  readonly buffers: number;
}

interface Measured {
  readonly page: Usage;
  readonly worker: Usage;
  /** Bytes; null if the system does not report it. */
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
  const chromium = await launchChromium();
  try {
    const target = await chromium.send('Target.createTarget', { url: site.server.url });
    const targetId = target.targetId as string;
    const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true });
    const page = sessionId as string;
    // Also attaches to the page's worker when it starts.
    const follow = { autoAttach: true, waitForDebuggerOnStart: false, flatten: true };
    await chromium.send('Target.setAutoAttach', follow, page);
    await elementIsThere(chromium, page);
    await searchAll(chromium, page, site.photos, 0, FIRST);
    const before = await measure(chromium, page);
    const started = performance.now();
    await searchAll(chromium, page, site.photos, FIRST, LAST);
    const seconds = (performance.now() - started) / 1000;
    const after = await measure(chromium, page);
    const { product } = await chromium.send('Browser.getVersion');
    console.error(`${product}: ${LAST - FIRST} searches in ${seconds.toFixed(0)} s`);
    return { before, after };
  } finally {
    await chromium.close();
  }
}

/** Polls for the element, because during a navigation the previous page still answers. */
async function elementIsThere(chromium: Chromium, page: string): Promise<void> {
  const look = `Boolean(customElements.get('soutu-search') && document.querySelector('soutu-search'))`;
  while (!(await evaluate(chromium, page, look).catch(() => false))) await wait(50);
}

/** Searches like a visitor: through the element, which displays each photo and its results. */
async function searchAll(
  chromium: Chromium,
  page: string,
  photos: readonly string[],
  from: number,
  to: number,
): Promise<void> {
  for (let i = from; i < to; i++) {
    const total = await evaluate(
      chromium,
      page,
      `(async () => {
        const element = document.querySelector('soutu-search');
        const photo = await (await fetch(${JSON.stringify(photos[i % photos.length])})).blob();
        await element.searchPhoto(photo);
        return element.response?.total ?? 0;
      })()`,
    );
    if (!total) throw new Error(`Search ${i + 1} found nothing: it measures no search.`);
  }
}

async function evaluate(chromium: Chromium, page: string, expression: string): Promise<unknown> {
  const params = { expression, awaitPromise: true, returnByValue: true };
  const answer = await chromium.send('Runtime.evaluate', params, page);
  if (answer.exceptionDetails) throw new Error(JSON.stringify(answer.exceptionDetails));
  return (answer.result as { value?: unknown }).value;
}

async function measure(chromium: Chromium, page: string): Promise<Measured> {
  const { targetInfos } = await chromium.send('Target.getTargets');
  const workers = (targetInfos as { type: string; targetId: string }[]).filter(
    ({ type }) => type === 'worker',
  );
  const [found] = workers;
  if (!found || workers.length > 1)
    throw new Error(`Expected one worker, found ${workers.length}.`);
  const worker = chromium.sessions.get(found.targetId);
  if (worker === undefined) throw new Error('The worker was not attached.');
  const usage = {
    page: await usageOf(chromium, page),
    worker: await usageOf(chromium, worker),
  };
  await chromium.send('Memory.simulatePressureNotification', { level: 'critical' }, page);
  return { ...usage, process: await settled(chromium) };
}

async function usageOf(chromium: Chromium, session: string): Promise<Usage> {
  const usages: Usage[] = [];
  for (let i = 0; i < COLLECTIONS; i++) {
    if (i > 0) await wait(500);
    await chromium.send('HeapProfiler.collectGarbage', {}, session);
    const usage = (await chromium.send('Runtime.getHeapUsage', {}, session)) as Record<
      string,
      number
    >;
    usages.push({
      heap: (usage.usedSize ?? 0) + (usage.embedderHeapUsedSize ?? 0),
      buffers: usage.backingStorageSize ?? 0,
    });
  }
  return usages.reduce((low, it) => (it.heap + it.buffers < low.heap + low.buffers ? it : low));
}

async function settled(chromium: Chromium): Promise<number | null> {
  let lowest = await privateBytes(chromium);
  for (let i = 0; i < SETTLE_SECONDS && lowest !== null; i++) {
    await wait(1000);
    lowest = Math.min(lowest, (await privateBytes(chromium)) ?? lowest);
  }
  return lowest;
}

/** Private bytes of the renderer with the most CPU time, which is the page's. */
async function privateBytes(chromium: Chromium): Promise<number | null> {
  if (process.platform !== 'linux') return null;
  const { processInfo } = await chromium.send('SystemInfo.getProcessInfo');
  const [renderer] = (processInfo as { type: string; id: number; cpuTime: number }[])
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
  // If the system does not report process memory, the last ratio is NaN and is not checked.
  const met = ratios.slice(-2).every((ratio) => Number.isNaN(ratio) || ratio <= BAR);
  console.log(`Bar: at most ${BAR.toFixed(2)} in the last two lines: ${met ? 'met' : 'MISSED'}`);
  return met;
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`.padStart(11);
