/**
 * Nothing on the page moves by itself while a visitor searches: not before the script is there, not while the photo
 * is searched, and not when the answer comes. The standard measure (CLS) leaves out shifts within 500 ms of an input.
 * Visitors see those, too, so they count here.
 */
import type { Page } from 'playwright';
import { describe, expect, inject, test } from 'vitest';
import { hitsOf, search, type Visit, visit } from './support/visit.ts';

const site = inject('sampleSite');

const DESKTOP = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };
/** As a phone of the middle class: a quarter of this machine's speed, and 3G. */
const PHONE_CPU = 4;
const FAST_3G = { latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 };

interface Shift {
  readonly value: number;
  readonly hadRecentInput: boolean;
  /** The class or tag of what moved, from where, and where to; browsers do not name nodes of shadow trees. */
  readonly moved: readonly string[];
}

/** Runs in the page. */
function recordShifts(): void {
  const shifts: Shift[] = [];
  Object.assign(globalThis, { shifts });
  const nameOf = (node: Node | null) => {
    const element = node instanceof Element ? node : node?.parentElement;
    return element?.className || element?.tagName || 'in the element';
  };
  const place = ({ x, y, width, height }: DOMRectReadOnly) => [x, y, width, height].map(Math.round);
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { value, hadRecentInput, sources } = entry as PerformanceEntry & {
        readonly value: number;
        readonly hadRecentInput: boolean;
        readonly sources: readonly {
          readonly node: Node | null;
          readonly previousRect: DOMRectReadOnly;
          readonly currentRect: DOMRectReadOnly;
        }[];
      };
      const moved = sources.map(
        ({ node, previousRect, currentRect }) =>
          `${nameOf(node)}: ${place(previousRect)} → ${place(currentRect)}`,
      );
      shifts.push({ value, hadRecentInput, moved });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

async function shiftsOf(page: Page): Promise<readonly Shift[]> {
  // Long enough for the last thumbnail, the list of recent queries and a frame after them.
  await page.waitForTimeout(1500);
  return page.evaluate(() => (globalThis as unknown as { readonly shifts: Shift[] }).shifts);
}

const sum = (shifts: readonly Shift[]) => shifts.reduce((total, { value }) => total + value, 0);

function expectCalm(when: string, shifts: readonly Shift[]): void {
  const said = `${when}: ${JSON.stringify(shifts, null, 1)}`;
  expect(sum(shifts.filter(({ hadRecentInput }) => !hadRecentInput)), said).toBeLessThanOrEqual(
    0.02,
  );
  expect(sum(shifts), `with input, ${said}`).toBeLessThanOrEqual(0.02);
}

/** A fresh page of the visit, on this kind of device. */
async function open({ context, url }: Visit, size: typeof PHONE, slow: boolean): Promise<Page> {
  const page = await context.newPage();
  await page.setViewportSize(size);
  await page.addInitScript(recordShifts);
  if (slow) {
    const device = await context.newCDPSession(page);
    await device.send('Emulation.setCPUThrottlingRate', { rate: PHONE_CPU });
    await device.send('Emulation.setTouchEmulationEnabled', { enabled: true });
    await device.send('Network.enable');
    await device.send('Network.emulateNetworkConditions', { offline: false, ...FAST_3G });
  }
  await page.goto(url);
  await page.locator('soutu-search [part~=choose]').waitFor();
  return page;
}

describe.each([
  ['desktop', DESKTOP, false],
  ['phone', PHONE, true],
] as const)('%s', (_, size, slow) => {
  test('cold, warm, and a second search: nothing moves', async () => {
    const shop = await visit(site);
    const cold = await open(shop, size, slow);
    const query = 'public/sample/queries/vase-001.jpg';
    expect((await hitsOf(search(cold, query))).hits[0]?.group).toBe('vase-001');
    expectCalm('cold', await shiftsOf(cold));
    await cold.close();

    const warm = await open(shop, size, slow);
    await warm.locator('soutu-search [part=recent-query]').waitFor();
    await hitsOf(search(warm, query));
    expectCalm('warm', await shiftsOf(warm));
  });
});

test('a phone shows the first row without scrolling, and the crop sheet leaves it visible', async () => {
  const shop = await visit(site);
  const page = await open(shop, PHONE, false);
  await hitsOf(search(page, 'public/sample/queries/vase-001.jpg'));
  const boxes = async (part: string) => {
    const found = await page.locator(`soutu-search [part~=${part}]`).all();
    return Promise.all(found.map(async (one) => (await one.boundingBox()) ?? fail(part)));
  };
  const [first, ...others] = await boxes('card');
  const row = [first, ...others].filter((card) => card?.y === first?.y);
  for (const card of row) expect((card?.y ?? 0) + (card?.height ?? 0)).toBeLessThan(PHONE.height);

  await page.locator('soutu-search [part~=menu]').click();
  await page.getByRole('button', { name: 'Choose a part' }).click();
  await page.locator('soutu-search [part=crop]').waitFor();
  const [sheet] = await boxes('sheet');
  expect((sheet?.y ?? 0) + (sheet?.height ?? 0), 'at the lower edge').toBe(PHONE.height);
  const [picture] = await boxes('picture');
  expect(picture?.y).toBeGreaterThanOrEqual(0);
  expect((picture?.y ?? 0) + (picture?.height ?? 0), 'above the sheet').toBeLessThan(sheet?.y ?? 0);
});

function fail(part: string): never {
  throw new Error(`The part "${part}" is not visible.`);
}

test('the measure sees a shift', async () => {
  const shop = await visit(site);
  const page = await open(shop, DESKTOP, false);
  await page.evaluate(() => {
    const bar = document.createElement('div');
    bar.style.height = '200px';
    document.body.prepend(bar);
  });
  expect(sum(await shiftsOf(page))).toBeGreaterThan(0.1);
});
