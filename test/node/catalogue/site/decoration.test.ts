/** Each rule by which decoration is left out, at its limit: what is just on this side of it, and what is on the other. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { collect } from '../../../../src/node/catalogue/collect.ts';
import { openSite } from '../../../../src/node/catalogue/site/site-source.ts';
import { png } from '../../../support/generated-site/png.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
let sites = 0;

/**
 * Twelve pages with a picture of their own each.
 * @param bodies what else they have, by number
 * @param pictures name ─▶ size
 */
async function leftOutOf(
  bodies: (page: number) => string,
  pictures: Readonly<Record<string, readonly [number, number]>>,
): Promise<string[]> {
  const folder = join(root, String(sites++));
  const write = async (path: string, content: string | Uint8Array) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  for (const [name, [width, height]] of Object.entries(pictures)) {
    await write(`${name}.png`, png(width, height, name));
  }
  for (let page = 0; page < 12; page++) {
    await write(`own-${page}.png`, png(400, 300, `own ${page}`));
    await write(
      `${page}.html`,
      `<!doctype html><title>${page}</title><main><img src="own-${page}.png" alt="Own">${bodies(page)}</main>`,
    );
  }
  const { entries } = await collect(await openSite(folder));
  const ids = new Set(entries.map(({ item }) => item.id));
  for (let page = 0; page < 12; page++) expect(ids).toContain(`own-${page}`);
  return Object.keys(pictures).filter((name) => !ids.has(name));
}

const on = (page: number, html: string) => (one: number) => (one === page ? html : '');
const img = (name: string, more = `alt="${name}"`) => `<img src="${name}.png" ${more}>`;

test('icons: less than 100 pixels, or displayed with less than 64', async () => {
  const html = ['a', 'b', 'c', 'd'].map((name) => img(name)).join('');
  const shown = `${html}${img('e', 'alt="e" width="63" height="40"')}${img('f', 'alt="f" width="64" height="40"')}`;
  const sizes = {
    a: [99, 99],
    b: [100, 60],
    c: [3, 400],
    d: [4, 400],
    e: [500, 400],
    f: [500, 390],
  } as const;
  // A strip of 4 by 400 is longer than six times its width.
  expect(await leftOutOf(on(0, shown), sizes)).toEqual(['a', 'c', 'd', 'e']);
});

test('strips: more than six times as long as wide', async () => {
  const sizes = { a: [1200, 200], b: [1201, 200], c: [150, 1000] } as const;
  expect(await leftOutOf(on(0, img('a') + img('b') + img('c')), sizes)).toEqual(['b', 'c']);
});

test('around the page: navigation, footers and sidebars; headers only if small or on several pages', async () => {
  const bodies = (page: number) =>
    (page < 2 ? `</main><header>${img('a')}</header>` : '') +
    (page === 2
      ? `</main><header>${img('b')}${img('c')}</header><footer>${img('d')}</footer><nav>${img('e')}</nav><aside>${img('f')}</aside>`
      : '') +
    (page === 3 ? `<article><header>${img('g')}</header></article>` : '');
  const sizes = {
    a: [600, 400],
    b: [257, 200],
    c: [256, 200],
    d: [601, 400],
    e: [602, 400],
    f: [603, 400],
    g: [604, 400],
  } as const;
  expect(await leftOutOf(bodies, sizes)).toEqual(['a', 'c', 'd', 'e', 'f']);
});

test('repeated: on more than a quarter of the pages; what has a page of its own may be linked from many', async () => {
  const bodies = (page: number) =>
    (page < 4 ? img('a') : '') +
    (page < 3 ? img('b') : '') +
    (page < 6 ? `<a href="11.html">${img('c')}</a>` : '') +
    (page < 8 ? `<a href="${page === 7 ? 9 : 10}.html">${img('d')}</a>` : '') +
    (page < 9 ? `<a href="10.html">${img('e')}</a>` : '') +
    (page === 11 ? img('c') : '') +
    (page === 10 ? img('d') + img('e') : '');
  const sizes = {
    a: [600, 400],
    b: [601, 400],
    c: [602, 400],
    d: [603, 400],
    e: [604, 400],
  } as const;
  // All but one of the links to d lead to its page.
  expect(await leftOutOf(bodies, sizes)).toEqual(['a', 'd']);
});

test('names: of the file, the class or the text alternative, for small pictures and those on several pages', async () => {
  const bodies = (page: number) =>
    (page === 0 ? img('jo-avatar') + img('site-logo') + img('logo-large') + img('dialogo') : '') +
    (page < 2
      ? `<div class="author-avatar">${img('kim')}</div>${img('x', 'alt="Our logo"')}${img('y', 'alt="Jug with a logon"')}`
      : '');
  const sizes = {
    'jo-avatar': [256, 256],
    'site-logo': [200, 200],
    'logo-large': [900, 800],
    dialogo: [200, 200],
    kim: [400, 400],
    x: [410, 400],
    y: [420, 400],
  } as const;
  expect(await leftOutOf(bodies, sizes)).toEqual(['jo-avatar', 'site-logo', 'kim', 'x']);
});

test('decoration by its own word: alt="", presentation, aria-hidden; not with a link or a caption', async () => {
  const html =
    img('a', 'alt=""') +
    img('b', '') +
    img('c', 'alt="c" role="presentation"') +
    `<div aria-hidden="true">${img('d')}</div>` +
    `<a href="1.html">${img('e', 'alt=""')}</a>` +
    `<figure>${img('f', 'alt=""')}<figcaption>A jug</figcaption></figure>` +
    img('g', 'alt="" data-soutu-title="A jug"');
  const sizes = Object.fromEntries(
    [...'abcdefg'].map((name, i) => [name, [500 + i, 400]] as const),
  );
  expect(await leftOutOf(on(0, html), sizes)).toEqual(['a', 'c', 'd']);
});

test('placeholders: the JSON-LD image of more than three products', async () => {
  const bodies = (page: number) =>
    `<script type="application/ld+json">${JSON.stringify({
      '@type': 'Product',
      name: `Pot ${page}`,
      image: [`own-${page}.png`, ...(page < 4 ? ['a.png'] : page < 7 ? ['b.png'] : [])],
      offers: { itemOffered: { '@type': 'Product', name: 'A variant without a picture' } },
    })}</script>`;
  const sizes = { a: [600, 400], b: [601, 400] } as const;
  expect(await leftOutOf(bodies, sizes)).toEqual(['a']);
});
