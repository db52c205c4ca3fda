/** What tools say of the package, and the types that people get. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { beforeAll, expect, inject, test } from 'vitest';

const run = promisify(execFile);
const installed = inject('installed');
const project = inject('project');

test('publint has nothing to say', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, level: 'suggestion', strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('are-the-types-wrong: they are not, for ES modules', async () => {
  const args = [inject('tarball'), '--profile', 'esm-only', '--no-color', '--no-emoji'];
  const { stdout, code = 0 } = await run(resolve('node_modules/.bin/attw'), args).catch(
    (error) => error,
  );
  expect(code, stdout).toBe(0);
  for (const entry of [
    'soutu/widget',
    'soutu/button',
    'soutu/similar',
    'soutu/react',
    'soutu/vue',
    'soutu/node',
    'soutu/astro',
    'soutu/eleventy',
    'soutu/vite',
    'soutu/sw.js',
  ]) {
    expect(stdout).toContain(entry);
  }
});

beforeAll(async () => {
  await cp('test/package/fixtures', join(project, 'types'), { recursive: true });
  // One by one: through a link to the whole scope, a later `npm install` in the project would delete our own packages.
  const types = (await readdir('node_modules/@types')).map((name) => `@types/${name}`);
  await mkdir(join(project, 'node_modules/@types'), { recursive: true });
  for (const name of ['react', 'vue', ...types]) {
    await symlink(resolve('node_modules', name), join(project, 'node_modules', name), 'junction');
  }
});

test('code for client, build, React and Vue compiles, and its mistakes do not', async () => {
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: [],
    jsx: 'react-jsx',
    strict: true,
    noEmit: true,
    // Our declarations are looked at, too.
    skipLibCheck: false,
  };
  const config = join(project, 'types/tsconfig.json');
  await writeFile(config, JSON.stringify({ compilerOptions, include: ['./*.mts', './*.tsx'] }));
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [tsc, '-p', config]).catch((error) => error);
  expect(stdout).toBe('');
});
