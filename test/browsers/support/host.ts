/** Serves a site as a static host with a strict policy does, under a path of its own, and notes the requests. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveFolder } from '../../../src/node/serve/static-server.ts';
import { STRICT_CSP } from '../../e2e/support/strict-csp.ts';

const BASE = '/shop/search/';

export interface Host {
  readonly url: string;
  /** Paths below the site, in order. */
  readonly requests: string[];
  /** Answers nothing any more, as when the network is gone. */
  stop(): Promise<void>;
}

export interface Preludes {
  /** A line before each script of the page and its workers. */
  readonly all?: string | undefined;
  /** A line before the script of the search's worker. */
  readonly worker?: string | undefined;
}

export async function startHost(site: string, preludes: Preludes = {}): Promise<Host> {
  const requests: string[] = [];
  const preludeOf = (path: string) => {
    if (!/^assets\/[\w-]+\.js$/.test(path)) return '';
    const isWorker = /^assets\/main-/.test(path);
    return [preludes.all, isWorker ? preludes.worker : ''].filter(Boolean).join('\n');
  };
  const server = await serveFolder(site, {
    port: 0,
    base: BASE,
    headers: { 'Content-Security-Policy': STRICT_CSP },
    onRequest(request, response) {
      const path = (request.url ?? '').slice(BASE.length);
      requests.push(path);
      const prelude = preludeOf(path);
      if (!prelude) return false;
      const answer = (script: string) => {
        response.setHeader('Content-Type', 'text/javascript');
        response.setHeader('Content-Security-Policy', STRICT_CSP);
        response.end(`${prelude}\n${script}`);
      };
      // A page that is about to be closed may still ask while the folder is removed.
      readFile(join(site, path), 'utf8').then(answer, () => response.destroy());
      return true;
    },
  });
  return { url: server.url, requests, stop: () => server.close() };
}
