/** Tables: columns, types, encodings, and the messages for what is wrong. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { type ColumnMap, parseColumnMap } from '../../../src/node/catalogue/table/column-map.ts';
import { cpuMs } from '../../support/cpu-time.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
let made = 0;

async function file(content: string | Uint8Array, extension = 'csv'): Promise<string> {
  const path = join(root, `table-${made++}.${extension}`);
  await writeFile(path, content);
  return path;
}

async function read(content: string | Uint8Array, map?: ColumnMap, extension = 'csv') {
  const path = await file(content, extension);
  const { entries, notes, warnings } = await readCatalogue(path, map ? { map } : {});
  const plain = (lines: readonly string[]) => lines.map((line) => line.replace(path, ''));
  return { items: entries.map(({ item }) => item), notes: plain(notes), warnings: plain(warnings) };
}

async function messageFor(content: string | Uint8Array, map?: ColumnMap, extension = 'csv') {
  const path = await file(content, extension);
  const failure = await readCatalogue(path, map ? { map } : {}).then(
    () => expect.unreachable('it was read'),
    (error: Error) => error,
  );
  expect(failure.name).toBe('CatalogueError');
  expect(failure.message.startsWith(path)).toBe(true);
  return failure.message.slice(path.length);
}

test.each([
  ['https://x.example/photos?size=2', '"https://x.example/photos?size=2"'],
  ['https://me:secret@x.example/photos#a', '"https://x.example/photos#a"'],
  ['ftp://x.example/photos', '"ftp://x.example/photos"'],
  ['file:///srv/photos', '"file:///srv/photos"'],
])('a base of photos at %s is wrong usage', async (photoBase, got) => {
  const path = await file('id,image\n1,a.jpg\n');
  await expect(readCatalogue(path, { photoBase })).rejects.toMatchObject({
    name: 'UsageError',
    message: `--photo-base: expected a folder, or an http(s) URL without "?" and "#", got ${got}.`,
  });
});

test.each([
  ['https://me:secret@x.example/photos', 'https://me:secret@x.example/photos/a.jpg'],
  ['/srv/a?b#c', '/srv/a?b#c/a.jpg'],
])('a base of photos at %s', async (photoBase, expected) => {
  const path = await file('id,image\n1,a.jpg\n');
  expect((await readCatalogue(path, { photoBase })).entries[0]?.path).toBe(expected);
});

describe('columns', () => {
  test('are guessed by the usual names, and the guess is said; the others become attributes', async () => {
    const { items, notes, warnings } = await read(
      'SKU,Item Group ID,Product name,Image-URL,Permalink,Colour,Price\n1,g,Mug,a.jpg,/mug,red,3.5\n',
    );
    expect(items).toEqual([
      {
        id: '1',
        image: 'a.jpg',
        group: 'g',
        title: 'Mug',
        url: '/mug',
        attributes: { Colour: 'red', Price: 3.5 },
      },
    ]);
    expect(notes).toEqual([
      ': id: column SKU; image: column Image-URL; group: column Item Group ID; title: column Product name; url: ' +
        'column Permalink; attributes: Colour (text), Price (number).',
    ]);
    expect(warnings).toEqual([]);
  });

  test('a map names columns, renames attributes and leaves columns out', async () => {
    const map = parseColumnMap('id=nr, image="Foto, groß",attributes.price=Preis,-notiz');
    const { items, notes } = await read(
      'Nr;Foto, groß;Preis;Notiz;url\n7;a.jpg;"1.234,50";x;y\n',
      map,
    );
    expect(items).toEqual([{ id: '7', image: 'a.jpg', url: 'y', attributes: { price: 1234.5 } }]);
    expect(notes).toEqual([
      ': id: column Nr (--map); image: column Foto, groß (--map); url: column url; attributes: price (number).',
    ]);
  });

  test('one column can be two fields; a photo column without a usual name is known by its contents', async () => {
    const both = await read('photo\na.jpg\n', parseColumnMap('id=photo,image=photo'));
    expect(both.items).toEqual([{ id: 'a.jpg', image: 'a.jpg' }]);
    const { items } = await read('id,shot\n1,x/a.JPG\n2,b.webp?v=2\n');
    expect(items.map(({ image }) => image)).toEqual(['x/a.JPG', 'b.webp?v=2']);
  });

  test.each([
    [
      'key,photo\n1,a.jpg\n',
      undefined,
      ': each item needs an id of its own, and no column is called "id" or the like. Name it with --map id=COLUMN; ' +
        'the columns are "key", "photo".',
    ],
    [
      'id,text\n1,a\n',
      undefined,
      ': each item needs a photo, and no column is called "image" or the like. Name it with --map image=COLUMN; the ' +
        'columns are "id", "text".',
    ],
    [
      'id,photo\n1,a.jpg\n',
      'image=photos',
      ': --map image=photos: no column has this name; did you mean "photo"?',
    ],
    [
      'id,photo\n1,a.jpg\n',
      '-description',
      ': --map -description: no column has this name; the columns are "id", "photo".',
    ],
    [
      'id,photo,id\n1,a.jpg,2\n',
      undefined,
      ', row 1: two columns have the name "id". Rename one of them.',
    ],
  ])('%j with --map %s', async (text, map, words) => {
    expect(await messageFor(text, map === undefined ? map : parseColumnMap(map))).toBe(words);
  });

  const example = ' For example: --map id=sku,image=photo,attributes.price=Preis,-notes';
  test.each([
    ['id', `--map: expected FIELD=COLUMN or -COLUMN, got "id".${example}`],
    ['id=', `--map: expected FIELD=COLUMN or -COLUMN, got "id=".${example}`],
    ['imag=photo', `--map: "imag" is no field of an item; did you mean "image"?${example}`],
    [
      'price=Preis',
      `--map: "price" is no field of an item; expected id, image, group, title, url or attributes.NAME.${example}`,
    ],
    ['id=a,id=b', `--map: "id" is given twice.${example}`],
    ['-', `--map: "-" names no column.${example}`],
  ])('--map %s is refused', (text, words) => {
    expect(() => parseColumnMap(text)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: words }),
    );
  });

  test('a map for a folder is refused', async () => {
    await expect(readCatalogue(root, { map: { id: 'sku' } })).rejects.toMatchObject({
      name: 'UsageError',
      message: `--map names columns of a table, but ${root} is a folder. Give the file of the table, or leave --map out.`,
    });
  });
});

describe('types', () => {
  const valuesOf = async (cells: readonly string[], separator = ',') => {
    const rows = cells.map((cell, i) => `${i}${separator}a.jpg${separator}"${cell}"\n`);
    const { items } = await read(`id${separator}image${separator}x\n${rows.join('')}`);
    return items.map(({ attributes }) => attributes?.x);
  };

  test.each<[string[], unknown[]]>([
    [
      ['1', '-2.5', '', '0'],
      [1, -2.5, undefined, 0],
    ],
    [
      ['1', 'two'],
      ['1', 'two'],
    ],
    [
      ['007', '12'],
      ['007', '12'],
    ],
    [['1234567890123456'], ['1234567890123456']],
    [
      ['1e5', 'Infinity'],
      ['1e5', 'Infinity'],
    ],
    [['1,5'], ['1,5']],
    [
      ['TRUE', 'no', ''],
      [true, false, undefined],
    ],
    [
      ['WAHR', 'FALSCH'],
      [true, false],
    ],
    [
      ['yes', 'maybe'],
      ['yes', 'maybe'],
    ],
    [[' padded '], ['padded']],
  ])('a column %j', async (cells, values) => {
    expect(await valuesOf(cells)).toEqual(values);
  });

  test('with semicolons between cells, a comma is the decimal sign', async () => {
    expect(await valuesOf(['1,5', '2', '1.234,25'], ';')).toEqual([1.5, 2, 1234.25]);
    expect(await valuesOf(['1.5', '2'], ';')).toEqual([1.5, 2]);
    expect(await valuesOf(['1.200', '12.000', '48'], ';')).toEqual([1200, 12_000, 48]);
    expect(await valuesOf(['12.50', '1.200'], ';')).toEqual([12.5, 1.2]);
    expect(await valuesOf(['1.200', '12.000'], ',')).toEqual([1.2, 12]);
  });

  test('of JSON stay; a field that no attribute can hold is ignored, and said', async () => {
    const rows = [
      { sku: 7, photo: 'a.jpg', tags: ['x', 'y'], price: 3, code: '007', stock: { berlin: 1 } },
      { sku: 8, photo: 'b.jpg', price: null },
    ];
    const { items, notes } = await read(JSON.stringify(rows), undefined, 'json');
    expect(items).toEqual([
      { id: '7', image: 'a.jpg', attributes: { tags: ['x', 'y'], price: 3, code: '007' } },
      { id: '8', image: 'b.jpg' },
    ]);
    expect(notes).toEqual([
      ': id: column sku; image: column photo; attributes: tags, price, code.',
      ': the field "stock" is ignored, because it has a value that no attribute can have ({"berlin":1} in item 1).',
    ]);
  });

  test('of a row in JSON count where its attributes have one of the same name', async () => {
    const row = {
      sku: 7,
      photo: 'a.jpg',
      price: 3,
      attributes: { price: 4, sku: 8, colour: 'red' },
    };
    const { items } = await read(JSON.stringify(row), undefined, 'ndjson');
    expect(items).toEqual([{ id: '7', image: 'a.jpg', attributes: { price: 3, colour: 'red' } }]);
  });

  test('a catalogue in JSON keeps its page when its items are mapped', async () => {
    const path = await file(
      JSON.stringify({ title: 'Mugs', currency: 'EUR', items: [{ sku: 1, pic: 'a', price: 2 }] }),
      'json',
    );
    const { page, entries } = await readCatalogue(path, { map: { id: 'sku', image: 'pic' } });
    expect(page.title).toBe('Mugs');
    expect(entries[0]?.item.attributes).toEqual({ price: 2, currency: 'EUR' });
  });
});

describe('text', () => {
  test('Windows-1252 is read as such, and the owner is told', async () => {
    // "Töpfe – “3” €", the signs of 0x80 to 0x9f included.
    const bytes = Buffer.from('id,image,x\n1,a.jpg,T\xf6pfe \x96 \x933\x94 \x80\n', 'latin1');
    const { items, notes } = await read(bytes);
    expect(items[0]?.attributes).toEqual({ x: 'Töpfe – “3” €' });
    expect(notes[0]).toBe(
      ': read as Windows-1252, because it is not UTF-8. If letters are wrong, save it as UTF-8.',
    );
  });

  test.each(['utf-16le', 'utf-16be'])('%s without a byte order mark', async (encoding) => {
    const little = Buffer.from('id\timage\tx\n1\ta.jpg\tÖ 🏺\n', 'utf16le');
    const { items } = await read(encoding === 'utf-16le' ? little : little.swap16());
    expect(items[0]?.attributes).toEqual({ x: 'Ö 🏺' });
  });

  test("Excel's line sep=; counts for the separator, not as a row", async () => {
    const text = 'sep=;\r\nid;image;a,b\r\n1;a.jpg;x\r\n;b.jpg;y\r\n';
    expect(await messageFor(text)).toBe(
      ', row 3: column "id" is empty; every item needs an id of its own.',
    );
    const { items } = await read(text.replace('\r\n;b', '\r\n2;b'));
    expect(items.map(({ attributes }) => attributes)).toEqual([{ 'a,b': 'x' }, { 'a,b': 'y' }]);
  });

  test('a quote inside a cell is a character; line breaks in quotes count as one row', async () => {
    const { items } = await read('id,image,title,x\n1,a.jpg,6" pot,"Blue" vase\n2,b.jpg,"a\nb",\n');
    expect(items[0]).toMatchObject({ title: '6" pot', attributes: { x: '"Blue" vase' } });
    expect(items[1]?.title).toBe('a\nb');
    expect(await messageFor('id,image,title\n1,a.jpg,"a\n\nb"\n,b.jpg,c\n')).toBe(
      ', row 3: column "id" is empty; every item needs an id of its own.',
    );
  });

  test('empty rows are skipped but counted, as the spreadsheet does; missing cells at the end are empty', async () => {
    const { items } = await read('id,image,x,y\n\n1,a.jpg\n,,,\n2,b.jpg,z,\n');
    expect(items).toEqual([
      { id: '1', image: 'a.jpg' },
      { id: '2', image: 'b.jpg', attributes: { x: 'z' } },
    ]);
    expect(await messageFor('id,image\n\n1,a.jpg\n,b.jpg\n')).toMatch(/^, row 4: /);
  });

  test('columns without a name are ignored, and said if they hold something', async () => {
    const { items, notes } = await read('id,image,,x,\n1,a.jpg,note,2,\n');
    expect(items).toEqual([{ id: '1', image: 'a.jpg', attributes: { x: 2 } }]);
    expect(notes).toContain(': 2 columns without a name ignored.');
  });
});

describe('rows that are wrong', () => {
  test.each([
    [
      '',
      ': expected a row with the names of the columns and a row for each item, got an empty file.',
    ],
    [
      'id,image\n\n',
      ': expected a row with the names of the columns and a row for each item, got only a row of names.',
    ],
    [
      'id,image,x\n1,a.jpg,y\n2,b.jpg,Vase, blue\n',
      ', row 3: has 4 cells, but the first row names 3 columns. Put double quotes around cells that contain commas. ' +
        'The row begins with "2,b.jpg,Vase".',
    ],
    [
      'id,image\n1,a.jpg\n2,"b.jpg\n3,c.jpg\n',
      ', row 3: a cell begins with a double quote that is never closed. Close it, or write it twice inside quotes ("").',
    ],
    ['id,image\n1,\n2,\n', ': no items. 2 left out (row 2, row 3): column "image" names no photo.'],
    [
      'id,image,url\n1,a.jpg,javascript:x\n',
      ', row 2: "url" of "1" must be http(s), mailto or relative, got "javascript:x".',
    ],
    [
      'id,image\n1,ftp://host/a.jpg\n',
      ', row 2: "image" must be a path or a URL with http or https, got "ftp://host/a.jpg".',
    ],
    [
      'id,image\n1,https://me:secret@host/a.jpg\n',
      ', row 2: the URL in "image" has a user name or password, which would be published with the item. Write paths, ' +
        'and give the URL with --photo-base.',
    ],
  ])('%j', async (text, words) => {
    expect(await messageFor(text)).toBe(words);
  });

  test('rows without a photo are left out and counted; an id again replaces the row, with a warning', async () => {
    const { items, warnings } = await read('id,image\n1,a.jpg\n2,\n1,b.jpg\n3,\n');
    expect(items).toEqual([{ id: '1', image: 'b.jpg' }]);
    expect(warnings).toEqual([
      ', row 4: the id "1" occurs again. This item replaces the earlier one; give one of them another id.',
      ': 2 left out (row 3, row 5): column "image" names no photo.',
    ]);
  });

  test.each([
    [
      '{"id": 1, "image": "a.jpg"}\n{"id": 2,\n',
      /^, line 2: not valid JSON \(.+\)\. Expected one object on each line, got "\{\\"id\\": 2,"\.$/,
    ],
    ['{"id": 1, "image": "a.jpg"}\n\n[3]\n', /^, line 3: expected an object, got \[3\]\.$/],
    ['\n', /^: expected an object in JSON on each line, got an empty file\.$/],
    [
      Buffer.from('{"id": "T\xf6pfe"}', 'latin1'),
      /^: is not UTF-8 text\. Expected an object in JSON/,
    ],
  ])('NDJSON: %j', async (text, words) => {
    expect(await messageFor(text, undefined, 'ndjson')).toMatch(words);
  });

  test.each(['504b0304', 'd0cf11e0'])(
    'a workbook (%s) is refused with what to do',
    async (bytes) => {
      expect(await messageFor(Buffer.from(`${bytes}0000`, 'hex'), undefined, 'xlsx')).toMatch(
        /^: is a workbook of a spreadsheet program\. Save the sheet with the products as CSV and give that file instead\. Excel: File > Save As > "CSV UTF-8/,
      );
    },
  );

  test('a ZIP archive is no workbook', async () => {
    expect(await messageFor(Buffer.from('504b03040000', 'hex'), undefined, 'zip')).toBe(
      ': is a ZIP archive. Unpack it, and give the folder of photos or the table in it.',
    );
  });
});

test('20,000 rows are read in seconds', async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, i) => `sku-${i},${i}.jpg,"Vase ${i}, blue",${i}\n`,
  );
  let items: Awaited<ReturnType<typeof read>>['items'] = [];
  const took = await cpuMs(async () => {
    ({ items } = await read(`id,image,title,price\n${rows.join('')}`));
  });
  expect(items).toHaveLength(20_000);
  expect(items[19_999]).toEqual({
    id: 'sku-19999',
    image: '19999.jpg',
    title: 'Vase 19999, blue',
    attributes: { price: 19_999 },
  });
  // Measured: 2 s beside other tests. What looks at all rows for each row takes minutes.
  expect(took).toBeLessThan(15_000);
});
