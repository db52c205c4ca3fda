import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { matcher } from '../../../src/core/search/filter.ts';
import { rowOf } from '../../../src/core/search/item-table.ts';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { NO_TEXTS } from '../../../src/node/catalogue/page-texts.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
let made = 0;

/** A fresh folder with empty files: reading a catalogue opens no photo. */
async function folderWith(...files: string[]): Promise<string> {
  const folder = join(root, `folder-${made++}`);
  await mkdir(folder);
  for (const file of files) {
    await mkdir(join(folder, file, '..'), { recursive: true });
    await writeFile(join(folder, file), '');
  }
  return folder;
}

async function table(value: unknown): Promise<string> {
  const path = join(root, `catalogue-${made++}.json`);
  await writeFile(path, typeof value === 'string' ? value : JSON.stringify(value));
  return path;
}

const idsOf = async (path: string) =>
  (await readCatalogue(path)).entries.map(({ item }) => item.id).sort();

describe('a folder', () => {
  test('one folder around all photos is no attribute; photos beside it make it one', async () => {
    const around = await readCatalogue(await folderWith('all/blue/1.jpg', 'all/blue/2.jpg'));
    expect(around.entries.map(({ item }) => item.attributes)).toEqual([undefined, undefined]);
    const beside = await readCatalogue(await folderWith('all/1.jpg', '2.jpg'));
    expect(beside.entries.map(({ item }) => item.attributes)).toEqual([
      undefined,
      { folder: 'all' },
    ]);
  });

  test('ids are paths, sub-folders the attribute "folder", deeper ones the list of their levels', async () => {
    const folder = await folderWith('blue_mug-2.jpg', 'fruit/a.png', 'fruit/red/b.webp');
    const { page, entries, warnings } = await readCatalogue(folder);
    expect({ page, warnings }).toEqual({ page: NO_TEXTS, warnings: [] });
    const sorted = [...entries].sort((a, b) => (a.item.id < b.item.id ? -1 : 1));
    expect(sorted).toEqual([
      {
        item: { id: 'blue_mug-2.jpg', image: 'blue_mug-2.jpg', title: 'Blue mug 2' },
        path: join(folder, 'blue_mug-2.jpg'),
        place: { file: join(folder, 'blue_mug-2.jpg') },
      },
      {
        item: {
          id: 'fruit/a.png',
          image: 'fruit/a.png',
          title: 'A',
          attributes: { folder: 'fruit' },
        },
        path: join(folder, 'fruit/a.png'),
        place: { file: join(folder, 'fruit/a.png') },
      },
      {
        item: {
          id: 'fruit/red/b.webp',
          image: 'fruit/red/b.webp',
          title: 'B',
          attributes: { folder: ['fruit', 'fruit/red'] },
        },
        path: join(folder, 'fruit/red/b.webp'),
        place: { file: join(folder, 'fruit/red/b.webp') },
      },
    ]);
  });

  test('decomposed accents (macOS) stay in ids and paths; titles and attributes are composed', async () => {
    const nfd = 'Cafe\u0301';
    const folder = await folderWith(`${nfd}/${nfd}_1.jpg`, `Café/2.jpg`);
    const { entries } = await readCatalogue(folder);
    const [first] = entries.filter(({ item }) => item.id.startsWith(nfd));
    expect(first).toEqual({
      item: {
        id: `${nfd}/${nfd}_1.jpg`,
        image: `${nfd}/${nfd}_1.jpg`,
        title: 'Café 1',
        attributes: { folder: 'Café' },
      },
      path: join(folder, nfd, `${nfd}_1.jpg`),
      place: { file: join(folder, nfd, `${nfd}_1.jpg`) },
    });
    const found = entries.filter(({ item }) => matcher({ folder: nfd })(rowOf(item)));
    expect(found).toHaveLength(2);
  });

  test('a site inside the folder is left out: its thumbnails are no photos', async () => {
    const folder = await folderWith('a.jpg', 'site/bundle/thumbs/0123456789abcdef.webp');
    const { entries } = await readCatalogue(folder, { except: join(folder, 'site') });
    expect(entries.map(({ item }) => item.id)).toEqual(['a.jpg']);
  });

  test('photos in any case of their extension; hidden files, folders and non-photos are left out', async () => {
    const photos = [
      'a.JPG',
      'b.Jpeg',
      'c.PNG',
      'd.gif',
      'e.avif',
      'f.webp',
      'g.tiff',
      'h.jfif',
      'i.jpe',
    ];
    const others = ['.hidden.jpg', '.git/g.jpg', 'notes.txt', 'jpg', 'logo.svg'];
    const folder = await folderWith(...photos, ...others);
    await mkdir(join(folder, 'named.jpg'));
    expect(await idsOf(folder)).toEqual(photos);
  });

  test('links to photos count, broken ones and links to folders do not', async () => {
    const elsewhere = await folderWith('real.jpg');
    const folder = await folderWith('own.jpg');
    await symlink(join(elsewhere, 'real.jpg'), join(folder, 'linked.jpg'));
    await symlink(join(folder, 'nowhere.jpg'), join(folder, 'broken.jpg'));
    await symlink(folder, join(folder, 'circle'));
    await symlink(elsewhere, join(folder, 'folder.jpg'));
    expect(await idsOf(folder)).toEqual(['linked.jpg', 'own.jpg']);
  });

  test('without photos, or not there: one line that says what was expected', async () => {
    const empty = await folderWith('readme.md');
    await expect(readCatalogue(empty)).rejects.toMatchObject({
      name: 'CatalogueError',
      message:
        `${empty}: no photos in this folder or below it; expected JPEG, PNG, WebP, GIF, AVIF or ` +
        'TIFF files. 1 left out (readme.md): not a photo; expected JPEG, PNG, WebP, GIF, AVIF or TIFF.',
    });
    for (const url of [
      'pgsql://shop:S3cret@db/shop',
      'mysqls://a:S3cret@db/b',
      'https://a:S3cret@b.example/f.xml',
    ]) {
      const message = await readCatalogue(url).catch((error: Error) => error.message);
      expect(message).toMatch(
        /^(PHOTOS is a URL of an unknown kind\. Expected a path|The URL at b\.example has a user name or password)/,
      );
      expect(message).not.toContain('S3cret');
    }
    const missing = join(root, 'missing');
    await expect(readCatalogue(missing)).rejects.toMatchObject({
      name: 'CatalogueError',
      message: `${missing}: no such file or folder; expected a folder of photos, a catalogue.json, a table (CSV, TSV, NDJSON), a feed, a list of URLs or a database.`,
    });
  });
});

describe('catalogue.json', () => {
  test('a list, or an object with title and items; images relative to the file', async () => {
    const items = [{ id: 'a', image: 'photos/a.jpg', group: 7, attributes: { price: 3 } }];
    const item = { id: 'a', image: 'photos/a.jpg', group: '7', attributes: { price: 3 } };
    const attributes = [{ name: 'price', type: 'number' }];
    const readIn = (file: string) => ({
      page: NO_TEXTS,
      thresholds: {},
      notes: [],
      attributes,
      entries: [{ item, path: join(root, 'photos/a.jpg'), place: { file, row: 'item 1' } }],
      warnings: [],
      withoutPhoto: 0,
    });
    const list = await table(items);
    expect(await readCatalogue(list)).toEqual(readIn(list));
    const object = await table({ title: 'Mugs', items });
    expect(await readCatalogue(object)).toEqual({
      ...readIn(object),
      page: { ...NO_TEXTS, title: 'Mugs' },
    });
  });

  test('a later row with the same id replaces the earlier one, with a warning', async () => {
    const path = await table([
      { id: 'a', image: '1.jpg' },
      { id: 'b', image: '2.jpg' },
      { id: 'a', image: '3.jpg' },
    ]);
    const { entries, warnings } = await readCatalogue(path);
    expect(entries.map(({ item }) => item.image).sort()).toEqual(['2.jpg', '3.jpg']);
    expect(warnings).toEqual([
      `${path}, item 3: the id "a" occurs again. This item replaces the earlier one; give one of them another id.`,
    ]);
  });

  test("the page's texts, all of them optional", async () => {
    const items = [{ id: 'a', image: 'a.jpg' }];
    const texts = { title: 'Becher', subtitle: 'Aus Ton', note: '2026', lang: 'de' };
    const queries = [{ image: 'q/a.jpg', title: 'Ein Becher' }];
    const { page } = await readCatalogue(await table({ ...texts, browse: 'kind', queries, items }));
    const path = join(root, 'q/a.jpg');
    const browse = { by: 'kind', names: new Map() };
    expect(page).toEqual({ ...texts, browse, queries: [{ path, title: 'Ein Becher' }] });
    const thresholds = { match: 0.4, related: -0.2 };
    const own = await readCatalogue(await table({ thresholds, items }));
    expect(own.thresholds).toEqual(thresholds);
    const named = { by: 'kind', names: { mug: 'Becher' } };
    expect((await readCatalogue(await table({ browse: named, items }))).page.browse).toEqual({
      by: 'kind',
      names: new Map([['mug', 'Becher']]),
    });
    expect((await readCatalogue(await table({ title: '', lang: null, items }))).page).toEqual(
      NO_TEXTS,
    );
  });

  const query = { image: 'q.jpg', title: 'Q' };
  test.each([
    [{ subtitle: 7 }, '"subtitle" must be a text, got 7.'],
    [
      { lang: 'deutsch, bitte' },
      '"lang" must be a language as in "de" or "zh-Hant", got "deutsch, bitte".',
    ],
    [
      { minScore: 0.5 },
      '"minScore" is now called "thresholds": { "match": … }. Rename it, or delete it to use the calibrated one.',
    ],
    [
      { thresholds: 0.5 },
      '"thresholds" must be { "match": …, "related": … } with cosines from -1 to 1, either or both; got 0.5.',
    ],
    [
      { thresholds: { similar: 0.5 } },
      '"thresholds" must be { "match": …, "related": … } with cosines from -1 to 1, either or both; got a field ' +
        '"similar".',
    ],
    [
      { thresholds: { match: '0.5' } },
      '"thresholds.match" must be a cosine from -1 to 1, got "0.5".',
    ],
    [
      { thresholds: { match: 0.2, related: 0.5 } },
      '"thresholds.related" must not be above "thresholds.match", 0.2; got 0.5.',
    ],
    [
      { browse: { by: 'kind', names: ['Mugs', 7] } },
      '"browse" must be the name of an attribute, or an object with "by" (its name) and "names" (a ' +
        'heading for each value), got {"by":"kind","names":["Mugs",7]}.',
    ],
    [{ queries: 'q.jpg' }, '"queries" must be a list of at most 12 photos, got "q.jpg".'],
    [{ queries: Array(13).fill(query) }, '"queries" must be a list of at most 12 photos, got 13.'],
    [
      { queries: [query, 'q.jpg'] },
      'query 2: expected an object with "image" (a path relative to the catalogue) and "title" ' +
        '(what it shows), got "q.jpg".',
    ],
  ])("%j among the page's texts is refused with words", async (texts, words) => {
    const path = await table({ ...texts, items: [{ id: 'a', image: 'a.jpg' }] });
    await expect(readCatalogue(path)).rejects.toMatchObject({
      name: 'CatalogueError',
      message: `${path}: ${words}`,
    });
  });

  const good = { id: 'good', image: 'good.jpg' };
  test.each([
    ['a text', 'a.jpg', 'expected an object with "id" and "image", got "a.jpg".'],
    ['null', null, 'expected an object with "id" and "image", got null.'],
    ['no id', { image: 'a.jpg' }, '"id" is missing or empty'],
    ['no image', { id: 'a' }, '"image" of "a" is missing or empty'],
    ['a title that is a list', { ...good, title: ['x'] }, '"title" must be a text, got ["x"].'],
    [
      'a script as link',
      { ...good, url: ' java\tscript:alert(1)' },
      '"url" of "good" must be http(s), mailto or relative, got " java\tscript:alert(1)".',
    ],
    [
      'an attribute that is an object',
      { ...good, attributes: { size: { w: 1 } } },
      'attribute "size" of "good" must be a text, a number, a boolean or a list of texts, got {"w":1}.',
    ],
    [
      'attributes that are a list',
      { ...good, attributes: ['x'] },
      'must be an object of texts, numbers, booleans or lists of texts, got ["x"].',
    ],
    [
      'an image that is neither a file nor on the web',
      { id: 'a', image: 'data:image/png;base64,AA' },
      '"image" must be a path or a URL with http or https, got "data:image/png;base64,AA".',
    ],
  ])('a row that is wrong is named by its number: %s', async (_, row, words) => {
    const path = await table([good, row]);
    const failure = readCatalogue(path);
    await expect(failure).rejects.toMatchObject({ name: 'CatalogueError' });
    await expect(failure).rejects.toThrow(`${path}, item 2: `);
    await expect(failure).rejects.toThrow(words);
  });

  test.each([
    ['{"items": []}', 'expected a list of items, or an object with a list "items"; got {"items":'],
    ['[]', 'expected a list of items, or an object with a list "items"; got [].'],
    [
      '',
      'expected a folder of photos, a table (.csv, .tsv, .ndjson), or a catalogue in JSON (a list of items), got an empty file.',
    ],
    ['id,image\n1,a.jpg', '(a list of items), got a file that begins with "id,image\\n1,a.jpg".'],
    ['null', 'expected a list of items, or an object with a list "items"; got null.'],
    ['{"rows": [1]}', 'got {"rows":[1]}.'],
  ])('not a catalogue: %s', async (text, words) => {
    const path = await table(text);
    const failure = readCatalogue(path);
    await expect(failure).rejects.toMatchObject({ name: 'CatalogueError' });
    await expect(failure).rejects.toThrow(`${path}: `);
    await expect(failure).rejects.toThrow(words);
  });

  test('the byte order mark that Windows editors write does no harm', async () => {
    expect(await idsOf(await table(`\ufeff${JSON.stringify([good])}`))).toEqual(['good']);
  });
});
