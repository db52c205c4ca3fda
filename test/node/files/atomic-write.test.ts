import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { syncFolder, writeAtomically } from '../../../src/node/files/atomic-write.ts';
import { tempFolder } from '../../support/temp.ts';

const folder = await tempFolder();

/** A file system that refuses to flush. */
const refusing = (code: string) => async () => {
  throw Object.assign(new Error(`${code}: fsync refused`), { code });
};

test('a file is replaced as a whole; nothing else stays in the folder', async () => {
  const path = join(folder, 'file.txt');
  await writeAtomically(path, 'one');
  await writeAtomically(path, new Uint8Array([116, 119, 111]));
  expect(await readFile(path, 'utf8')).toBe('two');
  expect(await readdir(folder)).toEqual(['file.txt']);
});

test('if the file cannot take its name, the old one stays and the temporary one is removed', async () => {
  const below = join(folder, 'taken');
  await mkdir(join(below, 'name'), { recursive: true });
  await writeFile(join(below, 'name/file'), '');
  await expect(writeAtomically(join(below, 'name'), 'new')).rejects.toThrow(/EISDIR|ENOTEMPTY/);
  expect(await readdir(below)).toEqual(['name']);
});

test.each(['EINVAL', 'ENOTSUP', 'EPERM', 'ENOSYS'])(
  'a file system that cannot flush (%s) is written to all the same',
  async (code) => {
    const path = join(folder, `${code}.txt`);
    await writeAtomically(path, 'content', refusing(code));
    expect(await readFile(path, 'utf8')).toBe('content');
    expect(await syncFolder(folder, refusing(code))).toBe(`${code}: fsync refused`);
  },
);

test('a disk that fails while it flushes is an error, and the old file stays', async () => {
  const path = join(folder, 'kept.txt');
  await writeAtomically(path, 'old');
  await expect(writeAtomically(path, 'new', refusing('EIO'))).rejects.toThrow('EIO');
  await expect(syncFolder(folder, refusing('EIO'))).rejects.toThrow('EIO');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a folder on a real disk is flushed without complaint', async () => {
  expect(await syncFolder(folder)).toBeNull();
});
