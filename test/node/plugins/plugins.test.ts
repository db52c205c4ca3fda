/** What the plug-ins of generators ask of the build: with which folder, when, and what they say. */
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { BuildOptions, BuildSummary } from '../../../src/node/build/options.ts';
import astro from '../../../src/node/plugins/astro.ts';
import eleventy, { type EleventyBuilt } from '../../../src/node/plugins/eleventy.ts';
import vite, { type ViteConfig } from '../../../src/node/plugins/vite.ts';

/** A build that only notes what it was asked. */
function recorder() {
  const asked: BuildOptions[] = [];
  const build = async (options: BuildOptions) => {
    asked.push(options);
    options.reporter?.warn('dist: 3 pages, served below /.');
    return {
      out: '/site/soutu',
      site: { tag: '<soutu-search></soutu-search>', notes: [], preview: '/site' },
      counts: { photos: 3, indexed: 2, failed: 1 },
    } as unknown as BuildSummary;
  };
  return { asked, build };
}

const SAID = [
  'dist: 3 pages, served below /.',
  '2 of 3 photos indexed, 1 skipped: /site/soutu',
  'Add this to the pages that should have the search: <soutu-search></soutu-search>',
];

test('Astro: after the build, into its folder, with its site and base', async () => {
  const { asked, build } = recorder();
  const { name, hooks } = astro({ similar: 4 }, build);
  expect(name).toBe('soutu');
  const said: string[] = [];
  const dir = pathToFileURL('/work/my site/dist/');
  const logger = { info: (line: string) => said.push(line) };
  hooks['astro:config:done']({ config: { site: 'https://shop.example', base: '/de' } });
  await hooks['astro:build:done']({ dir, logger });
  expect(asked).toEqual([
    expect.objectContaining({
      site: '/work/my site/dist/',
      siteUrl: 'https://shop.example/de',
      similar: 4,
    }),
  ]);
  expect(said).toEqual(SAID);
});

test("Astro: without a site, canonical links tell; the plug-in's own siteUrl wins", async () => {
  const { asked, build } = recorder();
  const dir = pathToFileURL('/dist/');
  const logger = { info: () => undefined };
  for (const [site, options] of [
    [undefined, {}],
    ['https://a.example', { siteUrl: 'https://b.example/' }],
  ] as const) {
    const { hooks } = astro(options, build);
    hooks['astro:config:done']({ config: site === undefined ? {} : { site } });
    await hooks['astro:build:done']({ dir, logger });
  }
  expect(asked.map(({ siteUrl }) => siteUrl)).toEqual([undefined, 'https://b.example/']);
});

test('Eleventy: after builds into files, not while a visitor edits, unless asked', async () => {
  const says = vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  const { asked, build } = recorder();
  const run = async (built: EleventyBuilt, always = false) => {
    let listener: ((built: EleventyBuilt) => Promise<void>) | undefined;
    eleventy(
      {
        on: (name, one) => {
          expect(name).toBe('eleventy.after');
          listener = one;
        },
      },
      { always, colour: 0.2 },
      build,
    );
    await listener?.(built);
  };
  await run({ directories: { output: './_site/' }, runMode: 'build', outputMode: 'fs' });
  await run({ dir: { output: '_site' } });
  expect(asked).toEqual([
    expect.objectContaining({ site: './_site/', colour: 0.2 }),
    expect.objectContaining({ site: '_site', colour: 0.2 }),
  ]);
  expect(asked[0]).not.toHaveProperty('always');
  expect(says.mock.calls.slice(0, 3)).toEqual(SAID.map((line) => [`[soutu] ${line}\n`]));
  await run({ dir: { output: '_site' }, runMode: 'serve' });
  await run({ dir: { output: '_site' }, outputMode: 'json' });
  expect(asked).toHaveLength(2);
  await run({ dir: { output: '_site' }, runMode: 'watch' }, true);
  expect(asked).toHaveLength(3);
  says.mockRestore();
});

const configOf = (more: object, said: string[] = []): ViteConfig => ({
  root: '/work',
  base: '/',
  build: { outDir: 'dist' },
  logger: { info: (line) => said.push(line) },
  ...more,
});

test('Vite: after the last file, once, not for servers and not after a failure', async () => {
  const { asked, build } = recorder();
  const said: string[] = [];
  const plugin = vite({}, build);
  plugin.configResolved(configOf({}, said));
  await plugin.closeBundle.handler(new Error('the build failed'));
  expect(asked).toEqual([]);
  await plugin.closeBundle.handler();
  expect(asked.map(({ site, siteUrl }) => [site, siteUrl])).toEqual([['/work/dist', undefined]]);
  expect(said).toEqual(SAID.map((line) => `[soutu] ${line}`));

  const ofServer = vite({}, build);
  ofServer.configResolved(configOf({ build: { outDir: 'server', ssr: true } }));
  await ofServer.closeBundle.handler();
  expect(asked).toHaveLength(1);

  const elsewhere = vite({}, build);
  elsewhere.configResolved(configOf({ base: 'https://shop.example/de/' }));
  await elsewhere.closeBundle.handler();
  expect(asked[1]).toMatchObject({ siteUrl: 'https://shop.example/de/' });
});

test('VitePress: after its own pages, once for both of its builds, and its own hook still runs', async () => {
  const { asked, build } = recorder();
  const order: string[] = [];
  const vitepress = {
    outDir: '/work/.vitepress/dist',
    buildEnd: (_: object): unknown => order.push(`own, after ${asked.length} builds`),
  };
  for (const ssr of [false, true]) {
    const plugin = vite({}, build);
    plugin.configResolved(configOf({ vitepress, build: { outDir: '.temp', ssr } }));
    await plugin.closeBundle.handler();
  }
  expect(asked).toEqual([]);
  await vitepress.buildEnd(vitepress);
  expect(order).toEqual(['own, after 0 builds']);
  expect(asked.map(({ site }) => site)).toEqual(['/work/.vitepress/dist']);
});
