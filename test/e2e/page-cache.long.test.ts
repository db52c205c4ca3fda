/**
 * What a service worker keeps of pages, on a real server: a shop of several pages, each with the element, beside
 * which its owner has put our service worker.
 */
import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { expect, inject, test } from 'vitest';
import { hitsOf, search, searchAndKeep, visit } from './support/visit.ts';

const vase = 'public/sample/queries/vase-001.jpg';
const bowl = 'public/sample/queries/bowl-001.jpg';
const file = (path: string) => readFileSync(join(inject('sampleSite'), path), 'utf8');

interface Shop {
  release: number;
  headers: Readonly<Record<string, string>>;
  delayMs: number;
  /** Answers every request itself, as the network of a hotel. */
  portal: boolean;
}

/** @returns the visit on its start page, and how the shop answers from now on */
async function openShop() {
  const shop: Shop = { release: 1, headers: {}, delayMs: 0, portal: false };
  const send = (response: ServerResponse, type: string, text: string) => {
    const headers = { 'Content-Type': type, 'Cache-Control': 'no-cache', ...shop.headers };
    response.writeHead(200, headers).end(text);
  };
  const visited = await visit(inject('sampleSite'), {
    expectConsole: /Failed to load resource/,
    answer(path, _, response) {
      if (shop.portal) {
        send(response, 'text/html', '<!doctype html><title>Log in</title>');
        return true;
      }
      if (path === 'sw.js') {
        // Without the build's list of files it has only what pages tell it.
        send(response, 'text/javascript', file('sw.js').replace(/^self\.SOUTU_SHELL=.*\n/, ''));
        return true;
      }
      if (/^release-\d\.js$/.test(path)) {
        send(response, 'text/javascript', 'export {};');
        return true;
      }
      const [, number] = /^shop\?p=(\d)/.exec(path) ?? [];
      if (!number) return false;
      const html = file('index.html')
        .replace(/<title>[^<]*/, `<title>Page ${number}, release ${shop.release}`)
        .replace('</head>', `<script type="module" src="./release-${shop.release}.js"></script>$&`);
      setTimeout(() => send(response, 'text/html', html), shop.delayMs);
      return true;
    },
  });
  const open = async (path: string): Promise<string> => {
    await visited.page.goto(`${visited.url}${path}`);
    return visited.page.title();
  };
  return { ...visited, shop, open };
}

const stored = (page: Page) =>
  page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith('soutu-pages '));
    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return lists.flat().map(({ url }) => url.split('/').at(-1) ?? '');
  });

test('a page that its host begins to send with Vary: * stays up to date, and opens offline', async () => {
  const { page, shop, open, stopServer } = await openShop();
  expect(await open('shop?p=1')).toBe('Page 1, release 1');
  await searchAndKeep(page, vase);
  shop.release = 2;
  shop.headers = { Vary: '*' };
  expect(await open('shop?p=1')).toBe('Page 1, release 2');
  await page.reload();
  expect(await page.title()).toBe('Page 1, release 2');
  await searchAndKeep(page, vase);
  await stopServer();
  await page.reload();
  expect(await page.title()).toBe('Page 1, release 2');
  expect((await hitsOf(search(page, bowl))).hits[0]?.group).toBe('bowl-001');
});

test('on a slow server each page is itself', async () => {
  const { page, shop, open } = await openShop();
  await open('shop?p=1');
  await searchAndKeep(page, vase);
  shop.delayMs = 3600;
  expect(await open('shop?p=2')).toBe('Page 2, release 1');
  expect(await open('shop?p=3')).toBe('Page 3, release 1');
  shop.release = 2;
  // Its own copy, which the network then makes known as old.
  expect(await open('shop?p=1')).toBe('Page 1, release 1');
  await page.waitForTimeout(1000);
  expect(await open('shop?p=1')).toBe('Page 1, release 2');
});

test('the page of a captive portal is shown, and not kept', async () => {
  const { page, shop, open, stopServer } = await openShop();
  await open('shop?p=1');
  await searchAndKeep(page, vase);
  shop.portal = true;
  expect(await open('shop?p=1')).toBe('Log in');
  await stopServer();
  expect(await open('shop?p=1')).toBe('Page 1, release 1');
  expect((await hitsOf(search(page, bowl))).hits[0]?.group).toBe('bowl-001');
});

test('five releases and three campaigns leave one page with the files of the last release', async () => {
  const { page, shop, open } = await openShop();
  for (let release = 1; release <= 5; release++) {
    shop.release = release;
    expect(await open('shop?p=1')).toBe(`Page 1, release ${release}`);
    await searchAndKeep(page, vase);
  }
  const before = (await stored(page)).sort();
  expect(before.filter((name) => /^shop|^release/.test(name))).toEqual([
    'release-5.js',
    'shop?p=1',
  ]);
  for (const campaign of ['spring', 'summer', 'autumn']) {
    await open(`shop?p=1&utm_source=mail&utm_campaign=${campaign}`);
    await searchAndKeep(page, vase);
  }
  expect((await stored(page)).sort()).toEqual(before);
});
