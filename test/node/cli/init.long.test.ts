/** `soutu init`, and a build by the config that it wrote. */
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { soutuArgs } from '../../support/command/packed.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();

function soutu(cwd: string, args: readonly string[], input = '') {
  return new Promise<{ code: number; stderr: string; stdout: string }>((resolve) => {
    const env = { ...process.env, CI: '1' };
    const child = execFile(
      process.execPath,
      soutuArgs(args),
      { cwd, env },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

async function folderWith(name: string, files: readonly string[]): Promise<string> {
  const folder = join(root, name);
  for (const file of files) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), '');
  }
  return folder;
}

test('takes what it finds with --yes, and the next command builds with it', async () => {
  const folder = await folderWith('plain', ['notes.txt']);
  await writePhotos(folder, {
    'media/photos/a.jpg': 1,
    'media/photos/deep/b.jpg': 2,
    'logo/c.png': 3,
  });
  const first = await soutu(folder, ['init', '--yes']);
  expect(first).toEqual({
    code: 0,
    stdout: '',
    stderr: 'Written: soutu.config.mjs (photos: media/photos; out: site)\nNext: npx soutu build\n',
  });
  expect(await readFile(join(folder, 'soutu.config.mjs'), 'utf8')).toBe(
    '// Options of "soutu build"; "npx soutu build --help" explains them.\n' +
      "/** @type {import('soutu/node').SoutuConfig} */\n" +
      "export default {\n  photos: 'media/photos',\n  out: 'site',\n};\n",
  );
  const again = await soutu(folder, ['init', '--yes']);
  expect([again.code, again.stderr]).toEqual([
    2,
    'soutu init: soutu.config.mjs already exists. Edit it, or add --force to replace it.\n',
  ]);
  const forced = await soutu(folder, ['init', '--yes', '--force', '--format', 'mjs']);
  expect(forced.code).toBe(0);
  const built = await soutu(folder, [
    'build',
    '--bundle-only',
    '--out',
    'bundle',
    '--json',
    '--soft',
  ]);
  expect(built.code).toBe(0);
  expect(built.stderr).toContain('Config: soutu.config.mjs\n');
  expect(JSON.parse(built.stdout)).toMatchObject({
    out: join(folder, 'bundle'),
    counts: { indexed: 2 },
  });
});

test('photos that are sorted into folders are one catalogue, but not the pictures of a project', async () => {
  const sorted = await folderWith('sorted', [
    'shop/photos/chairs/1.jpg',
    'shop/photos/chairs/2.jpg',
    'shop/photos/lamps/1.jpg',
    'queries/1.jpg',
  ]);
  const first = await soutu(sorted, ['init', '--yes']);
  expect(first.stderr).toContain('(photos: shop/photos; out: site)');
  const project = await folderWith('project', [
    'public/logos/1.png',
    'public/products/1.jpg',
    'public/products/2.jpg',
  ]);
  const second = await soutu(project, ['init', '--yes']);
  expect(second.stderr).toContain('(photos: public/products; out: site)');
});

test('asks, and says again what an answer lacks', async () => {
  const folder = await folderWith('asked', [
    'astro.config.mjs',
    'a/1.jpg',
    'b/1.jpg',
    'b/2.jpg',
    'shop.csv',
  ]);
  const answers = [
    '9',
    'https://shop.example/',
    'mysql://me:secret@db/shop',
    'mariadb+x://me:secret@db/shop',
    'nowhere',
    'mysql://me@db/shop',
    '',
    'public/find',
  ];
  const { code, stderr } = await soutu(
    folder,
    ['init', '--format', 'json'],
    `${answers.join('\n')}\n`,
  );
  expect(code).toBe(0);
  const lines = stderr.split('\n');
  expect(lines).toContain('This is a project of Astro.');
  expect(lines.slice(1, 4)).toEqual([
    '  1  shop.csv (a table)',
    '  2  b (a folder with 2 photos)',
    '  3  a (a folder with 1 photo)',
  ]);
  expect(stderr).toContain('Expected 1 to 3.');
  expect(stderr).toContain('A web page or feed must be saved as a file first.');
  expect(stderr).toContain(
    'Unknown kind of database. Expected mysql://, mariadb://, postgres:// or sqlite:FILE.',
  );
  expect(stderr).toContain('nowhere: no such file or folder.');
  expect(stderr).toContain('Leave the password out; it is taken from SOUTU_DB_PASSWORD.');
  expect(stderr).toContain('Output folder for the search [public/search]: ');
  expect(stderr).not.toContain('secret');
  expect(lines.slice(-3)).toEqual([
    expect.stringContaining(
      'Written: soutu.config.json (photos: mysql://me@db/shop; out: public/find)',
    ),
    'Next: npx soutu build',
    '',
  ]);
  expect(JSON.parse(await readFile(join(folder, 'soutu.config.json'), 'utf8'))).toEqual({
    $schema: './node_modules/soutu/dist/schemas/config.json',
    photos: 'mysql://me@db/shop',
    query: 'SELECT id, relation_id, photo FROM images',
    out: 'public/find',
  });
});

test('--force leaves one config, and a build of ours is no source', async () => {
  const folder = await folderWith('again', ['site/soutu-page-files.txt']);
  await writePhotos(folder, {
    'site/thumbs/a.jpg': 1,
    'site/thumbs/b.jpg': 2,
    'pictures/1.jpg': 3,
  });
  expect((await soutu(folder, ['init', '--yes', '--format', 'mjs'])).code).toBe(0);
  const { stderr } = await soutu(folder, ['init', '--yes', '--force', '--format', 'json']);
  expect(stderr).toContain('Written: soutu.config.json (photos: pictures; out: site)');
  expect((await readdir(folder)).filter((name) => name.startsWith('soutu.config'))).toEqual([
    'soutu.config.json',
  ]);
});

test('without answers or photos, it says what to do and writes nothing', async () => {
  const folder = await folderWith('none', ['readme.txt']);
  const silent = await soutu(folder, ['init']);
  expect(silent.code).toBe(2);
  expect(silent.stderr).toContain(
    'The input ended before all questions were answered. Answer all, or add --yes',
  );
  const yes = await soutu(folder, ['init', '--yes']);
  expect(yes.code).toBe(2);
  expect(yes.stderr).toMatch(/^soutu init: No photos were found here: /);
});

test('a TypeScript project with Soutu gets a config that imports it', async () => {
  const folder = await folderWith('typed', [
    'tsconfig.json',
    'node_modules/soutu/package.json',
    "p'h/a.jpg",
  ]);
  const { code } = await soutu(folder, ['init', '--yes']);
  expect(code).toBe(0);
  expect(await readFile(join(folder, 'soutu.config.ts'), 'utf8')).toBe(
    "import { defineConfig } from 'soutu/node';\n\n" +
      '// Options of "soutu build"; "npx soutu build --help" explains them.\n' +
      "export default defineConfig({\n  photos: 'p\\'h',\n  out: 'site',\n});\n",
  );
});

test('flags win over the config, also to turn something off', async () => {
  const folder = await folderWith('flags', []);
  await writePhotos(folder, { 'photos/a.jpg': 1 });
  await writeFile(
    join(folder, 'soutu.config.json'),
    '{ "photos": "photos", "out": "bundle", "bundleOnly": true, "soft": true, "similar": 3, "trim": false }',
  );
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await soutu(folder, ['build', '--json', ...args]);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout);
  };
  const plain = await json();
  expect(plain.bytes.soft).toBeGreaterThan(0);
  expect(plain.bytes.page).toBe(0);
  expect((await json('--no-soft')).bytes.soft).toBe(0);
  const both = await soutu(folder, ['build', '--soft', '--no-soft']);
  expect([both.code, both.stderr]).toEqual([
    2,
    'soutu build: Give --soft or --no-soft, not both.\n',
  ]);
  const none = await soutu(folder, ['build', '--no-config']);
  expect([none.code, none.stderr]).toEqual([
    2,
    'soutu build: Expected PHOTOS, got nothing. See --help, or make a config with "soutu init".\n',
  ]);
  const unknown = await soutu(folder, ['build', '--thread-count', '2']);
  expect([unknown.code, unknown.stderr]).toEqual([
    2,
    'soutu build: Unknown option "--thread-count". Did you mean "--threads"? See --help.\n',
  ]);
});
