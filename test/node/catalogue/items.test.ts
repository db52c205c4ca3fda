/** Items in memory: photos as paths, URLs, bytes and streams. */
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Item } from '../../../src/core/item.ts';
import { collect } from '../../../src/node/catalogue/collect.ts';
import {
  type ItemInput,
  type Items,
  itemsSource,
} from '../../../src/node/catalogue/items/items-source.ts';
import { PhotoStore } from '../../../src/node/catalogue/stored-photos.ts';
import { build } from '../../../src/node/index.ts';
import { scene } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';
import { describeSource } from './source.contract.ts';

const root = await tempFolder();
const store = new PhotoStore(join(root, 'store'));
const jpeg = await scene(1).jpeg().toBuffer();
const png = await scene(2).png().toBuffer();

describeSource('items in memory', root, {
  isFile: false,
  async write(folder, items) {
    for (const { image } of items) {
      await mkdir(dirname(join(folder, image)), { recursive: true });
      await writeFile(join(folder, image), '');
    }
    return JSON.stringify({ folder, items });
  },
  open: async (text) => {
    const { folder, items } = JSON.parse(text) as { folder: string; items: Item[] };
    return itemsSource(items, folder, store);
  },
});

test('a photo is a path, a URL, bytes, or opened when its turn comes', async () => {
  await writeFile(join(root, 'a.png'), png);
  const opened: string[] = [];
  async function* items(): AsyncGenerator<ItemInput> {
    yield { id: 'path', photo: 'a.png' };
    yield { id: 'url', photo: new URL('https://shop.example/b.jpg?w=1') };
    yield { id: 'bytes', photo: jpeg, title: 'Bytes', attributes: { price: 3 } };
    expect(opened).toEqual([]);
    yield {
      id: 'stream',
      group: 'g',
      photo: {
        open: async () => {
          opened.push('stream');
          return createReadStream(join(root, 'a.png'), { highWaterMark: 100 });
        },
      },
    };
    expect(opened).toEqual(['stream']);
    yield { id: 'named', image: 'shop/photo-7', photo: { open: () => new Uint8Array(jpeg) } };
    yield { id: 'fetched', photo: { open: async () => new Response(png).body as ReadableStream } };
  }
  const { entries, warnings } = await collect(itemsSource(items(), root, store));
  expect(warnings).toEqual([]);
  expect(entries.map(({ item }) => [item.id, item.image])).toEqual([
    ['path', 'a.png'],
    ['url', 'https://shop.example/b.jpg?w=1'],
    ['bytes', expect.stringMatching(/^[0-9a-f]{16}\.jpeg$/)],
    ['stream', expect.stringMatching(/^[0-9a-f]{16}\.png$/)],
    ['named', 'shop/photo-7'],
    ['fetched', expect.stringMatching(/^[0-9a-f]{16}\.png$/)],
  ]);
  expect(entries[0]?.path).toBe(join(root, 'a.png'));
  expect(entries[1]?.path).toBe('https://shop.example/b.jpg?w=1');
  for (const [i, bytes] of [
    [2, jpeg],
    [3, png],
    [4, jpeg],
    [5, png],
  ] as const) {
    expect(await readFile(entries[i]?.path ?? '')).toEqual(bytes);
  }
});

test('a photo that cannot be opened fails alone; a wrong item ends the build with its number', async () => {
  const fails = (photo: unknown) => [{ id: 'a', photo }] as unknown as Items;
  const cases: [photo: unknown, words: string][] = [
    [{ open: () => Promise.reject(new Error('no access')) }, 'open() of "a" failed: no access.'],
    [{ open: () => 5 }, 'open() of "a" failed: it must give bytes, or pieces of them, got 5.'],
    [
      {
        open: async function* () {
          yield 'text';
        },
      },
      'failed: it must give pieces of bytes, got "text".',
    ],
  ];
  for (const [photo, words] of cases) {
    const { entries } = await collect(itemsSource(fails(photo), root, store));
    expect(entries[0]?.failure).toContain(words);
  }
  const wrong: [items: unknown, words: string][] = [
    [[], 'items: there are none. Give at least one item.'],
    [[{ id: 'a' }], 'items, item 1: "image" of "a" is missing or empty; give a path or URL.'],
    [
      [{ id: 'a', photo: 'a.png' }, 7],
      'items, item 2: expected an object with "id" and "photo", got 7.',
    ],
    [
      [{ photo: jpeg }],
      'items, item 1: "id" is missing or empty; every item needs one of its own.',
    ],
    [
      [{ id: 'a', photo: 7 }],
      'items, item 1: "photo" of "a" must be a path, a URL, bytes or an object with open(), got 7.',
    ],
    [
      [{ id: 'a', photo: 'ftp://x.example/a.jpg' }],
      'items, item 1: "image" must be a path or a URL with http or https',
    ],
  ];
  for (const [items, words] of wrong) {
    await expect(collect(itemsSource(items as Items, root, store))).rejects.toThrow(words);
  }
  const odd = [{ id: 'a', photo: 'a.png', tittle: 'x' }] as unknown as Items;
  expect((await collect(itemsSource(odd, root, store))).warnings).toEqual([
    'items, item 1: unknown field "tittle" is ignored; did you mean "title"?',
  ]);
});

test('build({ items }) makes the bundle, and refuses what does not go with it', async () => {
  const out = join(root, 'bundle');
  const items = [
    { id: '1', photo: jpeg, title: 'One' },
    { id: '2', photo: { open: () => png } },
    { id: '3', photo: { open: () => Promise.reject(new Error('gone')) } },
  ];
  const summary = await build({ items, out, bundleOnly: true });
  expect(summary.counts).toMatchObject({ photos: 3, indexed: 2, failed: 1 });
  expect(summary.failures[0]?.reason).toBe('open() of "3" failed: gone.');
  const refused = (options: object) => build({ items, out, ...options });
  await expect(refused({ photos: 'a' })).rejects.toThrow(
    'build: give one of "photos", "site" and "items".',
  );
  await expect(refused({ query: 'SELECT 1' })).rejects.toThrow(
    'build: "query" is for a database, but "items" are given. Leave it out.',
  );
  await expect(build({ items } as never)).rejects.toThrow(
    'build: "out" is missing: the folder to write.',
  );
});
