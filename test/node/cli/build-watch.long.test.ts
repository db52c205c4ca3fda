/** `soutu build --watch`: the real command, and a server that serves its folder all the time. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveFolder } from '../../../src/node/serve/static-server.ts';
import { startSoutu } from '../../support/command/run-soutu.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
/** Inside the photos: what a build writes must not start the next one. */
const out = join(photos, 'site');
const wait = { timeout: 60_000, interval: 100 };

test('a photo is added, damaged and removed: each time a release, until Ctrl+C ends it with 0', async () => {
  await writePhotos(photos, { 'a.png': 1, 'b.png': 2 });
  const { child, ended } = startSoutu(['build', photos, '--out', out, '--bundle-only', '--watch']);
  let said = '';
  child.stderr?.on('data', (text: string) => {
    said += text;
  });
  const timesWatching = () => said.split('Watching ').length - 1;
  await expect.poll(timesWatching, wait).toBe(1);
  const server = await serveFolder(out, { port: 0 });
  const countServed = async () => {
    const manifest = await (await fetch(`${server.url}manifest.json`)).json();
    return manifest.items.count as number;
  };
  try {
    expect(await countServed()).toBe(2);
    await writePhotos(photos, { 'below/c.png': 3, 'below/d.png': 4 });
    await expect.poll(countServed, wait).toBe(4);
    await expect.poll(timesWatching, wait).toBeGreaterThanOrEqual(2);
    expect(said).toMatch(/^Changed: below/m);
    await rm(join(photos, 'a.png'));
    await expect.poll(countServed, wait).toBe(3);
    // A build that fails is told, and the next change builds again.
    for (const name of ['b.png', 'below/c.png', 'below/d.png'])
      await writeFile(join(photos, name), 'no photo');
    await expect
      .poll(() => said, wait)
      .toContain('soutu build: None of the 3 photos could be used');
    expect(await countServed()).toBe(3);
    await writePhotos(photos, { 'e.png': 5 });
    await expect.poll(countServed, wait).toBe(1);
    // Nothing that the builds write starts another one.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const settled = timesWatching();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    expect(timesWatching()).toBe(settled);
  } finally {
    child.kill('SIGINT');
    await server.close();
  }
  const { code, stderr } = await ended;
  expect(stderr).toContain('Stopped. The site stays as it is.');
  expect(code).toBe(0);
  expect(JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')).items.count).toBe(1);
}, 180_000);

test('a source on a server cannot be watched', async () => {
  const { ended } = startSoutu([
    'build',
    'https://shop.example/sitemap.xml',
    '--out',
    out,
    '--watch',
  ]);
  const { code, stderr } = await ended;
  expect(stderr).toContain('--watch needs a folder or a file; this source is on a server.');
  expect(code).toBe(2);
});
