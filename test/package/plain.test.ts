/** A plain HTML page without a bundler, under a strict policy; and one with the package on another host. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type StaticServer, serveFolder } from '../../src/node/serve/static-server.ts';
import { STRICT_CSP } from '../e2e/support/visit.ts';
import { ISOLATED, largerModel } from '../support/larger-model.ts';
import { tempFolder } from '../support/temp.ts';
import { builtSite, soutu } from './support/bundle.ts';
import { findTwice, page } from './support/find-twice.ts';
import { openPage } from './support/open-page.ts';

const folder = await tempFolder();
const host = join(folder, 'host');
const servers: StaticServer[] = [];

beforeAll(async () => {
  await mkdir(host);
  await cp(join(await builtSite(), 'bundle'), join(host, 'bundle'), { recursive: true });
  await cp(join(inject('installed'), 'dist/browser'), join(host, 'soutu'), { recursive: true });
  await cp('public/sample/queries/vase-001.jpg', join(host, 'query.jpg'));
});

afterAll(async () => {
  for (const server of servers) await server.close();
});

interface Serving {
  readonly headers?: Readonly<Record<string, string>>;
  readonly onRequest?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** @returns the origin */
async function serve(options: Serving = {}): Promise<string> {
  const server = await serveFolder(host, { port: 0, ...options });
  servers.push(server);
  return new URL(server.url).origin;
}

async function writePage(name: string, soutu: string): Promise<void> {
  await writeFile(join(host, `${name}.html`), page(`./${name}.js`));
  const from = { client: `${soutu}/soutu.js`, widget: `${soutu}/widget.js` };
  await writeFile(join(host, `${name}.js`), findTwice(from));
}

test('files that were copied to a host work there, under a strict policy with trusted types', async () => {
  await writePage('own', './soutu');
  const policy = `${STRICT_CSP}; require-trusted-types-for 'script'`;
  const origin = await serve({ headers: { 'Content-Security-Policy': policy } });
  expect((await openPage(`${origin}/own.html`)).found).toEqual({
    client: 'vase-001-1.jpg',
    widget: 'vase-001-1.jpg',
  });
});

test('a page in German loads the German words, and no other language', async () => {
  await writePage('german', './soutu');
  const html = page('./german.js').replace(/<html( lang="[^"]*")?>/, '<html lang="de">');
  expect(html).toContain('<html lang="de">');
  await writeFile(join(host, 'german.html'), html);
  const asked: string[] = [];
  const origin = await serve({
    headers: { 'Content-Security-Policy': STRICT_CSP },
    onRequest(request) {
      asked.push(request.url ?? '');
      return false;
    },
  });
  const { page: opened } = await openPage(`${origin}/german.html`);
  await opened.getByText('Anderes Foto', { exact: false }).first().waitFor();
  expect(asked.filter((path) => path.includes('/words-'))).toEqual(['/soutu/words-de.js']);
});

test('a button costs its own script; the element is loaded when a photo arrives', async () => {
  await writeFile(join(host, 'button.html'), page('./button.js', ' mode="button"'));
  await writeFile(join(host, 'button.js'), findByButton('./soutu/button.js'));
  const asked: string[] = [];
  const origin = await serve({
    headers: { 'Content-Security-Policy': STRICT_CSP },
    onRequest(request) {
      asked.push(request.url ?? '');
      return false;
    },
  });
  const { page: opened, found } = await openPage(`${origin}/button.html`);
  expect(found).toEqual({ client: 'false', widget: 'vase-001-1.jpg' });
  // The page notes what it has loaded before it searches.
  const before = await opened.evaluate('window.before');
  expect(before).toEqual(['button.js', 'button.js']);
  expect(asked.filter((path) => path.endsWith('/widget.js')).length).toBe(1);
  await opened.keyboard.press('Escape');
  await expect.poll(() => opened.locator('soutu-search dialog[open]').count()).toBe(0);
});

/** Searches with the button's dialog; `client` is whether the dialog was open before. */
const findByButton = (button: string) => `
import '${button}';
const element = document.querySelector('soutu-search');
const photo = await (await fetch('./query.jpg')).blob();
const dialog = () => element.shadowRoot.querySelector('dialog');
const client = String(dialog().open);
window.before = performance.getEntriesByType('resource')
  .map(({ name }) => name.split('/').at(-1)).filter((name) => name.endsWith('.js'));
await element.searchPhoto(photo);
window.found = { client, widget: dialog().open ? element.response?.hits[0]?.id : 'closed' };
`;

test('from another origin with CORS it works as well', async () => {
  const cdn = await serve({ headers: { 'Access-Control-Allow-Origin': '*' } });
  await writePage('cdn', `${cdn}/soutu`);
  const policy =
    `default-src 'none'; script-src 'self' ${cdn} 'wasm-unsafe-eval'; worker-src blob: ${cdn}; ` +
    `connect-src 'self' ${cdn}; img-src 'self' blob: data:; style-src 'self'; ` +
    `require-trusted-types-for 'script'`;
  const origin = await serve({ headers: { 'Content-Security-Policy': policy } });
  expect((await openPage(`${origin}/cdn.html`, [origin, cdn])).found).toEqual({
    client: 'vase-001-1.jpg',
    widget: 'vase-001-1.jpg',
  });
});

test('where the worker comes without CORS, or the policy forbids its start, the error says what is needed', async () => {
  const isModule = /\/(soutu|widget)\.js$/;
  const cdn = await serve({
    onRequest(request, response) {
      if (isModule.test(request.url ?? '')) response.setHeader('Access-Control-Allow-Origin', '*');
      return false;
    },
  });
  await writePage('no-cors', `${cdn}/soutu`);
  const origin = await serve();
  const { found } = await openPage(
    `${origin}/no-cors.html`,
    [origin, cdn],
    /worker\.js|ERR_FAILED/,
  );
  const words =
    `WorkerError: The search worker stopped (${cdn}/soutu/worker.js cannot be loaded. It lies on ` +
    `another origin than the page: its server must send "Access-Control-Allow-Origin: ${origin}" ` +
    `(or *) with it, and a Content-Security-Policy of the page must allow worker-src blob: ` +
    `${cdn}, script-src ${cdn} and connect-src ${cdn}.). Try again: the next search restarts it.`;
  expect(found).toEqual({ client: words, widget: words });

  const policy = `worker-src 'self'`;
  const strict = await serve({ headers: { 'Content-Security-Policy': policy } });
  const refused = await openPage(`${strict}/no-cors.html`, [strict, cdn], /blob:/);
  expect(refused.found.client).toBe(words.replaceAll(origin, strict));
});

test.skipIf(availableParallelism() < 2)(
  'on isolated pages threads share the work, of the own origin and of another one',
  async () => {
    const photos = join(folder, 'few');
    for (const photo of ['vase-001-1.jpg', 'vase-001-2.jpg', 'bowl-001-1.jpg', 'jug-001-1.jpg']) {
      await cp(`public/sample/photos/${photo}`, join(photos, photo));
    }
    const [model, site] = [join(folder, 'larger'), join(folder, 'larger-site')];
    await largerModel(model);
    await soutu('build', photos, '--out', site, '--model', model);
    await cp(join(site, 'bundle'), join(host, 'larger'), { recursive: true });

    const cdn = await serve({
      headers: {
        'Access-Control-Allow-Origin': '*',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        ...ISOLATED,
      },
    });
    const origin = await serve({ headers: ISOLATED });
    for (const [name, from] of [
      ['isolated', './soutu'],
      ['isolated-cdn', `${cdn}/soutu`],
    ] as const) {
      await writeFile(join(host, `${name}.html`), page(`./${name}.js`));
      await writeFile(join(host, `${name}.js`), findWithThreads(`${from}/soutu.js`));
      const { found } = await openPage(`${origin}/${name}.html`, [origin, cdn]);
      expect([name, found]).toEqual([name, { client: 'vase-001 with threads' }]);
    }
  },
);

/** Searches until another thread helps, which the first search does not wait for. */
const findWithThreads = (client: string) => `
import { createSearch } from '${client}';
const photo = await (await fetch('./query.jpg')).blob();
const search = createSearch({ bundle: './larger/' });
let found;
do {
  const { hits, engine } = await search.search(photo, { minScore: -1 });
  found = hits[0].id.slice(0, 8) + (engine.threads > 1 ? ' with threads' : ' alone');
} while (found.endsWith('alone'));
search.dispose();
window.found = { client: found };
`;
