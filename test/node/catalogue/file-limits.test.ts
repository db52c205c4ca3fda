/** Files that are too large, and files that are none. */
import { execFileSync } from 'node:child_process';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { headOf } from '../../../src/node/catalogue/file-head.ts';
import { decodeText, refuseTooLong } from '../../../src/node/catalogue/table/decode-text.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();

test('a text longer than Node can hold is refused with its size and the limit', () => {
  const bytes = new Uint8Array(2_000_000);
  expect(() => refuseTooLong(bytes, 'big.csv', 1_000_000)).toThrow(
    'big.csv: has 2 MB, expected at most 1 MB. Leave out columns or fields that are not needed, or build from a part of it.',
  );
  expect(() => refuseTooLong(bytes, 'big.csv', 2_000_000)).not.toThrow();
  const huge = { length: 600_000_000 } as Uint8Array;
  expect(() => decodeText(huge, 'big.xml')).toThrow(
    /^big\.xml: has 600 MB, expected at most 537 MB\./,
  );
});

test.skipIf(process.platform === 'win32')('nothing is taken from a pipe', async () => {
  const path = join(root, 'pipe');
  execFileSync('mkfifo', [path]);
  // For reading and writing, so that opening it does not wait.
  const pipe = await open(path, 'r+');
  await pipe.write('[{"id"');
  expect(await headOf(path)).toHaveLength(0);
  const { buffer, bytesRead } = await pipe.read(Buffer.alloc(10), 0, 10, null);
  expect(buffer.toString('utf8', 0, bytesRead)).toBe('[{"id"');
  await pipe.close();
  const file = join(root, 'file');
  await writeFile(file, '<rss/>');
  expect((await headOf(file)).toString()).toBe('<rss/>');
});
