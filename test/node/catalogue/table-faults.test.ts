/** Mistakes in a catalogue.json: each is named with its place, and with what to do. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
let made = 0;

async function file(content: string | Uint8Array): Promise<string> {
  const path = join(root, `catalogue-${made++}.json`);
  await writeFile(path, content);
  return path;
}

const table = (value: unknown) => file(JSON.stringify(value));

async function messageFor(path: string): Promise<string> {
  const failure = await readCatalogue(path).then(
    () => expect.unreachable('it was read'),
    (error: Error) => error,
  );
  expect(failure.name).toBe('CatalogueError');
  expect(failure.message.startsWith(path)).toBe(true);
  expect(failure.message).not.toContain('\n');
  return failure.message.slice(path.length);
}

describe('JSON that is not valid', () => {
  test.each([
    [
      '[\n  {"id": "a", "image": "a.jpg"},\n  {"id": "b" "image": "b.jpg"}\n]',
      ', line 3, column 14: not valid JSON: a comma is missing before this: "\\"image\\": \\"b.jpg\\"}".',
    ],
    [
      '[\n  {"id": "a", "image": "a.jpg"},\n]',
      ', line 3, column 1: not valid JSON: a value is missing here (or a comma is too many before): "]".',
    ],
    [
      '[{"id": "a",}]',
      ', line 1, column 13: not valid JSON: a field name in double quotes is missing here (or a comma is too ' +
        'many before): "}]".',
    ],
    [
      '[{"id" "a"}]',
      ', line 1, column 8: not valid JSON: a colon is missing before this: "\\"a\\"}]".',
    ],
    [
      "[\n{'id': 'a'}]",
      ", line 2, column 2: not valid JSON: texts and field names need double quotes: \"'id': 'a'}]\".",
    ],
    ['[1] // end', ', line 1, column 5: not valid JSON: JSON has no comments: "// end".'],
    [
      '[{"image": "C:\\photos\\a.jpg"}]',
      ', line 1, column 12: not valid JSON: a backslash in a text must be written as \\\\: "\\"C:\\\\photos\\\\a.jpg\\"}]".',
    ],
    [
      '[{"id": "a",\n"title": "Mug\n"}]',
      ', line 2, column 10: not valid JSON: a text has no closing quote on its line: "\\"Mug".',
    ],
    [
      '[{"id": "a",\n  "image": "a.jp',
      ': not valid JSON: the file ends too early, after line 2, column 17. Was it cut short?',
    ],
    [
      '[{"id": "a",\n',
      ': not valid JSON: the file ends too early, after line 1, column 13. Was it cut short?',
    ],
  ])('%j', async (text, words) => {
    expect(await messageFor(await file(text))).toBe(words);
  });

  test('cut short 200,000 levels deep', async () => {
    const words = ': not valid JSON, and nested too deeply to say where.';
    expect(await messageFor(await file('['.repeat(200_000)))).toBe(words);
  });
});

describe('the encoding', () => {
  test('UTF-16 with its mark, as PowerShell writes it, is read', async () => {
    const text = JSON.stringify([{ id: 'Töpfe', image: 'a.jpg' }]);
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
    const { entries } = await readCatalogue(await file(bytes));
    expect(entries[0]?.item.id).toBe('Töpfe');
  });

  test('Latin-1 is refused instead of read with wrong letters', async () => {
    const bytes = Buffer.from('[{"id": "Töpfe", "image": "a.jpg"}]', 'latin1');
    expect(await messageFor(await file(bytes))).toBe(
      ': is not UTF-8 text. Expected a folder of photos, a table (.csv, .tsv, .ndjson), or a catalogue in JSON saved as UTF-8.',
    );
  });
});

test.each(['[', '{"a":'])('nested 200,000 levels deep with %s: refused in a line', async (open) => {
  const close = open === '[' ? ']' : '}';
  const deep = `${open.repeat(200_000)}1${close.repeat(200_000)}`;
  const words = /is nested more than 16 levels deep\.$/;
  const item = (field: string) => file(`[{"id":"x","image":"a.jpg"},{"id":"a",${field}:${deep}}]`);
  for (const field of ['"attributes"', '"id"', '"image"', '"other"']) {
    const message = await messageFor(await item(field));
    expect(message).toMatch(/^, item 2: /);
    expect(message).toMatch(words);
    expect(message.length).toBeLessThan(150);
  }
  const items = '"items":[{"id":"a","image":"a.jpg"}]';
  for (const field of ['browse', 'title', 'thresholds', 'queries']) {
    expect(await messageFor(await file(`{${items},"${field}":${deep}}`))).toMatch(words);
  }
  expect(await messageFor(await file(deep))).toMatch(
    /^(: expected a list of items|, item 1: expected an object|, item 1: .*nested more than 16 levels)/,
  );
});

describe('half of a surrogate pair', () => {
  // As a program writes it that cuts "🏺" in two.
  const half = '\ud83c';
  const good = { id: 'good', image: 'good.jpg' };

  test.each([
    [{ id: `a${half}`, image: 'a.jpg' }, '"id"'],
    [{ ...good, group: half }, '"group"'],
    [{ ...good, title: half }, '"title"'],
    [{ ...good, image: `${half}.jpg` }, '"image"'],
    [{ ...good, attributes: { kind: ['x', half] } }, '"attributes.kind.1"'],
    [{ ...good, attributes: { [half]: 'x' } }, 'a field name'],
  ])('in an item is refused with its row: %j', async (row, where) => {
    const browse = 'kind';
    const message = await messageFor(
      await table({ browse, items: [{ id: '🏺', image: '🏺' }, row] }),
    );
    expect(message).toMatch(/^, item 2: /);
    expect(message).toContain(`${where} contains half of a character (an unpaired surrogate): "`);
    expect(message).toMatch(/\. Write the whole character\.$/);
  });

  test("in the page's texts is refused by its field", async () => {
    const message = await messageFor(await table({ subtitle: half, items: [good] }));
    expect(message).toMatch(/^: "subtitle" contains half of a character/);
    const queries = [{ image: 'q.jpg', title: half }];
    expect(await messageFor(await table({ queries, items: [good] }))).toContain(
      '"queries.0.title"',
    );
  });
});

describe('unknown fields', () => {
  const warningsFor = async (value: unknown) => {
    const path = await table(value);
    const { warnings } = await readCatalogue(path);
    return warnings.map((line) => line.replace(path, ''));
  };

  test('are warned about once, with the field that was meant', async () => {
    const rows = [
      { id: 'a', image: 'a', atributes: { kind: 'mug' }, price: 3 },
      { id: 'b', image: 'b', Title: 'B', price: 4 },
      { id: 'c', image: 'c', price: 5, $comment: 'x', _note: 'y', '// z': 'z' },
    ];
    expect(await warningsFor(rows)).toEqual([
      ', item 1: unknown field "atributes" is ignored; did you mean "attributes"?',
      ', 3 items, first item 1: unknown field "price" is ignored; did you mean "attributes.price"?',
      ', item 2: unknown field "Title" is ignored; did you mean "title"?',
    ]);
  });

  test('next to the items, too', async () => {
    const items = [{ id: 'a', image: 'a' }];
    expect(await warningsFor({ items, subtitel: 'x', pictures: 'EUR', $schema: 'x' })).toEqual([
      ': unknown field "subtitel" is ignored; did you mean "subtitle"?',
      ': unknown field "pictures" is ignored; expected items, title, subtitle, note, lang, queries, browse, ' +
        'thresholds, attributes, currency.',
    ]);
  });

  test('of a table with many columns: the first eight, and a count', async () => {
    const row = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`column-${i}`, i]));
    const warnings = await warningsFor([{ id: 'a', image: 'a', ...row }]);
    expect(warnings).toHaveLength(9);
    expect(warnings.at(-1)).toBe(': 22 more unknown fields are ignored.');
  });

  test('known ones give no warning, whatever attributes are called', async () => {
    const attributes = JSON.parse('{"constructor": "x", "__proto__": "y", "toString": true}');
    const item = { id: 'a', image: 'a', group: 'g', title: 't', url: '/u', attributes };
    const path = await table([item]);
    const { entries, warnings } = await readCatalogue(path);
    expect(warnings).toEqual([]);
    expect(Object.entries(entries[0]?.item.attributes ?? {})).toEqual([
      ['constructor', 'x'],
      ['__proto__', 'y'],
      ['toString', true],
    ]);
  });
});

test('a folder that is called catalogue.json is read as a folder', async () => {
  const path = join(root, 'folder.json');
  await mkdir(path);
  expect(await messageFor(path)).toContain('no photos in this folder or below it');
});
