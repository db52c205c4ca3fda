/** The widget with a search service: the same hits as on the device, and nothing of the photo leaves it. */
import { readdirSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { FolderStore } from '../../src/node/serve/folder-store.ts';
import { createHandler } from '../../src/node/serve/handler/handler.ts';
import { type RunningServer, serveHandler } from '../../src/node/serve/node-server.ts';
import type { SoutuSearch } from '../../src/widget/soutu-search.ts';
import {
  errorOf,
  hitsOf,
  nextEvent,
  offlineEvent,
  STRICT_CSP,
  search,
  type Visit,
  visit,
} from './support/visit.ts';

const site = inject('sampleSite');
const queries = 'public/sample/queries';
const photos = readdirSync(queries).sort();
let service: RunningServer;
/** What the service does in place of answering. */
let refusal: (() => Response) | null = null;
/** Bodies that the service received. */
const bodies: string[] = [];

beforeAll(async () => {
  const store = new FolderStore(site);
  const handler = createHandler({ store, rate: 0, allowOrigins: ['*'] });
  const observed: typeof handler = Object.assign(
    async (request: Request) => {
      if (request.method === 'POST') bodies.push(await request.clone().text());
      return refusal?.() ?? handler(request);
    },
    { inFlight: 0, drain: () => handler.drain(), close: () => handler.close() },
  );
  service = await serveHandler(observed, { port: 0, host: '127.0.0.1', timeoutMs: 5000 });
});

afterAll(() => service.close());

async function remoteVisit(expectConsole?: RegExp): Promise<Visit> {
  refusal = null;
  bodies.length = 0;
  const csp = STRICT_CSP.replace("connect-src 'self'", `connect-src 'self' ${service.url}`);
  return visit(site, { csp, ...(expectConsole ? { expectConsole } : {}) });
}

const setRemote = (page: Page, remote: string) =>
  page.evaluate((url) => {
    (document.querySelector('soutu-search') as SoutuSearch).remote = url;
  }, remote);

/** Searches all photos with the element's own search; ids and scores of the first twelve. */
const searchAll = (page: Page) =>
  page.evaluate(
    async (files) => {
      const { search: own } = document.querySelector('soutu-search') as SoutuSearch;
      const answers: { id: string; score: number }[][] = [];
      for (const base64 of files) {
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        const response = await own?.search(new Blob([bytes]), { size: 12, facets: ['*'] });
        answers.push((response?.hits ?? []).map(({ id, score }) => ({ id, score })));
      }
      return answers;
    },
    photos.map((name) => readFileSync(`${queries}/${name}`).toString('base64')),
  );

/** The service is another host, which `visit` does not expect: only searches may go there. */
function checkForeign({ foreign }: Visit): void {
  expect(foreign.filter((url) => url !== `${service.url}/search`)).toEqual([]);
  foreign.length = 0;
}

test('all 98 sample photos: the same first 12 hits as on the device; only vectors are sent, no index is loaded', async () => {
  expect(photos).toHaveLength(98);
  const here = await visit(site);
  await hitsOf(search(here.page, `${queries}/vase-001.jpg`));
  const local = await searchAll(here.page);
  const there = await remoteVisit();
  await setRemote(there.page, `${service.url}/`);
  const shown = await hitsOf(search(there.page, `${queries}/vase-001.jpg`));
  expect(shown.hits[0]?.group).toBe('vase-001');
  expect(shown.vector.length).toBeGreaterThan(100);
  const remote = await searchAll(there.page);
  const differing = photos.filter((_, i) => JSON.stringify(remote[i]) !== JSON.stringify(local[i]));
  expect(differing).toEqual([]);
  expect(bodies).toHaveLength(99);
  for (const body of bodies) {
    expect(body.length).toBeLessThan(2500);
    const sent = JSON.parse(body);
    expect(Object.keys(sent)).toEqual(['query', 'options', 'model']);
    expect(Object.keys(sent.query)).toEqual(['vector']);
  }
  expect(
    there.requests.filter((path) => /bundle\/(items|vectors|codes|graph)-/.test(path)),
  ).toEqual([]);
  expect(here.asked.filter((path) => /remote/.test(path))).toEqual([]);
  checkForeign(there);
}, 240_000);

test('says what is sent and to whom, in the language of the page; more like, filters and pages go through the service', async () => {
  const visited = await remoteVisit();
  const { page } = visited;
  const note = page.locator('soutu-search [part~=note]').first();
  await expect.poll(() => note.textContent()).toBe('Your photo stays on this device.');
  await setRemote(page, service.url);
  const { host } = new URL(service.url);
  await expect
    .poll(() => note.textContent())
    .toBe(
      `Your photo stays on this device. Its numeric fingerprint, your filters and the words you type are sent to ${host}.`,
    );
  const kept = offlineEvent(page);
  await hitsOf(search(page, `${queries}/vase-001.jpg`));
  expect(await kept).toMatchObject({
    kept: false,
    error: { name: 'UsageError', message: expect.stringContaining('Leave out "remote"') },
  });
  const alike = nextEvent(page);
  await page
    .getByRole('button', { name: /^More like/ })
    .first()
    .click();
  const { hits, queryItem } = await hitsOf(alike);
  expect(queryItem?.title).not.toBe('');
  expect(hits.length).toBeGreaterThan(3);
  const more = nextEvent(page);
  await page.locator('soutu-search [part~=more]').click();
  await hitsOf(more);
  expect(JSON.parse(bodies.at(-1) ?? '{}').options.from).toBe(hits.length);
  await page.locator('soutu-search [part~=about-summary]').click();
  const about = page.locator('soutu-search [part~=about-facts]');
  await expect.poll(() => about.textContent()).toContain(`are sent to ${host} and compared`);
  expect(await about.textContent()).not.toContain('compared on your device');
  await page.evaluate("document.documentElement.lang = 'de'");
  await expect.poll(() => note.textContent()).toContain(`eingeben, werden an ${host} gesendet`);
  await page.evaluate("document.querySelector('soutu-search').remote = null");
  await expect.poll(() => note.textContent()).not.toContain(host);
  checkForeign(visited);
});

test('a service that is busy, has another model, fails or is away: words, and the search goes on afterwards', async () => {
  const visited = await remoteVisit(
    /Failed to load resource|ERR_INTERNET_DISCONNECTED|An unknown error occurred when fetching the script/,
  );
  const { page, context } = visited;
  await setRemote(page, service.url);
  const problem = page.locator('soutu-search [part~=problem]');
  const photo = `${queries}/vase-001.jpg`;
  const refused = (status: number, headers?: Record<string, string>) => () =>
    new Response(JSON.stringify({ code: 'x', message: 'The words of the service.' }), {
      status,
      headers: { 'Access-Control-Allow-Origin': '*', ...headers },
    });
  const cases: [status: number, name: string, words: string][] = [
    [429, 'BusyError', 'The search is very busy right now. Wait a moment and try again.'],
    [409, 'BundleError', 'This catalogue cannot be searched right now.'],
    [500, 'NetworkError', 'The search could not be loaded. Check your connection and try again.'],
  ];
  for (const [status, name, words] of cases) {
    refusal = refused(status, { 'Retry-After': '9' });
    const error = await errorOf(search(page, photo));
    expect(error.name).toBe(name);
    expect(error.message).toContain('The words of the service.');
    await expect.poll(() => problem.textContent()).toBe(words);
  }
  refusal = null;
  const again = nextEvent(page);
  await page.locator('soutu-search').getByRole('button', { name: 'Try again' }).click();
  expect((await hitsOf(again)).hits[0]?.group).toBe('vase-001');
  await context.setOffline(true);
  expect((await errorOf(search(page, photo))).name).toBe('NetworkError');
  await expect.poll(() => problem.textContent()).toContain('You are offline.');
  await context.setOffline(false);
  expect((await hitsOf(nextEvent(page))).hits[0]?.group).toBe('vase-001');
  checkForeign(visited);
}, 120_000);
