/** Files beside photos that say more about them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
let made = 0;

async function folderWith(files: Readonly<Record<string, unknown>>): Promise<string> {
  const folder = join(root, `folder-${made++}`);
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await writeFile(join(folder, file), text);
  }
  return folder;
}

async function read(files: Readonly<Record<string, unknown>>) {
  const folder = await folderWith(files);
  const { entries, warnings, attributes } = await readCatalogue(folder);
  return {
    items: Object.fromEntries(entries.map(({ item }) => [item.image, item])),
    places: Object.fromEntries(
      entries.map(({ item, place }) => [item.image, place.file.slice(folder.length + 1)]),
    ),
    warnings: warnings.map((line) => line.replace(folder, '')),
    attributes,
  };
}

async function messageFor(content: unknown): Promise<string> {
  const folder = await folderWith({ 'vase.jpg': '', 'vase.json': content });
  const failure = await readCatalogue(folder).then(
    () => expect.unreachable('it was read'),
    (error: Error) => error,
  );
  expect(failure.name).toBe('CatalogueError');
  expect(failure.message.startsWith(join(folder, 'vase.json'))).toBe(true);
  return failure.message.slice(folder.length + 1);
}

test('completes and overrides what the path says; the photo keeps the rest', async () => {
  const { items, places, warnings, attributes } = await read({
    'fruit/apple.jpg': '',
    'fruit/apple.json': {
      title: 'Boskoop',
      url: '/apples/boskoop',
      group: 7,
      attributes: { weight: 180, ripe: true },
    },
    'fruit/pear.JPG': '',
    'fruit/pear.JSON': { attributes: { folder: null } },
    'fruit/plum.jpg': '',
    'walnut.jpg': '',
  });
  expect(items).toEqual({
    'fruit/apple.jpg': {
      id: 'fruit/apple.jpg',
      image: 'fruit/apple.jpg',
      title: 'Boskoop',
      url: '/apples/boskoop',
      group: '7',
      attributes: { folder: 'fruit', weight: 180, ripe: true },
    },
    'fruit/pear.JPG': { id: 'fruit/pear.JPG', image: 'fruit/pear.JPG', title: 'Pear' },
    'fruit/plum.jpg': {
      id: 'fruit/plum.jpg',
      image: 'fruit/plum.jpg',
      title: 'Plum',
      attributes: { folder: 'fruit' },
    },
    'walnut.jpg': { id: 'walnut.jpg', image: 'walnut.jpg', title: 'Walnut' },
  });
  expect(places['fruit/apple.jpg']).toBe('fruit/apple.json');
  expect(places['fruit/plum.jpg']).toBe('fruit/plum.jpg');
  expect(warnings).toEqual([]);
  expect(attributes.map(({ name }) => name).sort()).toEqual(['folder', 'ripe', 'weight']);
});

test('NAME.jpg.json is about one photo, NAME.json about all of that name', async () => {
  const { items, warnings } = await read({
    'a.jpg': '',
    'a.png': '',
    'a.json': { title: 'Both' },
    'a.png.json': { title: 'Only the PNG' },
    'sub/a.jpg': '',
  });
  expect(items['a.jpg']?.title).toBe('Both');
  expect(items['a.png']?.title).toBe('Only the PNG');
  expect(items['sub/a.jpg']?.title).toBe('A');
  expect(warnings).toEqual([]);
});

test('JSON files beside no photo are left out as before', async () => {
  const { warnings } = await read({ 'a.jpg': '', 'package.json': '{}', 'b.json': '[' });
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(
    /^: 2 left out \((package|b)\.json, (package|b)\.json\): not a photo/,
  );
});

test('unknown fields are ignored, with one line for all files', async () => {
  const { warnings } = await read({
    'a.jpg': '',
    'a.json': { tittle: 'A', $schema: 'x' },
    'b.jpg': '',
    'b.json': { tittle: 'B', colour: 'red' },
  });
  expect(warnings).toHaveLength(2);
  expect([...warnings].sort()[0]).toMatch(
    /^, 2 files, first [ab]\.json: unknown field "tittle" is ignored; did you mean "title"\?$/,
  );
  expect(warnings).toContain(
    ', b.json: unknown field "colour" is ignored; did you mean "attributes.colour"?',
  );
});

test.each<[unknown, string]>([
  [
    [1],
    'vase.json: expected an object with id, group, title, url, attributes of the photo beside it, got [1]. If the ' +
      'file is about something else, rename it.',
  ],
  [
    'name: vase',
    'vase.json: expected what is known of the photo beside it, in JSON (an object with id, group, title, url, ' +
      'attributes), got a file that begins with "name: vase".',
  ],
  [
    '{"title": "a"\n "url": "b"}',
    'vase.json, line 2, column 2: not valid JSON: a comma is missing before this: "\\"url\\": \\"b\\"}".',
  ],
  [{ title: ['a'] }, 'vase.json: "title" must be a text, got ["a"].'],
  [
    { attributes: ['a'] },
    'vase.json: attribute "*" of "vase.jpg" must be an object of texts, numbers, booleans or lists of texts, got ' +
      '["a"].',
  ],
  [
    { attributes: { size: { w: 1 } } },
    'vase.json: attribute "size" of "vase.jpg" must be a text, a number, a boolean or a list of texts, got {"w":1}.',
  ],
  [{ title: '\ud83c' }, 'vase.json: "title" contains half of a character'],
])('%j is refused with the file', async (content, words) => {
  expect((await messageFor(content)).slice(0, words.length)).toBe(words);
});
