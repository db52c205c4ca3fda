/** Vite reads `#` and `%` in a path as parts of a URL; the page must be built in such a checkout, too. */
import { execFile } from 'node:child_process';
import { cp, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { pageFiles } from '../../../../src/node/build/page/vite-page.ts';
import { inPackage } from '../../../../src/node/files/package-root.ts';
import { sha256 } from '../../../../src/node/files/sha256.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
// No question mark: tsx itself cannot load TypeScript from such a folder.
const checkout = join(root, '#a b%41');

const PRINT = `
const { pageFiles } = await import('./src/node/build/page/vite-page.ts');
const { sha256 } = await import('./src/node/files/sha256.ts');
console.log(JSON.stringify([...(await pageFiles())].map(([name, bytes]) => [name, sha256(bytes)])));
`;

const run = (temporary: string) =>
  promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '--eval', PRINT],
    { cwd: checkout, env: { ...process.env, TMPDIR: temporary, TEMP: temporary } },
  );

beforeAll(async () => {
  await mkdir(checkout);
  for (const name of ['src', 'scripts', 'index.html', 'package.json', 'vite.config.ts']) {
    await cp(inPackage(name), join(checkout, name), { recursive: true });
  }
  await symlink(inPackage('node_modules'), join(checkout, 'node_modules'), 'junction');
});

test('the same files as in any other folder, to the byte', async () => {
  const { stdout } = await run(root);
  const here = [...(await pageFiles())].map(([name, bytes]) => [name, sha256(bytes)]);
  expect(new Map(JSON.parse(stdout))).toEqual(new Map(here as [string, string][]));
  expect(here.length).toBeGreaterThan(10);
});

test('a temporary folder with such a name, too: the error says what to set', async () => {
  const temporary = join(root, 't#mp');
  await mkdir(temporary);
  await expect(run(temporary)).rejects.toMatchObject({
    stderr: expect.stringMatching(
      /#a b\S+: the page cannot be built in a folder with # \? or % in its path, and the temporary folder .*t#mp.* has "#" in its path, too\. Set TMPDIR to a folder without these characters\./,
    ),
  });
});
