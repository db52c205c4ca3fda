/** Config files: found, read, checked, and with paths relative to them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { loadConfig } from '../../../src/node/config/load-config.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
let folders = 0;

async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = join(root, String(++folders));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  return folder;
}

const TYPED = `
import { similar } from './shared/settings.ts';
interface Wanted { readonly out: string }
enum Side { Small = 160 }
const wanted: Wanted = { out: 'site' } satisfies Wanted;
export default { photos: 'photos', ...wanted, similar, thumbSide: Side.Small as number };
`;

test.each([
  ['soutu.config.ts', TYPED],
  ['soutu.config.mts', TYPED],
  [
    'soutu.config.mjs',
    "export default { photos: 'photos', out: 'site', similar: 6, thumbSide: 160 };",
  ],
  [
    'soutu.config.js',
    "export default async () => ({ photos: 'photos', out: 'site', similar: 6, thumbSide: 160 });",
  ],
  [
    'soutu.config.json',
    '{ "$schema": "x", "photos": "photos", "out": "site", "similar": 6, "thumbSide": 160 }',
  ],
])('%s is found in the folder', async (name, text) => {
  const folder = await folderWith({
    [name]: text,
    'shared/settings.ts': 'export const similar: number = 6;',
    'package.json': '{ "type": "module" }',
  });
  expect(await loadConfig(undefined, folder)).toEqual({
    path: name,
    config: {
      photos: join(folder, 'photos'),
      out: join(folder, 'site'),
      similar: 6,
      thumbSide: 160,
    },
  });
});

test('paths are relative to the file; names and addresses stay as they are', async () => {
  const folder = await folderWith({
    'deep/my.json': JSON.stringify({
      photos: 'sqlite:shop.db',
      out: '/srv/site',
      photoBase: 'https://shop.example/media',
      model: 'vgg16',
      modelSpec: 'model.json',
      report: 'reports',
    }),
    'deep/other.json':
      '{ "photos": "mysql://a@h/d", "model": "./m", "photoBase": "..", "report": false }',
  });
  const at = (name: string) => join(folder, 'deep', name);
  expect(await loadConfig('deep/my.json', folder)).toEqual({
    path: 'deep/my.json',
    config: {
      photos: `sqlite:${at('shop.db')}`,
      out: '/srv/site',
      photoBase: 'https://shop.example/media',
      model: 'vgg16',
      modelSpec: at('model.json'),
      report: at('reports'),
    },
  });
  expect((await loadConfig('deep/other.json', folder))?.config).toEqual({
    photos: 'mysql://a@h/d',
    model: at('m'),
    photoBase: folder,
    report: false,
  });
  expect(await loadConfig(undefined, folder)).toBeNull();
});

test('wrong fields are refused with their name and what was expected', async () => {
  const cases: [config: string, words: string][] = [
    ['{ "photo": "a" }', 'c.json: unknown field "photo". Did you mean "photos"?'],
    ['{ "threadCount": 2 }', 'c.json: unknown field "threadCount". Did you mean "threads"?'],
    [
      '{ "zzz": 2 }',
      'c.json: unknown field "zzz". The fields are the options of build() in soutu/node; see the guide.',
    ],
    ['{ "map": { "ids": "a" } }', 'c.json: unknown field "map.ids". Did you mean "id"?'],
    [
      '{ "map": { "attributes": { "a": 1 } } }',
      'c.json: "map.attributes.a" must be a text, got 1.',
    ],
    ['{ "map": { "without": ["a", 2] } }', 'c.json: "map.without[1]" must be a text, got 2.'],
    ['{ "threads": 0 }', 'c.json: "threads" must be a whole number from 1 to 256, got 0.'],
    ['{ "threads": "2" }', 'c.json: "threads" must be a whole number from 1 to 256, got "2".'],
    ['{ "match": 2 }', 'c.json: "match" must be a number from -1 to 1, got 2.'],
    ['{ "colour": 2 }', 'c.json: "colour" must be a number from 0 to 1, got 2.'],
    ['{ "out": "" }', 'c.json: "out" must be a text, got "".'],
    ['{ "trim": "no" }', 'c.json: "trim" must be true or false, got "no".'],
    ['{ "paging": "pages" }', 'c.json: "paging" must be "key" or "offset", got "pages".'],
    [
      '{ "neighbours": "all" }',
      'c.json: "neighbours" must be "auto" or a whole number from 0 to 10, got "all".',
    ],
    [
      '{ "maxFailures": "many" }',
      'c.json: "maxFailures" must be a whole number from 0 up or a share such as "2%", got "many".',
    ],
    ['[1]', 'c.json: expected an object with options, got [1].'],
    ['{ "out": "a", }', 'c.json: cannot be read: line 1, column 15: not valid JSON: '],
    ['', 'c.json: cannot be read: expected a config in JSON (an object), got an empty file.'],
  ];
  for (const [text, words] of cases) {
    const folder = await folderWith({ 'c.json': text });
    const loading = loadConfig('c.json', folder);
    await expect(loading, text).rejects.toMatchObject({ name: 'UsageError' });
    await expect(loading, text).rejects.toThrow(words);
  }
});

test('files that are missing, twice there, of another kind or broken are refused', async () => {
  const folder = await folderWith({
    'c.yaml': 'a: 1',
    'throws.mjs': "throw new Error('no luck');",
    'function.mjs': "export default () => { throw new Error('no luck'); };",
    'syntax.ts': 'export default {{{',
    'empty.mjs': 'export const a = 1;',
  });
  const at = (name: string) => loadConfig(name, folder);
  await expect(at('none.json')).rejects.toThrow(
    'none.json: no such file; expected a config of Soutu.',
  );
  await expect(at('c.yaml')).rejects.toThrow(
    'c.yaml: expected a file that ends with .ts, .mts, .js, .mjs, .json.',
  );
  await expect(at('throws.mjs')).rejects.toThrow('throws.mjs: cannot be read: no luck');
  await expect(at('function.mjs')).rejects.toThrow('function.mjs: its function failed: no luck');
  await expect(at('syntax.ts')).rejects.toThrow(/^syntax\.ts: cannot be read: /);
  await expect(at('empty.mjs')).rejects.toThrow(
    'empty.mjs: expected an object with options, got nothing.',
  );
  const two = await folderWith({ 'soutu.config.ts': '', 'soutu.config.json': '{}' });
  await expect(loadConfig(undefined, two)).rejects.toThrow(
    'There are several configs: soutu.config.ts, soutu.config.json. Delete all but one, or choose one with --config.',
  );
});
