import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findBrowser } from '../../scripts/browser/find.ts';
import { tempFolder } from '../support/temp.ts';

const root = await tempFolder();

async function program(folder: string, name: string): Promise<string> {
  const path = join(root, folder, name);
  await mkdir(join(root, folder), { recursive: true });
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

describe('CHROME_PATH', () => {
  test('wins over the PATH', async () => {
    const mine = await program('mine', 'my-browser');
    await program('other', 'chromium');
    expect(findBrowser({ CHROME_PATH: mine, PATH: join(root, 'other') })).toBe(mine);
  });

  test('that leads nowhere is told, not passed over', async () => {
    const nothing = join(root, 'nothing');
    const words = `CHROME_PATH is "${nothing}", which is not a program. Fix or unset it.`;
    expect(() => findBrowser({ CHROME_PATH: nothing })).toThrow(words);
  });

  test('that leads to a folder is told, too', () => {
    expect(() => findBrowser({ CHROME_PATH: root })).toThrow('which is not a program');
  });
});

describe('PATH', () => {
  test('finds a browser in a later folder, past a file that cannot be run and a folder', async () => {
    await mkdir(join(root, 'folders/chromium'), { recursive: true });
    await mkdir(join(root, 'plain'), { recursive: true });
    await writeFile(join(root, 'plain/chromium'), '');
    await chmod(join(root, 'plain/chromium'), 0o644);
    const path = await program('bin', 'google-chrome');
    const folders = ['', 'folders', 'plain', 'bin'].map((name) => name && join(root, name));
    expect(findBrowser({ PATH: folders.join(delimiter) })).toBe(path);
  });

  test.runIf(process.platform === 'linux')('null where there is none', () => {
    expect(findBrowser({ PATH: join(root, 'empty') })).toBeNull();
    expect(findBrowser({})).toBeNull();
  });
});
