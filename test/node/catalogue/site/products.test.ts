/** Products whose pages share pictures, and addresses that pages write in several ways. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Item } from '../../../../src/core/item.ts';
import { collect } from '../../../../src/node/catalogue/collect.ts';
import { openSite, type SiteOptions } from '../../../../src/node/catalogue/site/site-source.ts';
import { png } from '../../../support/generated-site/png.ts';
import { tempFolder } from '../../../support/temp.ts';

const root = await tempFolder();
let sites = 0;

async function itemsOf(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: SiteOptions = {},
): Promise<Item[]> {
  const folder = join(root, String(sites++));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const { entries } = await collect(await openSite(folder, options));
  return entries.map(({ item }) => item);
}

const page = (product: object | null, body = '') =>
  `<!doctype html><main>${body}</main><script type="application/ld+json">${JSON.stringify(product)}</script>`;
const offer = (price: string) => ({ '@type': 'Offer', price, priceCurrency: 'EUR' });

test('a group of variants with one photo is one item, however many variants', async () => {
  const product = {
    '@type': 'ProductGroup',
    name: 'Shirt',
    productGroupID: 'shirt',
    hasVariant: ['S', 'M', 'L', 'XL', 'XXL'].map((size) => ({
      '@type': 'Product',
      name: `Shirt ${size}`,
      inProductGroupWithID: 'shirt',
      image: '/shirt.png',
      offers: offer('20'),
    })),
  };
  const items = await itemsOf({
    'shirt.html': page(product, '<img src="/shirt.png" alt="Shirt">'),
    'shirt.png': png(400, 300, 'shirt'),
  });
  expect(items).toMatchObject([{ id: 'shirt', url: '/shirt.html', attributes: { price: 20 } }]);
});

test('products with pages of their own and one photo are an item each, as are copies of the file', async () => {
  const sizes = ['s', 'm', 'l', 'xl', 'xxl'];
  const items = await itemsOf({
    ...Object.fromEntries(
      sizes.map((size, i) => [
        `${size}.html`,
        page({
          '@type': 'Product',
          name: `Shirt ${size}`,
          image: size === 'xxl' ? '/copy.png' : '/shirt.png',
          offers: offer(`${20 + i}`),
        }),
      ]),
    ),
    'shirt.png': png(400, 300, 'shirt'),
    'copy.png': png(400, 300, 'shirt'),
  });
  const found = items.map(({ title, url, attributes }) => [title, url, attributes?.price]);
  expect(found.sort()).toEqual(
    sizes.map((size, i) => [`Shirt ${size}`, `/${size}.html`, 20 + i]).sort(),
  );
  expect(new Set(items.map(({ id }) => id)).size).toBe(5);
});

test('ten products without JSON-LD that link to each other keep all their pictures', async () => {
  const numbers = Array.from({ length: 10 }, (_, i) => i);
  const items = await itemsOf({
    ...Object.fromEntries(
      numbers.flatMap((own) => [
        [
          `${own}.html`,
          page(
            null,
            `<h1>Pot ${own}</h1><img src="${own}.png" alt="Pot ${own}"><ul>${numbers
              .filter((one) => one !== own)
              .map((one) => `<li><a href="${one}.html"><img src="${one}.png" alt=""></a></li>`)
              .join('')}</ul>`,
          ),
        ],
        [`${own}.png`, png(400 + own, 300, `pot ${own}`)],
      ]),
    ),
  });
  expect(items.map(({ id, url }) => [id, url]).sort()).toEqual(
    numbers.map((one) => [`${one}`, `/${one}.html`]),
  );
  // A picture in a grid on every page has no list of all of them.
  for (const { links } of items) expect(links).toHaveLength(5);
});

test('one post with a canonical link to another host does not make that host the site', async () => {
  const items = await itemsOf({
    'index.html': page(null, '<a href="/post.html">Post</a><img src="/a.png" alt="A">'),
    'post.html':
      '<!doctype html><link rel="canonical" href="https://medium.example/post"><img src="/b.png" alt="B">' +
      '<img src="https://medium.example/a.png" alt="Theirs">',
    'a.png': png(400, 300, 'a'),
    'b.png': png(410, 300, 'b'),
  });
  expect(items.map(({ id, url }) => [id, url])).toEqual([
    ['a', '/'],
    ['b', '/post.html'],
    ['medium.example/a.png', '/post.html'],
  ]);
});

test('with another --site-url, the host of canonical links is still the own one', async () => {
  const items = await itemsOf(
    {
      'index.html':
        '<!doctype html><link rel="canonical" href="https://shop.example/"><img src="https://shop.example/a.png" alt="A">',
      'a.png': png(400, 300, 'a'),
    },
    { siteUrl: 'https://preview.example/branch/' },
  );
  expect(items.map(({ id, url }) => [id, url])).toEqual([['a', '/branch/']]);
});

test('accents in either form lead to the file', async () => {
  const items = await itemsOf({
    'index.html': page(null, '<img src="/cafe%CC%81.png" alt="Café">'),
    'caf\u00e9.png': png(400, 300, 'a'),
  });
  expect(items.map(({ image }) => image)).toEqual(['caf\u00e9.png']);
});

test('sizes in the names of remote pictures count for one text alternative only; crops are pictures of their own', async () => {
  const items = await itemsOf({
    'index.html': page(
      null,
      [
        ['https://cdn.example/table-80x120.jpg', 'Table, small'],
        ['https://cdn.example/table-90x140.jpg', 'Table, large'],
        ['https://cdn.example/lamp-300x200.jpg', 'Lamp'],
        ['https://cdn.example/lamp-600x400.jpg', 'Lamp'],
        ['https://cdn.example/rug.jpg?crop=1', 'Rug'],
        ['https://cdn.example/rug.jpg?crop=2', 'Rug'],
      ]
        .map(([url, alt]) => `<img src="${url}" alt="${alt}">`)
        .join(''),
    ),
  });
  expect(items.map(({ image }) => image.replace('https://cdn.example/', ''))).toEqual([
    'table-80x120.jpg',
    'table-90x140.jpg',
    expect.stringMatching(/^lamp-/),
    'rug.jpg?crop=1',
    'rug.jpg?crop=2',
  ]);
});
