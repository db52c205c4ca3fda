/** Sites of one origin, each with its service worker: releases of one leave the others alone. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clear, keep, release, scopeOf } from './support/releases.ts';

beforeEach(clear);
afterEach(clear);

const shells = async () => (await caches.keys()).filter((name) => name.includes('shell')).sort();

test('a site that comes second, and one within it, take nothing from the first', async () => {
  const first = await release('a', '1');
  const second = await release('b', '2');
  const inner = await release('a/b', '3');
  for (const worker of [first, second, inner]) expect(await keep(worker)).toEqual({ kept: true });
});

test('a release takes the place of its own site’s before it', async () => {
  const other = await release('b', '1');
  await release('a', '1');
  expect(await keep(await release('a', '2'))).toEqual({ kept: true });
  expect(await shells()).toEqual([
    `soutu-shell-1 ${scopeOf('b')}`,
    `soutu-shell-2 ${scopeOf('a')}`,
  ]);
  expect(await keep(other)).toEqual({ kept: true });
});

test('of shells that were named without the site, only its own go', async () => {
  for (const site of ['a', 'b', 'a/b']) {
    const shell = await caches.open(`soutu-shell-of-${site}`);
    await shell.put(scopeOf(site), new Response('page'));
  }
  await release('a', '1');
  expect(await shells()).toEqual([
    `soutu-shell-1 ${scopeOf('a')}`,
    'soutu-shell-of-a/b',
    'soutu-shell-of-b',
  ]);
});
