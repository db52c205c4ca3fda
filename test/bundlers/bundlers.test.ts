/** The widget and `createSearch`, built by each bundler without configuration, in a real browser. */
import { execFile } from 'node:child_process';
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { hitsOf, search, visit } from '../e2e/support/visit.ts';
import { builtSite } from '../package/support/bundle.ts';

const run = promisify(execFile);
const bundlers = inject('bundlers');
const QUERY = 'public/sample/queries/vase-001.jpg';
const BEST = 'vase-001-1.jpg';

interface Bundler {
  readonly name: string;
  readonly project: 'plain' | 'next' | 'react';
  /** Run in the project's folder; Node scripts of packages by their paths in node_modules. */
  readonly command: readonly [script: string, ...args: string[]];
  /** Where the built page is, below the project's folder. */
  readonly out: string;
  /** The folder of static files that it copies to the page as they are; else the test does so. */
  readonly publicFolder?: string;
  /** The bundler copies no files: ONNX Runtime needs `assets`. */
  readonly copiesNothing?: boolean;
}

const BUNDLERS: readonly Bundler[] = [
  {
    name: 'Vite',
    project: 'plain',
    command: ['vite/bin/vite.js', 'build', '--base', './', '--logLevel', 'warn'],
    out: 'dist',
  },
  {
    name: 'webpack',
    project: 'plain',
    command: ['', '-e', WEBPACK('production')],
    out: 'dist',
  },
  {
    name: 'Next.js with Turbopack',
    project: 'next',
    command: ['next/dist/bin/next', 'build', '--turbopack'],
    out: 'out',
  },
  {
    name: 'Next.js with webpack',
    project: 'next',
    command: ['next/dist/bin/next', 'build', '--webpack'],
    out: 'out',
  },
  {
    name: 'esbuild, one classic script',
    project: 'plain',
    command: ['esbuild/bin/esbuild', 'main.js', '--bundle', '--minify', '--outfile=dist/main.js'],
    out: 'dist',
    copiesNothing: true,
  },
  {
    name: 'esbuild, modules',
    project: 'plain',
    command: [
      'esbuild/bin/esbuild',
      'main.js',
      ...['--bundle', '--minify', '--format=esm', '--splitting', '--outdir=dist'],
    ],
    out: 'dist',
    copiesNothing: true,
  },
  {
    name: 'Rollup',
    project: 'plain',
    command: [
      'rollup/dist/bin/rollup',
      ...['main.js', '--dir', 'dist', '--plugin', 'node-resolve'],
    ],
    out: 'dist',
    copiesNothing: true,
  },
  {
    name: 'Parcel',
    project: 'plain',
    command: [
      'parcel/lib/bin.js',
      ...['build', 'index.html', '--public-url', './', '--dist-dir', 'dist', '--no-cache'],
    ],
    out: 'dist',
    copiesNothing: true,
  },
];

/** As `npx webpack` does it without a configuration, but for the names of entry and mode. */
function WEBPACK(mode: string): string {
  return `
    import webpack from 'webpack';
    webpack({ mode: '${mode}', entry: './main.js' }, (error, stats) => {
      // It calls any file over 244 kB large.
      const isSize = ({ name }) => /^(AssetsOverSizeLimit|EntrypointsOverSizeLimit|NoAsyncChunks)Warning$/.test(name);
      const warnings = stats?.compilation.warnings.filter((warning) => !isSize(warning)) ?? [];
      if (error || stats.hasErrors() || warnings.length > 0) {
        console.error(error ?? stats.toString('errors-warnings'));
        process.exitCode = 1;
      }
    });
  `;
}

let site = '';

beforeAll(async () => {
  site = await builtSite();
});

async function build(bundler: Bundler, folder: string): Promise<{ out: string; log: string }> {
  const { project, out } = bundler;
  await rm(folder, { recursive: true, force: true });
  await cp(join('test/bundlers/projects', project), folder, { recursive: true });
  const [script, ...args] = bundler.command;
  const { NODE_ENV: _, VITEST: __, ...env } = process.env;
  const all = script ? [join(bundlers, 'node_modules', script), ...args] : args;
  const isBinary = script.startsWith('esbuild/');
  const { stdout, stderr } = await run(
    isBinary ? (all[0] as string) : process.execPath,
    isBinary ? all.slice(1) : all,
    { cwd: folder, env: { ...env, NEXT_TELEMETRY_DISABLED: '1' }, maxBuffer: 1 << 24 },
  ).catch((error) => {
    throw new Error(`${bundler.name}: ${error.message}\n${error.stdout}\n${error.stderr}`);
  });
  const built = join(folder, out);
  await cp(join(site, 'bundle'), join(built, 'bundle'), { recursive: true });
  await cp(QUERY, join(built, 'query.jpg'));
  const hasPage = ['Vite', 'Parcel'].includes(bundler.name) || project === 'next';
  if (!hasPage) await cp(join(folder, 'index.html'), join(built, 'index.html'));
  return { out: built, log: stdout + stderr };
}

const REACT: Bundler = {
  name: 'React',
  project: 'react',
  command: [
    'esbuild/bin/esbuild',
    'main.jsx',
    ...['--bundle', '--jsx=automatic', '--define:process.env.NODE_ENV="development"'],
    '--outfile=dist/main.js',
  ],
  out: 'dist',
  copiesNothing: true,
};

test('React StrictMode mounts twice: no second worker, one search for each photo, an empty console', async () => {
  const { out } = await build(REACT, join(bundlers, 'projects/React'));
  const { page } = await visit(out, { expectConsole: /React DevTools/ });
  await expect.poll(() => page.locator('output').textContent()).toBe(BEST);
  expect(await page.evaluate(() => (window as unknown as ReactPage).effects)).toBe(2);
  expect(page.workers()).toHaveLength(1);
  await hitsOf(search(page, QUERY));
  // `soutu` and `soutu/widget` have a worker each.
  expect(page.workers()).toHaveLength(2);

  await page.click('#toggle');
  await page.click('#toggle');
  await page.evaluate(() => {
    (window as unknown as ReactPage).results = 0;
  });
  const answered = page.evaluate(
    () => new Promise((resolve) => addEventListener('soutu-results', resolve, { once: true })),
  );
  await page.evaluate(async () => {
    const photo = await (await fetch('./query.jpg')).blob();
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([photo], 'query.jpg', { type: 'image/jpeg' }));
    document.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
  });
  await answered;
  // A second listener would have begun a second search by now.
  await page.waitForTimeout(500);
  expect(await page.evaluate(() => (window as unknown as ReactPage).results)).toBe(1);
  expect(page.workers()).toHaveLength(2);
});

interface ReactPage {
  effects: number;
  results: number;
}

interface PageFunctions {
  searchFor(url: string, options: object): Promise<{ best: string; embedder: string }>;
}

async function searchFor(page: Page, options: object) {
  await page.waitForFunction(() => 'searchFor' in window);
  return page.evaluate(
    (given) => (window as unknown as PageFunctions).searchFor('./query.jpg', given),
    options,
  );
}

describe.each(BUNDLERS)('$name', (bundler) => {
  const folder = join(bundlers, 'projects', bundler.name.replace(/\W+/g, '-'));
  let built: { out: string; log: string };

  beforeAll(async () => {
    await mkdir(join(bundlers, 'projects'), { recursive: true });
    built = await build(bundler, folder);
  });

  test('the element finds a photo given by file, and the console stays empty', async () => {
    const { page } = await visit(built.out);
    await page.waitForSelector('soutu-search >> input[type=file]', { state: 'attached' });
    const { hits } = await hitsOf(search(page, QUERY));
    expect(hits[0]?.id).toBe(BEST);
  });

  test('createSearch finds it, too, by the kernel and by ONNX Runtime', async () => {
    const { page } = await visit(built.out);
    const kernel = await searchFor(page, {});
    expect(kernel.best).toBe(BEST);
    expect(kernel.embedder).toMatch(/^kernel/);
    if (bundler.copiesNothing) {
      await cp(join(bundlers, 'node_modules/soutu/dist/browser'), join(built.out, 'soutu'), {
        recursive: true,
      });
    }
    const assets = bundler.copiesNothing ? { assets: './soutu' } : {};
    const onnx = await searchFor(page, { engine: 'onnxruntime', ...assets });
    expect(onnx).toEqual({ best: BEST, embedder: 'onnxruntime-wasm' });
  });
});
