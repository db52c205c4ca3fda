/** Packages that few users need are not installed with Soutu; a command that needs one asks for it by name. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { TINY_VGG, tinyWeights, writeKerasFile } from '../support/keras-file.ts';

const project = inject('project');
const installed = inject('installed');

const convert = () =>
  soutu([
    ...['model', 'convert', 'tiny.h5', '--spec', 'tiny.json'],
    ...['--dtype', 'f32', '--out', 'tiny'],
  ]);

async function soutu(args: readonly string[]): Promise<{ code: number; stderr: string }> {
  return promisify(execFile)(process.execPath, [join(installed, 'dist/node/soutu.js'), ...args], {
    cwd: project,
  }).then(
    ({ stderr }) => ({ code: 0, stderr }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, stderr }),
  );
}

test('optional packages are not installed; reading HDF5 asks for h5wasm, and works with it', async () => {
  for (const name of ['h5wasm', 'undici', 'mysql2', 'pg', 'node-sqlite3-wasm']) {
    expect(existsSync(join(project, 'node_modules', name)), name).toBe(false);
  }
  await writeKerasFile(join(project, 'tiny.h5'), tinyWeights(), { keras: 2 });
  await writeFile(join(project, 'tiny.json'), JSON.stringify(TINY_VGG));
  const without = await convert();
  expect(without.code).toBe(2);
  const command = 'npm install h5wasm@0.10.3';
  expect(without.stderr).toContain(
    `Reading HDF5 files needs the package h5wasm, which is not installed. Install it beside Soutu: ${command} (`,
  );
  const [npm, ...args] = command.split(' ') as [string, ...string[]];
  const options = { cwd: project, shell: process.platform === 'win32' };
  await promisify(execFile)(npm, [...args, '--prefer-offline', '--no-audit', '--no-fund'], options);
  expect(await convert()).toMatchObject({ code: 0 });
  const model = JSON.parse(await readFile(join(project, 'tiny/model.json'), 'utf8'));
  expect(model).toMatchObject({ name: 'tiny-vgg', widths: TINY_VGG.widths });
});

test.each([
  ['mysql://a@127.0.0.1/shop', 'Reading from MySQL or MariaDB', 'mysql2', '3'],
  ['postgres://a@127.0.0.1/shop', 'Reading from PostgreSQL', 'pg', '8'],
])('%s asks for its driver', async (source, need, name, version) => {
  const args = ['build', '--source', source, '--query', 'SELECT 1', '--out', 'site'];
  const { code, stderr } = await soutu(args);
  expect(code).toBe(2);
  expect(stderr).toBe(
    `soutu build: ${need} needs the package ${name}, which is not installed. Install it beside Soutu: npm install ` +
      `${name}@${version} (with -g if Soutu is installed globally).\n`,
  );
});
