import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { Staging } from '../../../src/node/files/staging.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
const bytes = (text: string) => new TextEncoder().encode(text);
const silent = { warn: (line: string) => expect.unreachable(line) };
let folder = '';
let made = 0;

beforeEach(async () => {
  folder = join(root, String(made++));
  await mkdir(folder);
  await writeFile(join(folder, 'page.html'), 'old page');
  await writeFile(join(folder, 'owner.txt'), 'mine');
});

const filesIn = async () => (await readdir(folder, { recursive: true })).sort();

async function stageTwo(staging: Staging): Promise<void> {
  await staging.add(join(folder, 'assets/deep/new.js'), bytes('new script'));
  await staging.replace(join(folder, 'data.json'), bytes('new data'));
  await staging.replace(join(folder, 'page.html'), bytes('new page'));
}

describe('before it is published', () => {
  test('added files are there, replaced ones keep their content', async () => {
    const staging = new Staging(silent);
    await stageTwo(staging);
    expect(await readFile(join(folder, 'assets/deep/new.js'), 'utf8')).toBe('new script');
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toBe('old page');
    staging.discard();
  });

  test('discarded, nothing has changed: folders that it made are gone, too', async () => {
    const before = await filesIn();
    const staging = new Staging(silent);
    await stageTwo(staging);
    staging.discard();
    staging.discard();
    expect(await filesIn()).toEqual(before);
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toBe('old page');
  });

  test('discarded, files that were there before with the same content stay', async () => {
    const first = new Staging(silent);
    await stageTwo(first);
    await first.publish();
    const before = await filesIn();
    const second = new Staging(silent);
    await stageTwo(second);
    second.discard();
    expect(await filesIn()).toEqual(before);
  });

  test('discarded, a damaged file stays repaired: the site in use needs it', async () => {
    await writeFile(join(folder, 'hashed.bin'), 'dam');
    const staging = new Staging(silent);
    await staging.add(join(folder, 'hashed.bin'), bytes('whole'));
    staging.discard();
    expect(await readFile(join(folder, 'hashed.bin'), 'utf8')).toBe('whole');
  });
});

describe('published', () => {
  test('all files have their new content, and no other file is left', async () => {
    const staging = new Staging(silent);
    await stageTwo(staging);
    await staging.publish();
    staging.discard();
    expect(await filesIn()).toEqual(
      ['assets', 'assets/deep', 'assets/deep/new.js', 'data.json', 'owner.txt', 'page.html'].sort(),
    );
    expect(await readFile(join(folder, 'page.html'), 'utf8')).toBe('new page');
    expect(await readFile(join(folder, 'data.json'), 'utf8')).toBe('new data');
  });

  test('if it fails half-way, files that the published half refers to stay', async () => {
    const staging = new Staging(silent);
    await stageTwo(staging);
    // Somebody puts a folder in the way of the second rename.
    const page = join(folder, 'page.html');
    await rm(page);
    await mkdir(page);
    await expect(staging.publish()).rejects.toThrow(/EISDIR|ENOTEMPTY/);
    staging.discard();
    expect(await filesIn()).toEqual(
      ['assets', 'assets/deep', 'assets/deep/new.js', 'data.json', 'owner.txt', 'page.html'].sort(),
    );
  });
});

describe('a file system that cannot flush', () => {
  const refusing = (code: string) => async () => {
    throw Object.assign(new Error(`${code}: fsync refused`), { code });
  };

  test.each(['EINVAL', 'ENOTSUP', 'EPERM'])(
    '%s: published all the same, with one warning',
    async (code) => {
      const lines: string[] = [];
      const staging = new Staging({ warn: (line) => lines.push(line), sync: refusing(code) });
      await stageTwo(staging);
      await staging.publish();
      expect(await readFile(join(folder, 'page.html'), 'utf8')).toBe('new page');
      expect(lines).toEqual([
        `The file system cannot flush to disk (${code}: fsync refused). The build goes on; after a power failure ` +
          'in the next seconds, build again.',
      ]);
    },
  );

  test('EIO means that data is lost: nothing is published', async () => {
    const before = await filesIn();
    const staging = new Staging({ ...silent, sync: refusing('EIO') });
    await expect(stageTwo(staging)).rejects.toThrow('EIO');
    staging.discard();
    expect(await filesIn()).toEqual(before);
  });
});

test('a folder in the place of a file is refused before anything is published', async () => {
  await mkdir(join(folder, 'index.html'));
  const staging = new Staging(silent);
  await expect(staging.replace(join(folder, 'index.html'), bytes(''))).rejects.toMatchObject({
    name: 'OutputError',
    message: `${folder}/index.html: is a folder, expected a file or nothing. Move it away, or choose another --out.`,
  });
  staging.discard();
});
