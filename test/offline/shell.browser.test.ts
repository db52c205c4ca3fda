/** The install of a build's page, in the browser's own cache; only the network is the test's. */
import './support/as-service-worker.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

Object.assign(self, {
  SOUTU_SHELL: { version: 'test', files: ['./', 'assets/page-0123.js', 'assets/page-4567.css'] },
});
const { installShell, SHELL_CACHE } = await import('../../src/offline/shell.ts');
const { pageAnswer } = await import('../../src/offline/pages.ts');

const at = (path: string) => new URL(path, location.href).href;
const page = at('./');
const script = at('assets/page-0123.js');
const style = at('assets/page-4567.css');
const typed = (text: string, type: string) =>
  new Response(text, { headers: { 'content-type': type, vary: '*' } });
const html = (name: string) => typed(`<script src="./assets/${name}"></script>`, 'text/html');
const portal = () => typed('<title>Log in</title>', 'text/html');

let network: Map<string, (cache: RequestCache | undefined) => Response>;
beforeEach(() => {
  network = new Map([
    [page, () => html('page-0123.js')],
    [script, () => typed('script', 'text/javascript')],
    [style, () => typed('style', 'text/css')],
  ]);
  vi.stubGlobal('fetch', async (asked: Request | string, init?: RequestInit) => {
    const url = typeof asked === 'string' ? asked : asked.url;
    const answer = network.get(url) ?? network.get(url.replace(/\?.*/, ''));
    if (!answer) throw new TypeError('Failed to fetch');
    return answer(init?.cache);
  });
});

afterEach(async () => {
  vi.unstubAllGlobals();
  await caches.delete(SHELL_CACHE);
});

test('all files are stored, also with Vary: *, and its page opens offline with any query string', async () => {
  await installShell();
  const urls = (await (await caches.open(SHELL_CACHE)).keys()).map(({ url }) => url);
  expect(urls.sort()).toEqual([page, script, style].sort());
  network.clear();
  for (const query of ['', '?utm_source=mail', '?shared=']) {
    const answer = await pageAnswer(new Request(page + query), () => undefined);
    expect(await answer.text()).toContain('page-0123.js');
  }
});

test.each([
  ['the page of a captive portal', () => page, portal],
  ['the page of another release', () => page, () => html('page-9999.js')],
  ['HTML in place of a script', () => script, portal],
  ['HTML in place of a style', () => style, portal],
  ['an error', () => script, () => new Response('', { status: 503 })],
])('%s is not installed, and nothing is stored', async (_, url, answer) => {
  network.set(url(), answer);
  await expect(installShell()).rejects.toThrow(
    `${url()} does not lead to the file that the build of this site wrote`,
  );
  expect(await caches.has(SHELL_CACHE)).toBe(false);
});

test('an old page in the HTTP cache is passed by', async () => {
  network.set(page, (cache) => html(cache === 'reload' ? 'page-0123.js' : 'page-9999.js'));
  await installShell();
  const stored = await caches.match(page, { cacheName: SHELL_CACHE });
  expect(await stored?.text()).toContain('page-0123.js');
});
