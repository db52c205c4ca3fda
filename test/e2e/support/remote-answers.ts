/** The element with a search service: all sample photos, on the device and through the service. */
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect } from 'vitest';
import { lazy } from '../../../src/core/lazy.ts';
import { createHandler } from '../../../src/node/serve/handler/handler.ts';
import type { Outgoing } from '../../../src/node/serve/handler/incoming.ts';
import {
  type RunningServer,
  type ServedHandler,
  serveHandler,
} from '../../../src/node/serve/node-server.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
import { push } from '../../../src/node/stores/push/push.ts';
import type { SoutuSearch } from '../../../src/widget/soutu-search.ts';
import { buildSite } from '../../support/command/build-site.ts';
import { hitsOf, STRICT_CSP, search, type Visit, visit } from './visit.ts';

/**
 * The sample shop with a flat index: an engine has vectors as that one has them, while codes, which a build takes by
 * itself, are rounded further (recall@10 0.99). The archive of the other build is used again, so no photo is embedded.
 */
export async function flatSite(sample: string): Promise<{ site: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'soutu-remote-'));
  await cp(sample, folder, { recursive: true });
  await buildSite('public/sample/catalogue.json', folder, ['--index', 'flat']);
  return { site: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

export const QUERIES = 'public/sample/queries';
/** Names of all 98. */
export const PHOTOS = readdirSync(QUERIES).sort();

export interface RemoteService extends RunningServer {
  /** What the service does in place of answering. */
  refusal: (() => Outgoing) | null;
  /** Bodies that it received. */
  readonly bodies: string[];
}

/**
 * Pushes the catalogue of a site into an engine, and answers searches from there.
 * @param to as `soutu push --to`
 */
export async function servePushed(
  site: string,
  to: string,
  env: Readonly<Record<string, string>> = {},
): Promise<RemoteService> {
  Object.assign(process.env, env);
  const { published, items } = await push({ folder: site, to });
  expect(published).toBe(true);
  const store = await openStore(to, {}, process.env);
  expect((await store.current())?.count).toBe(items);
  const handler = createHandler({ store, rate: 0, allowOrigins: ['*'] });
  const bodies: string[] = [];
  const observed: ServedHandler = {
    async answer(request) {
      const body = lazy(() => request.body({ bodyBytes: 1e6, timeoutMs: 5000 }));
      if (request.method === 'POST')
        bodies.push(new TextDecoder().decode((await body()) ?? undefined));
      return service.refusal?.() ?? handler.answer({ ...request, body });
    },
    drain: () => handler.drain(),
    close: () => handler.close(),
  };
  const server = await serveHandler(observed, { port: 0, host: '127.0.0.1', timeoutMs: 5000 });
  const service: RemoteService = {
    url: server.url,
    bodies,
    refusal: null,
    async close() {
      await server.close();
      await store.close();
    },
  };
  return service;
}

export async function remoteVisit(
  site: string,
  service: RemoteService,
  expectConsole?: RegExp,
): Promise<Visit> {
  service.refusal = null;
  service.bodies.length = 0;
  const csp = STRICT_CSP.replace("connect-src 'self'", `connect-src 'self' ${service.url}`);
  return visit(site, { csp, ...(expectConsole ? { expectConsole } : {}) });
}

export const setRemote = (page: Page, remote: string) =>
  page.evaluate((url) => {
    (document.querySelector('soutu-search') as SoutuSearch).remote = url;
  }, remote);

/** The service is another host, which `visit` does not expect: only searches may go there. */
export function checkForeign({ foreign }: Visit, service: RemoteService): void {
  expect(foreign.filter((url) => url !== `${service.url}/search`)).toEqual([]);
  foreign.length = 0;
}

/** Photos have the same first twelve hits on the device and through the service, which gets vectors only. */
export async function sameAnswers(
  site: string,
  service: RemoteService,
  photos: readonly string[] = PHOTOS,
): Promise<void> {
  const here = await visit(site);
  await hitsOf(search(here.page, `${QUERIES}/vase-001.jpg`));
  const local = await searchAll(here.page, photos);
  expect(local.every((hits) => hits.length === 12)).toBe(true);
  const there = await remoteVisit(site, service);
  await setRemote(there.page, `${service.url}/`);
  const shown = await hitsOf(search(there.page, `${QUERIES}/vase-001.jpg`));
  expect(shown.hits[0]?.group).toBe('vase-001');
  expect(shown.vector.length).toBeGreaterThan(100);
  const remote = await searchAll(there.page, photos);
  const differing = photos.filter(
    (_, i) => remote[i]?.map(({ id }) => id).join() !== local[i]?.map(({ id }) => id).join(),
  );
  expect(differing).toEqual([]);
  remote.forEach((hits, i) => {
    hits.forEach(({ score }, at) => {
      expect(score).toBeCloseTo(local[i]?.[at]?.score ?? Number.NaN, 3);
    });
  });
  expect(service.bodies).toHaveLength(1 + photos.length);
  for (const body of service.bodies) {
    expect(body.length).toBeLessThan(2500);
    const sent = JSON.parse(body);
    expect(Object.keys(sent)).toEqual(['query', 'options', 'model']);
    expect(Object.keys(sent.query)).toEqual(['vector']);
  }
  expect(
    there.requests.filter((path) => /bundle\/(items|vectors|codes|graph)-/.test(path)),
  ).toEqual([]);
  expect(here.asked.filter((path) => /remote/.test(path))).toEqual([]);
  checkForeign(there, service);
}

/** Searches the photos with the element's own search; ids and scores of the first twelve. */
const searchAll = (page: Page, photos: readonly string[]) =>
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
    photos.map((name) => readFileSync(`${QUERIES}/${name}`).toString('base64')),
  );
