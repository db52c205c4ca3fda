/** Serves the benchmark's page and runs it in browsers. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright';
import { createServer } from 'vite';
import { findBrowser, LAUNCH_ARGS } from '../../browser/find.ts';
import type { MeasuredModel } from './models.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const PAGE = '/scripts/bench/kernel/page/index.html';

export interface Host {
  readonly url: string;
  /** Resolves to the result posted by the next page that runs without a driver. */
  answer(): Promise<string>;
  close(): Promise<void>;
}

export async function serve(
  models: Readonly<Record<string, MeasuredModel>>,
  prototype: Uint8Array | null,
): Promise<Host> {
  const files = new Map<string, Uint8Array>();
  for (const [name, { spec, weights }] of Object.entries(models)) {
    files.set(`/models/${name}.json`, Buffer.from(JSON.stringify(spec)));
    spec.weights.files.forEach(({ file }, i) => {
      files.set(`/models/${file}`, weights[i] as Uint8Array);
    });
  }
  if (prototype) files.set('/prototype.wasm', prototype);
  return serveFiles(PAGE, files);
}

/** @param files path ─▶ content of the files that the page requests */
export async function serveFiles(
  page: string,
  files: ReadonlyMap<string, Uint8Array>,
): Promise<Host> {
  let tell: (answer: string) => void = () => undefined;
  const respond = (request: IncomingMessage, response: ServerResponse, next: () => void) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (request.method === 'POST' && path === '/answer') {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.end();
        tell(body);
      });
      return;
    }
    const file = files.get(path);
    if (file) response.end(file);
    else next();
  };
  const server = await createServer({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    server: {
      port: 0,
      // Only cross-origin isolated pages may share memory between threads.
      headers: {
        'Cross-Origin-Opener-Policy': 'same-origin',
        'Cross-Origin-Embedder-Policy': 'require-corp',
      },
    },
    plugins: [
      { name: 'models', configureServer: ({ middlewares }) => void middlewares.use(respond) },
    ],
  });
  await server.listen();
  const address = server.httpServer?.address();
  if (typeof address !== 'object' || !address) throw new Error('the server has no port');
  return {
    url: `http://localhost:${address.port}${page}`,
    answer: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
    close: () => server.close(),
  };
}

export async function inChromium<T>(host: Host, work: (page: Page) => Promise<T>): Promise<T> {
  const executablePath = findBrowser();
  const browser = await chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...LAUNCH_ARGS],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on('console', (message) => console.error(message.text()));
    page.on('pageerror', (error) => console.error(error));
    await page.goto(host.url);
    await page.waitForFunction(() => 'bench' in globalThis);
    return await work(page);
  } finally {
    await browser.close();
  }
}

const FIREFOX = ['/usr/bin/firefox-esr', '/usr/bin/firefox'];

/** The hash of `count` vectors as computed in Firefox; null if Firefox is not installed. */
export async function hashInFirefox(host: Host, count: number): Promise<string | null> {
  const binary = FIREFOX.find((path) => existsSync(path));
  if (!binary) return null;
  const profile = await mkdtemp(join(tmpdir(), 'soutu-firefox-'));
  const answer = host.answer();
  const args = ['--headless', '--no-remote', '--profile', profile, `${host.url}?hash=${count}`];
  const firefox = spawn(binary, args, { stdio: 'ignore' });
  try {
    return await answer;
  } finally {
    const ended = new Promise((resolve) => firefox.once('exit', resolve));
    firefox.kill();
    await ended;
    await rm(profile, { recursive: true, force: true });
  }
}
