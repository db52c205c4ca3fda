/** The product exports of Shopify and WooCommerce. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
let made = 0;

async function read(content: string, extension = 'csv', map?: { id: string; image: string }) {
  const path = join(root, `export-${made++}.${extension}`);
  await writeFile(path, content);
  const { entries, notes, warnings } = await readCatalogue(path, { map });
  const plain = (lines: readonly string[]) => lines.map((line) => line.replace(path, ''));
  return {
    items: entries.map(({ item }) => item),
    rows: entries.map(({ place }) => place.row),
    notes: plain(notes),
    warnings: plain(warnings),
  };
}

const SHOPIFY = `Handle,Title,Body (HTML),Vendor,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Image Position,Image Alt Text,Status
blue-vase,Blue vase,"<p>Made by
hand</p>",Ines,Vase,"blue, stoneware",TRUE,Size,S,V-S,48.00,https://cdn.example/2.jpg,2,,active
blue-vase,,,,,,,,L,V-L,58.00,https://cdn.example/1.jpg,1,,
blue-vase,,,,,,,,,,,https://cdn.example/3.jpg,3,,
mug,Mug,,Ines,Mug,,TRUE,,,M,12.00,https://cdn.example/m.jpg,1,,active
old,Old,,,,,TRUE,,,O,1.00,https://cdn.example/o.jpg,1,,draft
hidden,Hidden,,,,,FALSE,,,O,1.00,https://cdn.example/h.jpg,1,,active
bare,Bare,,,,,TRUE,,,B,1.00,,,,active
`;

const vase = {
  group: 'blue-vase',
  title: 'Blue vase',
  url: '/products/blue-vase',
  attributes: { price: 48, vendor: 'Ines', type: 'Vase', tags: ['blue', 'stoneware'] },
};
const mug = {
  id: 'mug',
  image: 'https://cdn.example/m.jpg',
  title: 'Mug',
  url: '/products/mug',
  attributes: { price: 12, vendor: 'Ines', type: 'Mug' },
};

test('Shopify: rows of one handle are one product, its photos in the order of their positions', async () => {
  const { items, rows, notes, warnings } = await read(SHOPIFY);
  expect(items).toEqual([
    { id: 'blue-vase', image: 'https://cdn.example/1.jpg', ...vase },
    { id: 'blue-vase/2', image: 'https://cdn.example/2.jpg', ...vase },
    { id: 'blue-vase/3', image: 'https://cdn.example/3.jpg', ...vase },
    mug,
  ]);
  expect(rows).toEqual(['row 2', 'row 2', 'row 2', 'row 5']);
  expect(notes).toEqual([': read as a product export of Shopify with 5 entries.']);
  expect(warnings).toEqual([
    ': 2 left out (row 6, row 7): it is not published.',
    ': 1 left out (row 8): it has no photo.',
  ]);
});

test('Shopify with the names of its newer exports', async () => {
  const { items } = await read(
    'Title,URL handle,Vendor,Type,Tags,Published on online store,Status,Price,Product image URL,Image position\n' +
      'Mug,mug,Ines,Mug,,TRUE,Active,12.00,https://cdn.example/m.jpg,1\n',
  );
  expect(items).toEqual([mug]);
});

test('a map makes a plain table of it', async () => {
  const map = { id: 'Variant SKU', image: 'Image Src' };
  const { items } = await read(
    SHOPIFY.replace(/^blue-vase,,.*L,V-L.*$\n^blue-vase.*3.jpg.*$\n/m, ''),
    'csv',
    map,
  );
  expect(items.map(({ id }) => id)).toEqual(['V-S', 'M', 'O']);
});

test("Shopify's products.json", async () => {
  const products = [
    {
      id: 1,
      handle: 'blue-vase',
      title: 'Blue vase',
      vendor: 'Ines',
      product_type: 'Vase',
      tags: ['blue', 'stoneware'],
      variants: [{ price: '48.00' }],
      images: [{ src: 'https://cdn.example/1.jpg' }, { src: 'https://cdn.example/2.jpg' }],
    },
    { id: 2, handle: 'bare', title: 'Bare', tags: '', variants: [], images: [] },
  ];
  const { items, notes, warnings } = await read(JSON.stringify({ products }), 'json');
  expect(items).toEqual([
    { id: 'blue-vase', image: 'https://cdn.example/1.jpg', ...vase },
    { id: 'blue-vase/2', image: 'https://cdn.example/2.jpg', ...vase },
  ]);
  expect(notes).toEqual([': read as products of Shopify with 2 entries.']);
  expect(warnings).toEqual([': 1 left out (product 2): it has no photo.']);
});

test('other JSON with products is refused as before', async () => {
  await expect(read('{"products": [{"id": 1}]}', 'json')).rejects.toThrow(
    'expected a list of items, or an object with a list "items"; got {"products":[{"id":1}]}.',
  );
});

test('WooCommerce: several photos in a cell, variations in the group of their product', async () => {
  const { items, notes, warnings } = await read(
    `ID,Type,SKU,Name,Published,"Sale price","Regular price",Categories,Tags,Images,Parent,"Attribute 1 name","Attribute 1 value(s)"
44,variable,HOOD,Hoodie,1,,,"Clothing > Hoodies, Sale","warm, soft","https://x.example/a.jpg, https://x.example/b.jpg",,Colour,"Blue, Red"
45,variation,HOOD-B,Hoodie - Blue,1,39.5,45,,,https://x.example/c.jpg,id:44,Colour,Blue
46,variation,HOOD-R,Hoodie - Red,1,,45,,,https://x.example/d.jpg,HOOD,Colour,Red
47,simple,MUG,Mug,1,soon,"12,5",,,https://x.example/m.jpg,,,
48,simple,OLD,Old,0,,1,,,https://x.example/o.jpg,,,
`,
  );
  expect(items).toEqual([
    ...['a', 'b'].map((name, i) => ({
      id: i === 0 ? '44' : '44/2',
      image: `https://x.example/${name}.jpg`,
      group: '44',
      title: 'Hoodie',
      attributes: {
        categories: ['Clothing', 'Hoodies', 'Sale'],
        tags: ['warm', 'soft'],
        Colour: ['Blue', 'Red'],
      },
    })),
    {
      id: '45',
      image: 'https://x.example/c.jpg',
      group: '44',
      title: 'Hoodie - Blue',
      attributes: { price: 39.5, Colour: 'Blue' },
    },
    {
      id: '46',
      image: 'https://x.example/d.jpg',
      group: '44',
      title: 'Hoodie - Red',
      attributes: { price: 45, Colour: 'Red' },
    },
    { id: '47', image: 'https://x.example/m.jpg', title: 'Mug', attributes: { price: 12.5 } },
  ]);
  expect(notes).toEqual([': read as a product export of WooCommerce with 5 entries.']);
  expect(warnings).toEqual([': 1 left out (row 6): it is not published.']);
});
