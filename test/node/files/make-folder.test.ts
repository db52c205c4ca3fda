import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../src/node/files/make-folder.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();

test('returns the folders that it created, outermost first', async () => {
  const path = join(root, 'a/b/c');
  expect(await makeFolder(path)).toEqual([join(root, 'a'), join(root, 'a/b'), path]);
  expect(await makeFolder(path)).toEqual([]);
});

test('a file in the way is the error of the system', async () => {
  const file = join(root, 'file');
  await writeFile(file, '');
  await expect(makeFolder(file)).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(file, 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
});

test.skipIf(process.platform !== 'linux')('/proc takes no folders: an error, no loop', async () => {
  await expect(makeFolder('/proc/soutu/site')).rejects.toMatchObject({ code: 'ENOENT' });
});

test('others that remove and create the same folders meanwhile are no failure', async () => {
  const parent = join(root, 'contended');
  const path = join(parent, 'site');
  let isDone = false;
  const contend = async () => {
    while (!isDone) {
      await mkdir(path, { recursive: true }).catch(() => undefined);
      await rmdir(path).catch(() => undefined);
      await rmdir(parent).catch(() => undefined);
    }
  };
  const other = contend();
  try {
    for (let i = 0; i < 1000; i++) await makeFolder(path);
  } finally {
    isDone = true;
    await other;
  }
});
