/** A page in a real browser that puts what it found into `window.found`. */
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, afterEach, expect } from 'vitest';
import { findBrowser, LAUNCH_ARGS } from '../../../scripts/browser/find.ts';

/** Ids of the best hits, or the words of the error. */
export interface Found {
  readonly client?: string;
  readonly widget?: string;
  /** Whether the page works with no network from now on. */
  readonly kept?: boolean;
}

interface Watched {
  readonly page: Page;
  readonly noise: string[];
  readonly allowed: RegExp | undefined;
}

const watched: Watched[] = [];
let browser: Promise<Browser> | null = null;

/**
 * Fails the test where the console says anything but `allowed`.
 * @param origins where requests may go
 */
export async function openPage(
  url: string,
  origins: readonly string[] = [new URL(url).origin],
  allowed?: RegExp,
): Promise<{ readonly page: Page; readonly found: Found }> {
  const executablePath = findBrowser();
  browser ??= chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...LAUNCH_ARGS],
  });
  const context = await (await browser).newContext();
  const page = await context.newPage();
  const noise: string[] = [];
  watched.push({ page, noise, allowed });
  context.on('console', (message) => noise.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => noise.push(`uncaught: ${error.message}`));
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    const isLocal = ['blob:', 'data:'].includes(protocol) || origins.includes(origin);
    if (!isLocal) noise.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  const found = await page.waitForFunction(() => (window as { found?: Found }).found, null, {
    timeout: 50_000,
  });
  return { page, found: (await found.jsonValue()) as Found };
}

afterEach(async () => {
  for (const { page, noise, allowed } of watched.splice(0)) {
    await page.context().close();
    const unexpected = noise.filter((line) => !allowed?.test(line));
    expect(unexpected, 'console messages and foreign requests').toEqual([]);
  }
});

afterAll(async () => {
  await (await browser)?.close();
});
