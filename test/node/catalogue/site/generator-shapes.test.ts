/** The shapes in which generators write pictures and addresses: tiny sites in their manner, all with the same two pots. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { collect } from '../../../../src/node/catalogue/collect.ts';
import { openSite } from '../../../../src/node/catalogue/site/site-source.ts';
import { png } from '../../../support/generated-site/png.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
const picture = (width: number, of: string) => png(width, width / 2, of);
const page = (head: string, body: string) =>
  `<!doctype html><html><head>${head}</head><body><main>${body}</main></body></html>`;

type Files = Readonly<Record<string, string | Uint8Array>>;
interface Shape {
  readonly name: string;
  readonly files: Files;
  /** id, image, title, url and other links of each item. */
  readonly items: readonly (readonly [string, string, string, string, (readonly string[])?])[];
}

const SHAPES: readonly Shape[] = [
  {
    name: 'Astro: hashes of the original and of the transformation, a base, canonical links',
    files: {
      'index.html': page(
        '<link rel="canonical" href="https://pots.example/shop/">',
        '<a href="/shop/jug/"><img src="/shop/_astro/jug.BlCIUJUu_Z91yYb.png" alt=""><h2>Jug</h2></a>',
      ),
      'jug/index.html': page(
        '<link rel="canonical" href="https://pots.example/shop/jug/">',
        '<picture><source srcset="/shop/_astro/jug.BlCIUJUu_1NqdqU.png 300w, /shop/_astro/jug.BlCIUJUu_ZnCSel.png 900w">' +
          '<img src="/shop/_astro/jug.BlCIUJUu_a7G8m.png" alt="Jug"></picture><img src="/shop/_astro/mug.-Vnd_F9K_xntl.png" alt="Mug">',
      ),
      '_astro/jug.BlCIUJUu_Z91yYb.png': picture(200, 'jug'),
      '_astro/jug.BlCIUJUu_1NqdqU.png': picture(300, 'jug'),
      '_astro/jug.BlCIUJUu_ZnCSel.png': picture(900, 'jug'),
      '_astro/jug.BlCIUJUu_a7G8m.png': picture(600, 'jug'),
      '_astro/mug.-Vnd_F9K_xntl.png': picture(600, 'mug'),
    },
    items: [
      ['_astro/jug.BlCIUJUu', '_astro/jug.BlCIUJUu_ZnCSel.png', 'Jug', '/shop/jug/', ['/shop/']],
      ['_astro/mug.-Vnd_F9K', '_astro/mug.-Vnd_F9K_xntl.png', 'Mug', '/shop/jug/'],
    ],
  },
  {
    name: 'Eleventy: widths behind a hash, copies in the folder of each page, a prefix without canonical links',
    files: {
      'index.html': page(
        '',
        '<ul><li><img src="/pots/DTySB_AQW2-160.png" srcset="/pots/DTySB_AQW2-160.png 160w, /pots/DTySB_AQW2-320.png 320w" alt="">' +
          '<h2><a href="/pots/jug/">Jug</a></h2></li></ul>',
      ),
      'jug/index.html': page(
        '',
        '<img src="/pots/jug/DTySB_AQW2-160.png" srcset="/pots/jug/DTySB_AQW2-160.png 160w, /pots/jug/DTySB_AQW2-320.png 320w" alt="Jug">' +
          '<img src="/pots/jug/tcv7DNrtE--320.png" alt="Mug">',
      ),
      'DTySB_AQW2-160.png': picture(160, 'jug'),
      'DTySB_AQW2-320.png': picture(320, 'jug'),
      'jug/DTySB_AQW2-160.png': picture(160, 'jug'),
      'jug/DTySB_AQW2-320.png': picture(320, 'jug'),
      'jug/tcv7DNrtE--320.png': picture(320, 'mug'),
    },
    items: [
      ['DTySB_AQW2', 'DTySB_AQW2-320.png', 'Jug', '/pots/jug/', ['/pots/']],
      ['jug/tcv7DNrtE--320', 'jug/tcv7DNrtE--320.png', 'Mug', '/pots/jug/'],
    ],
  },
  {
    name: 'VitePress: addresses without .html, anchors of no width in headings',
    files: {
      'index.html': page(
        '',
        '<p><a href="/jug"><img src="/assets/jug.BlCIUJUu.png" alt="">Jug</a></p>',
      ),
      'jug.html': page(
        '',
        '<h1 id="jug">Jug <a class="header-anchor" href="#jug">\u200b</a></h1><img src="/assets/jug.BlCIUJUu.png">' +
          '<img src="/assets/mug.DDIVsR5y.png" alt="Mug">',
      ),
      '404.html': page('', '<img src="/assets/lost.png" alt="Lost">'),
      'assets/jug.BlCIUJUu.png': picture(600, 'jug'),
      'assets/mug.DDIVsR5y.png': picture(600, 'mug'),
      'assets/lost.png': picture(600, 'lost'),
    },
    items: [
      ['assets/jug.BlCIUJUu', 'assets/jug.BlCIUJUu.png', 'Jug', '/jug', ['/']],
      ['assets/mug.DDIVsR5y', 'assets/mug.DDIVsR5y.png', 'Mug', '/jug'],
    ],
  },
  {
    name: 'Next.js: pictures behind its image service, one more on another host in several sizes',
    files: {
      'index.html': page(
        '',
        '<img src="/_next/image?url=%2Fmedia%2Fjug.png&amp;w=640&amp;q=75" srcset="/_next/image?url=%2Fmedia%2Fjug.png&amp;w=640&amp;q=75 1x" alt="Jug">' +
          '<img src="https://cdn.example/mug.jpg?v=3&amp;width=200" srcset="https://cdn.example/mug.jpg?v=3&amp;width=200 200w, https://cdn.example/mug.jpg?v=3&amp;width=800 800w" alt="Mug">',
      ),
      'media/jug.png': picture(900, 'jug'),
    },
    items: [
      ['media/jug', 'media/jug.png', 'Jug', '/'],
      ['cdn.example/mug.jpg?v=3', 'https://cdn.example/mug.jpg?v=3&width=800', 'Mug', '/'],
    ],
  },
];

test.each(SHAPES)('$name', async ({ name, files, items }) => {
  const folder = join(root, name.replace(/\W.*/, ''));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const { entries } = await collect(await openSite(folder));
  const found = entries.map(({ item: { id, image, title, url, links } }) =>
    links ? [id, image, title, url, links] : [id, image, title, url],
  );
  expect(found).toEqual(items);
  for (const { path, item } of entries) {
    const isRemote = item.image.startsWith('https:');
    expect(path).toBe(isRemote ? item.image : join(folder, item.image));
  }
});
