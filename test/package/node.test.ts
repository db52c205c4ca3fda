/** The package in Node: the command line, the build as a function, and the site that they write. */
import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { type hitsOf, STRICT_CSP, searchAndKeep, visit } from '../e2e/support/visit.ts';
import { builtSite, soutu } from './support/bundle.ts';

const run = promisify(execFile);
const project = inject('project');
const query = 'public/sample/queries/vase-001.jpg';

test('the command line answers, and names itself as it can be called', async () => {
  const { stdout } = await soutu('--help');
  expect(stdout).toContain('soutu build PHOTOS --out DIR');
  const { stderr } = await soutu(
    ...['build', 'photos', '--out', 'again', '--bundle-only', '--threads', '2', '--verbose'],
  );
  expect(stderr).toMatch(/3 photos indexed in [\d.]+ s: again [^\n]*\n[\s\S]*\nThreads: 2\n/);
  // What the pool says where a thread is missing.
  expect(stderr).not.toMatch(/Only one thread|A thread was lost|could not start/);
  expect(stderr).toContain('Search it: npx soutu query');
});

test('a site that it builds, with no Vite there, finds the photo in a browser as in Node', async () => {
  const site = await builtSite();
  const { page } = await visit(site, { csp: `${STRICT_CSP}; require-trusted-types-for 'script'` });
  // Of three photos no cut-off can be told.
  await page.locator('soutu-search').evaluate((it) => it.setAttribute('min-score', '-1'));
  const { hits } = await searchAndKeep(page, query);
  await cp(query, join(project, 'query.jpg'));
  const { stdout } = await soutu('query', 'site', 'query.jpg', '--min-score', '-1', '--json');
  const inNode = JSON.parse(stdout) as Awaited<ReturnType<typeof hitsOf>>;
  expect(hits[0]?.id).toBe('vase-001-1.jpg');
  expect(inNode.hits.map(({ id }) => id)).toEqual(hits.map(({ id }) => id));
  expect(inNode.hits[0]?.score).toBeCloseTo(hits[0]?.score ?? 0, 4);
});

test('`soutu/node` builds the bundle of the command line and its two threads, to the byte', async () => {
  const script = `
    import { build, SoutuError } from 'soutu/node';
    const { counts } = await build({ photos: 'photos', out: 'bundle', bundleOnly: true });
    const refused = await build({ photos: 'nowhere', out: 'other' }).catch((error) => error);
    console.log(JSON.stringify({ counts, refused: refused instanceof SoutuError && refused.name }));
  `;
  await writeFile(join(project, 'build.js'), script);
  const { stdout } = await run(process.execPath, ['build.js'], { cwd: project });
  const counts = { photos: 3, indexed: 3, failed: 0, damaged: 0, trimmed: 0, copies: 0 };
  expect(JSON.parse(stdout)).toMatchObject({ counts, refused: 'CatalogueError' });
  const manifest = (folder: string) => readFile(join(project, folder, 'manifest.json'), 'utf8');
  expect(await manifest('bundle')).toBe(await manifest('again'));
});

test('a config that imports `soutu/node` is read; TypeScript asks for jiti where Node cannot read it', async () => {
  const config =
    "import { defineConfig } from 'soutu/node';\nexport default defineConfig({ photos: 'photos'";
  await writeFile(join(project, 'one.mjs'), `${config}, out: 'by-config', bundleOnly: true });`);
  const { stderr } = await soutu('build', '--config', 'one.mjs');
  expect(stderr).toContain('Config: one.mjs');
  const manifest = (folder: string) => readFile(join(project, folder, 'manifest.json'), 'utf8');
  expect(await manifest('by-config')).toBe(await manifest('again'));
  await writeFile(join(project, 'two.ts'), `${config} as string, out: 'x', threads: 0 });`);
  const typed = await soutu('build', '--config', 'two.ts').catch((error) => error);
  expect(typed.stderr).toBe(
    'typescript' in process.features && process.features.typescript
      ? 'soutu build: two.ts: "threads" must be a whole number from 1 to 256, got 0.\n'
      : 'soutu build: Reading a config in TypeScript with this version of Node needs the package jiti, which is not ' +
          'installed. Install it beside Soutu: npm install jiti@2 (with -g if Soutu is installed globally).\n',
  );
  const schema = (name: string) =>
    readFile(join(project, 'node_modules/soutu/dist/schemas', `${name}.json`), 'utf8');
  expect(JSON.parse(await schema('config')).properties.photos.type).toBe('string');
  expect(JSON.parse(await schema('catalogue')).title).toBe('Catalogue of Soutu');
});

test('a server may import the page’s modules: there they do nothing', async () => {
  const script = `
    console.log('SoutuSimilar' in (await import('soutu/similar')));
    for (const name of ['soutu', 'soutu/widget', 'soutu/button', 'soutu/react', 'soutu/vue']) {
      console.log(Object.keys(await import(name)).includes(name === 'soutu' ? 'createSearch' : 'SoutuSearch'));
    }
  `;
  await writeFile(join(project, 'server.js'), script);
  const { stdout } = await run(process.execPath, ['server.js'], { cwd: project });
  expect(stdout.trim().split('\n')).toEqual(Array(6).fill('true'));
});
