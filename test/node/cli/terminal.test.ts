/** What reaches the terminal: no control characters of others, no stack when a pipe closes, partial results. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { ProgressReporter } from '../../../src/node/cli/progress.ts';
import { printable } from '../../../src/node/cli/terminal.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const photos = join(root, 'photos');
const COMMAND = `${process.execPath} --import tsx src/node/cli/main.ts`;

beforeAll(async () => {
  await writePhotos(photos, { 'a.png': 1, 'b.png': 2, 'c.png': 3, 'd.png': 4 });
});

describe('control characters', () => {
  test.each([
    ['\x1b[31mred\x1b[0m', '\\u001b[31mred\\u001b[0m'],
    ['\x1b]0;title\x07', '\\u001b]0;title\\u0007'],
    ['a\rb\x08\x7f', 'a\\u000db\\u0008\\u007f'],
    ['\x9b2J', '\\u009b2J'],
    ['gpj.\u202etxt', 'gpj.\\u202etxt'],
    ['one\nsoutu build: two', 'one\\u000asoutu build: two'],
    ['tab\tÄ 深 🏺 שלום', 'tab\tÄ 深 🏺 שלום'],
  ])('%j is written as %j', (text, expected) => {
    expect(printable(text)).toBe(expected);
  });

  test('JSON with them escaped is the same JSON', () => {
    const value = { path: '\x1b[2J\x7f\x9b\u202e"\\' };
    expect(JSON.parse(printable(JSON.stringify(value)))).toEqual(value);
  });

  test("progress escapes others' names, and still moves the cursor itself", () => {
    let written = '';
    const out = { isTTY: true, write: (text: string) => (written += text) };
    new ProgressReporter(out, () => 0).warn('Skipped: \x1b[2J.png');
    expect(written).toBe('Skipped: \\u001b[2J.png\n');
  });

  test('files below the working folder have their relative paths', () => {
    let written = '';
    const out = { write: (text: string) => (written += text) };
    new ProgressReporter(out, () => 0).warn(`Skipped: ${join(process.cwd(), 'photos', 'a.jpg')}`);
    expect(written).toBe(`Skipped: ${join('photos', 'a.jpg')}\n`);
  });

  test.skipIf(process.platform === 'win32')(
    'in file names and catalogues are escaped in all output of build, query and embed',
    async () => {
      const folder = join(root, 'evil');
      const name = 'x\x1b]0;owned\x07\x1b[2J\nforged.png';
      await writePhotos(folder, { [name]: 5, 'plain.png': 6 });
      await writeFile(join(folder, `bad${name}`), 'no photo');
      const title = '\x1b[8mhidden';
      const items = [name, `bad${name}`, 'plain.png'].map((image) => ({ id: image, image, title }));
      const catalogue = join(folder, 'catalogue.json');
      await writeFile(catalogue, JSON.stringify([...items, items[0]]));
      const out = join(root, 'evil-bundle');
      const ran = [
        await soutu('build', catalogue, '--out', out, '--bundle-only'),
        await soutu('query', out, join(folder, name), '--min-score', '-1'),
        await soutu('query', out, join(folder, name), '--min-score', '-1', '--json'),
        await soutu('embed', join(folder, name), join(folder, `bad${name}`)),
        await soutu(name),
      ];
      expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 1, 2]);
      for (const { stdout, stderr } of ran) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
        expect(stdout + stderr).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
        expect(stdout + stderr).toMatch(
          /\\u001b\]0;owned\\u0007\\u001b\[2J(\\u000a|\\n)forged\.png/,
        );
        expect(stdout + stderr).not.toMatch(/^forged/m);
      }
      expect(JSON.parse(ran[2]?.stdout ?? '').hits[0].id).toBe(name);
    },
  );
});

test.skipIf(process.platform === 'win32')(
  'a pipe that closes early ends the command without a word',
  async () => {
    const names = Array.from({ length: 6 }, () =>
      ['a', 'b', 'c', 'd'].map((n) => `${photos}/${n}.png`),
    );
    const line = `${COMMAND} embed ${names.flat().join(' ')} | head -c 100`;
    const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>(
      (resolve, reject) => {
        execFile('sh', ['-c', line], (error, stdout, stderr) =>
          error ? reject(error) : resolve({ stdout, stderr }),
        );
      },
    );
    expect(stdout).toHaveLength(100);
    expect(stderr).toBe('');
  },
);

describe('a photo that cannot be read among others', () => {
  const given = ['a.png', 'missing.png', 'b.png'].map((name) => join(photos, name));

  test('embed --json: the others are printed, it is listed, exit code 1', async () => {
    const { code, stdout, stderr } = await soutu('embed', ...given, '--json');
    expect(code).toBe(1);
    const answer = JSON.parse(stdout);
    expect(answer.photos.map(({ path }: { path: string }) => path)).toEqual([given[0], given[2]]);
    expect(answer.failures).toEqual([
      { path: given[1], reason: expect.stringContaining(`${given[1]}: no such file`) },
    ]);
    expect(stderr).toMatch(/^soutu embed: .*missing\.png: no such file.*\n$/);
  });

  test('embed: the others are printed as lines, exit code 1', async () => {
    const { code, stdout, stderr } = await soutu('embed', ...given);
    expect(code).toBe(1);
    const paths = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split('\t')[0]);
    expect(paths).toEqual([given[0], given[2]]);
    expect(stderr).toMatch(/missing\.png: no such file/);
  });
});

test.skipIf(process.platform === 'win32')(
  'a FIFO, a device, a folder and a socket among the photos: skipped as no regular files, not waited for',
  async () => {
    const folder = join(root, 'special');
    await writePhotos(folder, { 'good.png': 1 });
    execFileSync('mkfifo', [join(folder, 'fifo.png')]);
    await mkdir(join(folder, 'folder.png'));
    const { createServer } = await import('node:net');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(join(folder, 'socket.png'), resolve));
    const images = ['good.png', 'fifo.png', 'folder.png', 'socket.png', '/dev/zero'];
    const items = images.map((image, i) => ({ id: String(i), image }));
    await writeFile(join(folder, 'catalogue.json'), JSON.stringify(items));
    const out = join(root, 'special-bundle');
    const ran = await soutu(
      'build',
      join(folder, 'catalogue.json'),
      '--out',
      out,
      '--bundle-only',
      '--json',
    );
    await new Promise((resolve) => server.close(resolve));
    expect(ran.code).toBe(0);
    const { counts, failures } = JSON.parse(ran.stdout);
    expect(counts).toMatchObject({ indexed: 1, failed: 4 });
    for (const { reason } of failures) expect(reason).toContain('is not a regular file');
    const { code, stderr } = await soutu('query', out, join(folder, 'fifo.png'));
    expect(code).toBe(1);
    expect(stderr).toContain('fifo.png: is not a regular file');
  },
);
