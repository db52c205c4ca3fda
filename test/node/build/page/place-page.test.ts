/** Builds of a page one after the other into one folder: what stays beside the newest, and what goes. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  REPLACED,
  refuseForeignFiles,
  stagePage,
} from '../../../../src/node/build/page/place-page.ts';
import { Staging } from '../../../../src/node/files/staging.ts';
import { tempFolder } from '../../../support/temp.ts';

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

const ENTRIES = ['sw.js', 'index.html'];
const build = async (out: string, release: number): Promise<number> => {
  const files = [...filesOf(release)].map(([name, text]) => [name, Buffer.from(text)] as const);
  const staging = new Staging({ warn: (line) => expect.unreachable(line) });
  try {
    const { bytes, sweep } = await stagePage(out, new Map(files), ENTRIES, staging);
    await staging.publish();
    await sweep();
    return bytes;
  } finally {
    staging.discard();
  }
};
const assetsIn = async (out: string) =>
  (await readdir(join(out, 'assets'))).map((name) => `assets/${name}`).sort();

test.each(REPLACED)('a file %s of the owner is not overwritten', async (name) => {
  const out = await tempFolder();
  await writeFile(join(out, name), 'mine');
  await expect(refuseForeignFiles(out)).rejects.toThrow(
    `${join(out, name)}: there already, and not made by Soutu; it is not overwritten.`,
  );
});

test('a page of the owner with an element of its own is not overwritten; a built one is', async () => {
  const out = await tempFolder();
  const page = join(out, 'index.html');
  await refuseForeignFiles(out);
  await writeFile(page, '<soutu-search bundle="/bundle/"></soutu-search>');
  await expect(refuseForeignFiles(out)).rejects.toThrow(
    `${page}: there already, and not made by Soutu; it is not overwritten. Choose another --out, or move the file away.`,
  );
  await build(out, 1);
  await writeFile(page, '<soutu-search bundle="./bundle/" group></soutu-search>');
  await refuseForeignFiles(out);
});

test('files of the last page stay, those before it go', async () => {
  const out = await tempFolder();
  const of = (...releases: number[]) =>
    [...new Set(releases.flatMap((release) => [...filesOf(release).keys()]))]
      .filter((name) => name.startsWith('assets/'))
      .sort();

  const lengths = [...filesOf(1).values()].map((text) => text.length);
  expect(await build(out, 1)).toBe(lengths.reduce((sum, length) => sum + length));
  expect(await assetsIn(out)).toEqual(of(1));
  await build(out, 2);
  expect(await assetsIn(out)).toEqual(of(1, 2));
  await build(out, 3);
  expect(await assetsIn(out)).toEqual(of(2, 3));
  await build(out, 3);
  expect(await assetsIn(out)).toEqual(of(3));
  expect((await readFile(join(out, 'soutu-page-files.txt'), 'utf8')).split('\n')).toEqual([
    ...of(3),
    '',
  ]);
});

test('files of the owner stay, though their names have the form of ours', async () => {
  const out = await tempFolder();
  const owners = ['photo-0123456789abcdef.jpg', 'main-fedcba9876543210.js', 'notes.txt'];
  await mkdir(join(out, 'assets'));
  for (const name of owners) await writeFile(join(out, 'assets', name), 'the owner’s');
  for (const release of [1, 2, 3]) await build(out, release);
  for (const name of owners) {
    expect(await readFile(join(out, 'assets', name), 'utf8')).toBe('the owner’s');
  }
});

test('a build that fails leaves nothing behind', async () => {
  const out = await tempFolder();
  await build(out, 1);
  await rm(join(out, 'index.html'));
  await mkdir(join(out, 'index.html'));
  const before = await readdir(out, { recursive: true });
  const words = `${join(out, 'index.html')}: is a folder, expected a file or nothing. Move it away`;
  await expect(build(out, 2)).rejects.toThrow(words);
  expect(await readdir(out, { recursive: true })).toEqual(before);
});

test('a build that is killed leaves files that the next ones delete', async () => {
  const out = await tempFolder();
  await build(out, 1);
  const files = [...filesOf(2)].map(([name, text]) => [name, Buffer.from(text)] as const);
  const killed = new Staging({ warn: (line) => expect.unreachable(line) });
  await stagePage(out, new Map(files), ENTRIES, killed);
  const left = (await readdir(out)).filter((name) => name.endsWith('.tmp'));
  expect(left.map((name) => name.replace(/\.\d+\.tmp$/, '')).sort()).toEqual([
    'index.html',
    'sw.js',
  ]);
  await writeFile(join(out, 'notes.1.tmp'), 'the owner’s');
  await build(out, 3);
  await build(out, 3);
  expect((await assetsIn(out)).filter((path) => path.includes('000002'))).toEqual([]);
  expect((await readdir(out)).filter((name) => name.endsWith('.tmp'))).toEqual(['notes.1.tmp']);
});

test('a list that somebody has written into reaches nothing outside the folder', async () => {
  const out = await tempFolder();
  await writeFile(join(out, 'mine.html'), 'the owner’s');
  const lines = ['assets/../mine.html', 'mine.html', '../mine.html', join(out, 'mine.html')];
  await writeFile(join(out, 'soutu-page-files.txt'), lines.join('\n'));
  await build(out, 1);
  expect(await readFile(join(out, 'mine.html'), 'utf8')).toBe('the owner’s');
});
