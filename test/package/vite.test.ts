/** The package in an empty Vite project with no configuration: the development server, and the build. */
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build, createServer } from 'vite';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { serveFolder } from '../../src/node/serve/static-server.ts';
import { hitsOf, STRICT_CSP, search } from '../e2e/support/visit.ts';
import { builtSite } from './support/bundle.ts';
import { findTwice, page } from './support/find-twice.ts';
import { openPage } from './support/open-page.ts';

const root = inject('project');
const settings = { root, configFile: false, logLevel: 'error' } as const;
const ending: (() => Promise<void>)[] = [];
const found = { client: 'vase-001-1.jpg', widget: 'vase-001-1.jpg' };

beforeAll(async () => {
  await cp(join(await builtSite(), 'bundle'), join(root, 'public/bundle'), { recursive: true });
  await cp('public/sample/queries/vase-001.jpg', join(root, 'public/query.jpg'));
  await writeFile(join(root, 'index.html'), page('./main.js'));
  await writeFile(join(root, 'main.js'), findTwice({ client: 'soutu', widget: 'soutu/widget' }));
});

// After the pages, which would miss their servers.
afterAll(async () => {
  for (const end of ending) await end();
});

test('the development server finds worker and engines, with nothing excluded from its optimizer', async () => {
  const server = await createServer({ ...settings, server: { host: 'localhost', port: 0 } });
  ending.push(() => server.close());
  await server.listen();
  const [url = ''] = server.resolvedUrls?.local ?? [];
  // Its own client speaks of its connection.
  expect((await openPage(url, undefined, /^debug: \[vite\]/)).found).toEqual(found);
});

test('the build copies worker and engines under names of its own; under a strict policy, and offline', async () => {
  await writeFile(join(root, 'index.html'), page('./main.js', ' offline="./sw.js"'));
  // As the README says: a service worker governs the folder that it lies in.
  await cp(join(root, 'node_modules/soutu/dist/browser/sw.js'), join(root, 'public/sw.js'));
  await build({ ...settings, base: './', build: { outDir: 'built' } });
  const headers = {
    'Content-Security-Policy': `${STRICT_CSP}; require-trusted-types-for 'script'`,
  };
  const server = await serveFolder(join(root, 'built'), { port: 0, base: '/below/', headers });
  // The test's own photo is not there any more, and nobody answers for the manifest.
  const alone = /ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to fetch/;
  const opened = await openPage(server.url, undefined, alone);
  expect(opened.found).toEqual({ ...found, kept: true });
  await server.close();
  await opened.page.reload();
  const { hits, notices } = await hitsOf(search(opened.page, 'public/sample/queries/mug-001.jpg'));
  expect(hits[0]?.id).toBe('mug-001-1.jpg');
  expect(notices.map(({ code }) => code)).toEqual(['offline']);
});
