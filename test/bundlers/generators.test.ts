/**
 * The plug-ins in real generators of sites: what each one writes, with its own pipeline for pictures, is read, and the search is
 * found in the browser.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, test } from 'vitest';
import { hitsOf, STRICT_CSP, search, visit } from '../e2e/support/visit.ts';
import { png } from '../support/generated-site/png.ts';

const run = promisify(execFile);
const generators = inject('generators');

interface Generator {
  readonly name: 'astro' | 'eleventy' | 'vitepress';
  /** Below node_modules. */
  readonly command: readonly string[];
  /** Folders of the project: photos, the logo, the data, and what is built. */
  readonly photos: string;
  readonly logo: string;
  readonly data: string;
  readonly out: string;
  /** VitePress has scripts in its pages. */
  readonly csp?: string;
  /** The end of a page's address. */
  readonly end: string;
}

const GENERATORS: readonly Generator[] = [
  {
    name: 'astro',
    command: ['astro/astro.js', 'build'],
    photos: 'src/photos',
    logo: 'src/photos',
    data: 'src',
    out: 'dist',
    csp: STRICT_CSP,
    end: '/',
  },
  {
    name: 'eleventy',
    command: ['@11ty/eleventy/cmd.cjs'],
    photos: 'photos',
    logo: 'photos',
    data: '.',
    out: '_site',
    csp: STRICT_CSP,
    end: '/',
  },
  {
    name: 'vitepress',
    command: ['vitepress/bin/vitepress.js', 'build'],
    photos: 'photos',
    logo: 'public',
    data: '.',
    out: '.vitepress/dist',
    end: '',
  },
];

interface Product {
  readonly slug: string;
  readonly title: string;
  readonly photos: readonly string[];
}

async function products(): Promise<Product[]> {
  const { items } = JSON.parse(await readFile('public/sample/catalogue.json', 'utf8')) as {
    items: { id: string; group: string; title: string; image: string }[];
  };
  return ['vase-001', 'vase-002', 'mug-004', 'jug-001'].map((slug) => {
    const own = items.filter(({ group }) => group === slug).slice(0, 2);
    const photos = own.map(({ image }) => image.replace(/^photos\/|\.jpg$/g, ''));
    return { slug, title: own[0]?.title ?? '', photos };
  });
}

async function project({ name, photos, logo, data }: Generator, all: readonly Product[]) {
  const folder = join(generators, 'projects', name);
  await rm(folder, { recursive: true, force: true });
  await cp(join('test/bundlers/generators', name), folder, { recursive: true });
  for (const place of [photos, logo]) await mkdir(join(folder, place), { recursive: true });
  for (const photo of all.flatMap((product) => product.photos)) {
    await cp(`public/sample/photos/${photo}.jpg`, join(folder, photos, `${photo}.jpg`));
  }
  await writeFile(join(folder, logo, 'logo.png'), png(240, 240, 'logo'));
  await writeFile(join(folder, data, 'products.json'), JSON.stringify(all));
  if (name === 'vitepress') {
    const links = all.map(
      ({ slug, title, photos: [first] }) =>
        `- [![](./photos/${first}.jpg) ${title}](/products/${slug})`,
    );
    await writeFile(join(folder, 'index.md'), `# All pots\n\n${links.join('\n')}\n`);
  }
  return folder;
}

test.each(GENERATORS)(
  '$name: every product picture and no logo, found in the browser',
  async (generator) => {
    const { command, out, csp, end } = generator;
    const all = await products();
    const folder = await project(generator, all);
    const [script = '', ...args] = command;
    const { NODE_ENV: _, VITEST: __, ...env } = process.env;
    const { stdout, stderr } = await run(
      process.execPath,
      [join(generators, 'node_modules', script), ...args],
      { cwd: folder, env: { ...env, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' } },
    ).catch((error) => {
      throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
    });
    const said = stdout + stderr;
    const photos = all.flatMap((product) => product.photos);
    expect(said).toContain(`${photos.length} of ${photos.length} photos indexed: `);
    expect(said).toMatch(/1 left out \(.+\): only in the header, navigation, footer or sidebar/);
    const [tag] = /<soutu-search .*<\/script>/.exec(said) ?? [];

    const built = join(folder, out);
    const start = join(built, 'index.html');
    const html = await readFile(start, 'utf8');
    await writeFile(start, html.replace('</body>', `${tag}</body>`));
    const { page } = await visit(built, csp === undefined ? {} : { csp });
    for (const { slug, title, photos: views } of all) {
      // Each photo finds itself, with the page of its product.
      for (const view of views) {
        const { hits } = await hitsOf(search(page, `public/sample/photos/${view}.jpg`));
        expect(hits[0]?.score).toBeGreaterThan(0.8);
        expect(hits[0]?.item.title).toMatch(new RegExp(`^${title}`));
        expect(hits[0]?.item.url).toBe(`/shop/search/products/${slug}${end}`);
      }
    }
  },
);
