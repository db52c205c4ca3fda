/** Builds of a page one after the other into one folder: what stays beside the newest, and what goes. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageFilesIn, sweepPage } from '../../scripts/build/sweep-page.ts';
import { tempFolder } from '../support/temp.ts';

const hashed = (name: string, release: number, extension: string) =>
  `assets/${name}-${String(release).padStart(16, '0')}.${extension}`;

/** The page names a script and a picture, the script its chunk, the chunk a binary; the service worker a style. */
const filesOf = (release: number) => {
  const name = (part: string, extension: string) => hashed(part, release, extension);
  const base = (path: string) => path.slice('assets/'.length);
  return new Map([
    [name('page', 'js'), `import("./${base(name('chunk', 'js'))}")`],
    [name('chunk', 'js'), `new URL("${base(name('kernel', 'wasm'))}", import.meta.url)`],
    [name('kernel', 'wasm'), `${release}`],
    [name('page', 'css'), ''],
    [name('try', 'webp'), ''],
    [hashed('same', 0, 'mjs'), ''],
    ['sw.js', `SHELL=["${name('page', 'css')}"]`],
    ['index.html', `${name('page', 'js')} ${name('try', 'webp')} ${hashed('same', 0, 'mjs')}`],
  ]);
};

test('files of the last page stay, those before it and nobody else’s go', async () => {
  const out = await tempFolder();
  await mkdir(join(out, 'assets'));
  const owners = ['assets/logo-holidays.webp', 'assets/notes.txt'];
  for (const file of owners) await writeFile(join(out, file), '');
  const build = async (release: number) => {
    const before = await pageFilesIn(out, ['sw.js', 'index.html']);
    const files = filesOf(release);
    for (const [name, content] of files) await writeFile(join(out, name), content);
    await sweepPage(out, new Set([...before, ...files.keys()]));
  };
  const there = async () => (await readdir(join(out, 'assets'))).map((name) => `assets/${name}`);
  const of = (...releases: number[]) =>
    [
      ...new Set([...owners, ...releases.flatMap((release) => [...filesOf(release).keys()])]),
    ].filter((name) => name.startsWith('assets/'));

  await build(1);
  expect((await there()).sort()).toEqual(of(1).sort());
  await build(2);
  expect((await there()).sort()).toEqual(of(1, 2).sort());
  await build(3);
  expect((await there()).sort()).toEqual(of(2, 3).sort());
  await build(3);
  expect((await there()).sort()).toEqual(of(3).sort());
});

test('a folder without a page has nothing to sweep', async () => {
  const out = await tempFolder();
  expect(await pageFilesIn(out, ['sw.js', 'index.html'])).toEqual(new Set());
  await sweepPage(out, new Set());
});
