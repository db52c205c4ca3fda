/** The widget with a search service over a pushed catalogue: the same hits as on the device, and nothing of the photo leaves it. */
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Postgres, startPgvector } from '../support/databases/pglite.ts';
import {
  checkForeign,
  flatSite,
  PHOTOS,
  QUERIES as queries,
  type RemoteService,
  remoteVisit,
  sameAnswers,
  servePushed,
  setRemote,
} from './support/remote-answers.ts';
import { errorOf, hitsOf, nextEvent, offlineEvent, search } from './support/visit.ts';

let site: string;
let removeSite: () => Promise<void>;
let postgres: Postgres;
let service: RemoteService;

beforeAll(async () => {
  ({ site, remove: removeSite } = await flatSite(inject('sampleSite')));
  postgres = await startPgvector();
  const to = `postgres://postgres@127.0.0.1:${postgres.port}/postgres`;
  service = await servePushed(site, to);
});

afterAll(async () => {
  await service?.close();
  await postgres?.stop();
  await removeSite?.();
});

test('sample photos: the same first 12 hits as on the device; only vectors are sent, no index is loaded', () =>
  sameAnswers(
    site,
    service,
    // All 98 in remote.long.test.ts.
    PHOTOS.filter((_, i) => i % 12 === 0),
  ));

test('says what is sent and to whom, in the language of the page; more like, filters and pages go through the service', async () => {
  const visited = await remoteVisit(site, service);
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
  expect(JSON.parse(service.bodies.at(-1) ?? '{}').options.from).toBe(hits.length);
  await page.locator('soutu-search [part~=about-summary]').click();
  const about = page.locator('soutu-search [part~=about-facts]');
  await expect.poll(() => about.textContent()).toContain(`are sent to ${host} and compared`);
  expect(await about.textContent()).not.toContain('compared on your device');
  await page.evaluate("document.documentElement.lang = 'de'");
  await expect.poll(() => note.textContent()).toContain(`eingeben, werden an ${host} gesendet`);
  await page.evaluate("document.querySelector('soutu-search').remote = null");
  await expect.poll(() => note.textContent()).not.toContain(host);
  checkForeign(visited, service);
});

test('a service that is busy, has another model, fails or is away: words, and the search goes on afterwards', async () => {
  const visited = await remoteVisit(
    site,
    service,
    /Failed to load resource|ERR_INTERNET_DISCONNECTED|An unknown error occurred when fetching the script/,
  );
  const { page, context } = visited;
  await setRemote(page, service.url);
  const problem = page.locator('soutu-search [part~=problem]');
  const photo = `${queries}/vase-001.jpg`;
  const refused = (status: number, headers?: Record<string, string>) => () => ({
    status,
    headers: { 'Access-Control-Allow-Origin': '*', ...headers },
    body: JSON.stringify({ code: 'x', message: 'The words of the service.' }),
  });
  const cases: [status: number, name: string, words: string][] = [
    [429, 'BusyError', 'The search is very busy right now. Wait a moment and try again.'],
    [409, 'BundleError', 'This catalogue cannot be searched right now.'],
    [500, 'NetworkError', 'The search could not be loaded. Check your connection and try again.'],
  ];
  for (const [status, name, words] of cases) {
    service.refusal = refused(status, { 'Retry-After': '9' });
    const error = await errorOf(search(page, photo));
    expect(error.name).toBe(name);
    expect(error.message).toContain('The words of the service.');
    await expect.poll(() => problem.textContent()).toBe(words);
  }
  service.refusal = null;
  const again = nextEvent(page);
  await page.locator('soutu-search').getByRole('button', { name: 'Try again' }).click();
  expect((await hitsOf(again)).hits[0]?.group).toBe('vase-001');
  await context.setOffline(true);
  expect((await errorOf(search(page, photo))).name).toBe('NetworkError');
  await expect.poll(() => problem.textContent()).toContain('You are offline.');
  await context.setOffline(false);
  expect((await hitsOf(nextEvent(page))).hits[0]?.group).toBe('vase-001');
  checkForeign(visited, service);
}, 120_000);
