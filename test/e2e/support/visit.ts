/** A visitor: a real browser on a site that is served as a static host would, every word noted. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { afterEach, expect } from 'vitest';
import { findBrowser, LAUNCH_ARGS } from '../../../scripts/browser/find.ts';
import type { SearchResponse } from '../../../src/core/contract.ts';
import { type ServeOptions, serveFolder } from '../../../src/node/serve/static-server.ts';
import type { SoutuEventMap } from '../../../src/widget/soutu-search.ts';

export { STRICT_CSP } from './strict-csp.ts';

/** A site's address on a host that runs it from a folder of its own. */
const BASE = '/shop/search/';

export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** Paths asked of the server so far, relative to the site. */
  readonly requests: string[];
  /** Those of them that page and workers made: a service worker keeps files in its own time. */
  readonly asked: string[];
  /** What the console said; must be empty at the end of the test. */
  readonly console: string[];
  /** Requests to any other host; must be empty at the end of the test. */
  readonly foreign: string[];
  stopServer(): Promise<void>;
}

export interface VisitOptions {
  readonly csp?: string;
  /** More headers, sent with every file. */
  readonly headers?: Readonly<Record<string, string>>;
  /** May answer a request instead of the folder; `path` is relative to the site. */
  readonly answer?: (path: string, request: IncomingMessage, response: ServerResponse) => boolean;
  /** Console messages that the test is about, as a failed request. */
  readonly expectConsole?: RegExp;
  /** More arguments, for a browser of this visit's own. */
  readonly launchArgs?: readonly string[];
  /** Address of a proxy for all that the visit asks for, of this machine too. */
  readonly proxy?: string;
}

const open: { visit: Visit; expectConsole?: RegExp }[] = [];
const ownBrowsers: Browser[] = [];
let shared: Promise<Browser> | null = null;

async function browserFor({ launchArgs }: VisitOptions): Promise<Browser> {
  const executablePath = findBrowser();
  const launch = (more: readonly string[]) =>
    chromium.launch({
      ...(executablePath ? { executablePath } : {}),
      args: [...LAUNCH_ARGS, ...more],
    });
  if (!launchArgs) {
    shared ??= launch([]);
    return shared;
  }
  const own = await launch(launchArgs);
  ownBrowsers.push(own);
  return own;
}

export async function visit(site: string, options: VisitOptions = {}): Promise<Visit> {
  const requests: string[] = [];
  const asked: string[] = [];
  const serve: ServeOptions = {
    port: 0,
    base: BASE,
    headers: {
      ...options.headers,
      ...(options.csp ? { 'Content-Security-Policy': options.csp } : {}),
    },
    onRequest(request, response) {
      const path = (request.url ?? '').slice(BASE.length);
      requests.push(path);
      if (!request.headers.referer?.endsWith('/sw.js')) asked.push(path);
      return options.answer?.(path, request, response) ?? false;
    },
  };
  const server = await serveFolder(site, serve);
  const context = await (await browserFor(options)).newContext(
    options.proxy ? { proxy: { server: options.proxy, bypass: '<-loopback>' } } : {},
  );
  const page = await context.newPage();
  if (process.env.SOUTU_TEST_LATE) {
    const protocol = await context.newCDPSession(page);
    await protocol.send('Emulation.setCPUThrottlingRate', { rate: 5 });
  }
  const said: string[] = [];
  const foreign: string[] = [];
  context.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    const isLocal = ['blob:', 'data:'].includes(protocol) || origin === new URL(server.url).origin;
    if (!isLocal) foreign.push(request.url());
  });
  const made: Visit = {
    page,
    context,
    url: server.url,
    requests,
    asked,
    console: said,
    foreign,
    stopServer: () => server.close(),
  };
  open.push({
    visit: made,
    ...(options.expectConsole ? { expectConsole: options.expectConsole } : {}),
  });
  await page.goto(server.url);
  return made;
}

afterEach(async () => {
  const ended = open.splice(0);
  for (const { visit: v } of ended) {
    await v.context.close();
    await v.stopServer();
  }
  for (const own of ownBrowsers.splice(0)) await own.close();
  for (const { visit: v, expectConsole } of ended) {
    const noise = v.console.filter((line) => !expectConsole?.test(line));
    expect(noise, 'console messages').toEqual([]);
    expect(v.foreign, 'requests to other hosts').toEqual([]);
  }
});

export type Answer =
  | { readonly response: Omit<SearchResponse, 'vector'> & { readonly vector: number[] } }
  | { readonly error: { readonly name: string; readonly message: string } };

/** Gives a photo by the file dialog and waits for the element's next event. */
export async function search(
  page: Page,
  photo: string | { name: string; mimeType: string; buffer: Buffer },
): Promise<Answer> {
  // A reloaded page may still be repeating its last search.
  const next = nextEvent(page, 'started');
  await page.locator('soutu-search input[type=file]').first().setInputFiles(photo);
  return next;
}

/** What a search answers; fails where it is an error. */
export async function hitsOf(answer: Promise<Answer>) {
  const got = await answer;
  if ('error' in got) throw new Error(`${got.error.name}: ${got.error.message}`);
  return got.response;
}

/** The detail of the next `soutu-offline`. */
export function offlineEvent(page: Page): Promise<unknown> {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        const tell = (event: Event) => resolve((event as SoutuEventMap['soutu-offline']).detail);
        document.addEventListener('soutu-offline', tell, { once: true });
      }),
  );
}

/** Searches, and waits until the page can do without a network. */
export async function searchAndKeep(page: Page, photo: string) {
  const kept = offlineEvent(page);
  const response = await hitsOf(search(page, photo));
  expect(await kept).toEqual({ kept: true });
  return response;
}

/** The words of the error that a search must end with. */
export async function errorOf(answer: Promise<Answer>) {
  const got = await answer;
  if ('response' in got) throw new Error(`expected an error, got ${got.response.total} hits`);
  return got.error;
}

/** @param of any search, or only one that starts from now on */
export function nextEvent(page: Page, of: 'any' | 'started' = 'any'): Promise<Answer> {
  return page.evaluate(
    (which) =>
      new Promise<Answer>((resolve) => {
        const once = { once: true };
        const listen = () =>
          document.addEventListener(
            'soutu-results',
            (event) => {
              const { detail } = event as SoutuEventMap['soutu-results'];
              resolve({ response: { ...detail, vector: Array.from(detail.vector ?? []) } });
            },
            once,
          );
        if (which === 'any') listen();
        else document.addEventListener('soutu-search', listen, once);
        document.addEventListener(
          'soutu-error',
          (event) => {
            const { name, message } = (event as SoutuEventMap['soutu-error']).detail;
            resolve({ error: { name, message } });
          },
          once,
        );
      }),
    of,
  );
}
