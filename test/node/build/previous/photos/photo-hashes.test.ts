import { readFile, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PhotoHashes } from '../../../../../src/node/build/previous/photos/photo-hashes.ts';
import { sha256 } from '../../../../../src/node/files/sha256.ts';
import { tempFolder } from '../../../../support/temp.ts';

const root = await tempFolder();
const record = join(root, 'record', 'hashes.json');
const photo = join(root, 'photo');
const hashOf = (text: string) => sha256(Buffer.from(text));
/** A file is only trusted if it is older than two seconds, and ctime cannot be set. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 2100));

async function look(): Promise<{ sha256: string; wasRead: boolean }> {
  const hashes = await PhotoHashes.open(record);
  const { sha256: hash, bytes } = await hashes.of(photo);
  await hashes.save();
  return { sha256: hash, wasRead: bytes !== null };
}

test('a file is read again only if it has changed, or changed just before it was read', async () => {
  await writeFile(photo, 'one');
  // It may be written again within the same tick of the clock.
  expect(await look()).toEqual({ sha256: hashOf('one'), wasRead: true });
  expect(await look()).toEqual({ sha256: hashOf('one'), wasRead: true });
  await settle();
  expect(await look()).toEqual({ sha256: hashOf('one'), wasRead: true });
  expect(await look()).toEqual({ sha256: hashOf('one'), wasRead: false });
  // The same size and mtime, as `cp --preserve` leaves it; the inode and ctime tell.
  const past = new Date(Date.now() - 1e6);
  await utimes(photo, past, past);
  await settle();
  await look();
  expect((await look()).wasRead).toBe(false);
  const other = join(root, 'other');
  await writeFile(other, 'two');
  await utimes(other, past, past);
  await rename(other, photo);
  expect(await look()).toEqual({ sha256: hashOf('two'), wasRead: true });
});

test('a damaged record, or one of another version, counts for nothing', async () => {
  const text = await readFile(record, 'utf8');
  for (const damaged of [
    '',
    'null',
    text.slice(0, 40),
    text.replace('"version":1', '"version":2'),
  ]) {
    await writeFile(record, damaged);
    expect((await look()).wasRead).toBe(true);
  }
});

test('a file that is not there is the fault of the photo', async () => {
  const hashes = await PhotoHashes.open(record);
  await expect(hashes.of(join(root, 'none'))).rejects.toMatchObject({ name: 'PhotoError' });
});
