/** What every kind of database must do, on a real one. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Item } from '../../../src/core/item.ts';
import { collect } from '../../../src/node/catalogue/collect.ts';
import {
  openDatabase,
  type Surroundings,
} from '../../../src/node/catalogue/database/open-database.ts';
import type { DatabaseOptions } from '../../../src/node/catalogue/database/options.ts';
import { PhotoStore } from '../../../src/node/catalogue/stored-photos.ts';
import type { TableOptions } from '../../../src/node/catalogue/table/options.ts';
import { describeSource } from './source.contract.ts';

export interface TestDatabase {
  /** With the password in `env`, or without one. */
  readonly address: string;
  readonly env: NodeJS.ProcessEnv;
  execute(sql: string): Promise<void>;
  /** @param rows cells: numbers, bigints, texts, booleans, bytes and null */
  insert(table: string, rows: readonly (readonly unknown[])[]): Promise<void>;
  quoted(name: string): string;
  /** Names of types. */
  readonly types: Readonly<Record<'bytes' | 'boolean' | 'text' | 'decimal', string>>;
}

/** @param root a folder for the suite's files */
export function describeDatabase(name: string, root: string, db: () => TestDatabase): void {
  const open = (
    query: string,
    options: TableOptions & DatabaseOptions = {},
    more: Surroundings = {},
  ) =>
    openDatabase(
      db().address,
      { query, ...options },
      { env: db().env, store: new PhotoStore(join(root, 'store')), ...more },
    );
  const read = async (query: string, options: TableOptions & DatabaseOptions = {}) =>
    collect(await open(query, options));
  let tables = 0;
  const table = async (columns: string, rows: readonly (readonly unknown[])[]) => {
    const named = `images_${++tables}`;
    await db().execute(`CREATE TABLE ${named} (${columns})`);
    await db().insert(named, rows);
    return named;
  };

  describeSource(name, root, {
    isFile: false,
    async write(folder, items) {
      for (const { image } of items) {
        const path = join(folder, image);
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, '');
      }
      const { columns, rows } = asTable(items, db());
      return JSON.stringify({ folder, table: await table(columns, rows) });
    },
    open: async (path) => {
      const { folder, table: named } = JSON.parse(path);
      return open(`SELECT * FROM ${named}`, { photoBase: folder, pageSize: 2 });
    },
  });

  describe(`${name}, as every database`, () => {
    test('gives 20,000 rows page by page, by key and by offset alike', async () => {
      const rows = Array.from({ length: 20_000 }, (_, i) => [i * 3 + 1, i >> 1, `${i}.jpg`]);
      const named = await table(
        'id INTEGER PRIMARY KEY, relation_id INTEGER, photo VARCHAR(80)',
        rows,
      );
      const query = `SELECT id, relation_id, photo FROM ${named}`;
      const { entries, warnings, notes } = await read(query);
      expect(warnings).toEqual([]);
      expect(entries.map(({ item }) => [Number(item.id), Number(item.group), item.image])).toEqual(
        rows,
      );
      expect(notes).toContain(`${(await open(query)).name}: 20000 rows.`);
      const byOffset = await read(query, { paging: 'offset', pageSize: 7000 });
      expect(byOffset.entries).toEqual(entries);
    });

    test.each(['key', 'offset'] as const)(
      'loses no row of an id that several rows have, by %s',
      async (paging) => {
        const ids = [1, 1, 1, 2, 3, 3, 3, 3, 3, 3, 3, 4, 5, 5];
        const named = await table(
          'id INTEGER, n INTEGER, photo VARCHAR(80)',
          ids.map((id, i) => [id, i, `${i}.jpg`]),
        );
        for (const pageSize of [1, 2, 3, 4, 7, 14, 15]) {
          const source = await open(`SELECT * FROM ${named}`, { paging, pageSize });
          const images: string[] = [];
          for await (const { item } of source.items(() => undefined)) images.push(item.image);
          const all = ids.map((_, i) => `${i}.jpg`);
          if (paging === 'key') expect(images.sort(), `pages of ${pageSize}`).toEqual(all.sort());
          else expect(images).toHaveLength(ids.length);
        }
        const { entries, warnings } = await read(`SELECT * FROM ${named}`, { paging, pageSize: 2 });
        expect(entries.map(({ item }) => item.id)).toEqual(['1', '2', '3', '4', '5']);
        expect(warnings).toHaveLength(ids.length - 5);
        expect(warnings[0]).toMatch(
          /^\S+, row \d+ \(id 1\): the id "1" occurs again\. This item replaces the earlier one; give one of them another id\.$/,
        );
      },
    );

    test('leaves out rows without a photo, and says how many', async () => {
      const named = await table('id INTEGER, photo VARCHAR(80)', [
        [1, 'a.jpg'],
        [2, null],
        [3, ''],
      ]);
      const { entries, warnings } = await read(`SELECT * FROM ${named}`);
      expect(entries.map(({ item }) => item.id)).toEqual(['1']);
      const { name: shown } = await open(`SELECT * FROM ${named}`);
      expect(warnings).toEqual([
        `${shown}: 2 left out (row 2 (id 2), row 3 (id 3)): column "photo" names no photo.`,
      ]);
    });

    test('refuses rows without an id, also behind the first page', async () => {
      const named = await table('id INTEGER, photo VARCHAR(80)', [
        [1, 'a.jpg'],
        [2, 'b.jpg'],
        [null, 'c.jpg'],
      ]);
      const reading = read(`SELECT * FROM ${named}`, { pageSize: 1 });
      await expect(reading).rejects.toThrow(
        'column "id" is NULL in some rows; every item needs an id of its own. Add WHERE id IS NOT NULL to --query.',
      );
    });

    test('stores photos in the rows by their content', async () => {
      const photos = await Promise.all(
        ['bowl-001-1', 'mug-001-1'].map((one) => readFile(`public/sample/photos/${one}.jpg`)),
      );
      const named = await table(`id INTEGER, data ${db().types.bytes}`, [
        [1, photos[0]],
        [2, photos[1]],
        [3, photos[0]],
        [4, null],
        [5, Buffer.from('photos/ü.jpg')],
      ]);
      const { entries, notes } = await read(`SELECT * FROM ${named}`, {
        photoBase: root,
        pageSize: 2,
      });
      expect(notes.join()).toContain('id: column id; image: column data.');
      const hashOf = (bytes: Uint8Array | undefined) =>
        createHash('sha256')
          .update(bytes ?? '')
          .digest('hex');
      expect(entries.map(({ item }) => item.image)).toEqual([
        `${hashOf(photos[0]).slice(0, 16)}.jpeg`,
        `${hashOf(photos[1]).slice(0, 16)}.jpeg`,
        `${hashOf(photos[0]).slice(0, 16)}.jpeg`,
        'photos/ü.jpg',
      ]);
      for (const [i, path] of entries
        .slice(0, 2)
        .map((entry) => entry.path)
        .entries()) {
        expect(await readFile(path)).toEqual(photos[i]);
      }
      expect(entries[3]?.path).toBe(join(root, 'photos/ü.jpg'));
    });

    test('keeps numbers, decimals, booleans, large ids and long texts', async () => {
      const { boolean, decimal, text } = db().types;
      const long = '搜图 🏺 ünïcödé '.repeat(20_000);
      const large = 2n ** 60n + 1n;
      const named = await table(
        `id BIGINT, photo VARCHAR(80), price ${decimal}, ratio DOUBLE PRECISION, glazed ${boolean}, note ${text}`,
        [
          [large, 'a.jpg', '12.50', 0.1, true, long],
          [large + 1n, 'b.jpg', '3.00', -1e-7, false, "'; DROP TABLE images; --"],
          [-5n, 'c.jpg', null, null, null, null],
        ],
      );
      const { entries } = await read(`SELECT * FROM ${named}`, { pageSize: 1 });
      expect(entries.map(({ item }) => item)).toEqual([
        { id: '-5', image: 'c.jpg' },
        {
          id: String(large),
          image: 'a.jpg',
          attributes: { price: 12.5, ratio: 0.1, glazed: true, note: long.normalize('NFC') },
        },
        {
          id: String(large + 1n),
          image: 'b.jpg',
          attributes: { price: 3, ratio: -1e-7, glazed: false, note: "'; DROP TABLE images; --" },
        },
      ]);
    });

    test('pages by ids of texts and of bytes', async () => {
      const ids = ['', ' ', "'", '\\', "\\'", '%', '__', '0', '00', '1e1', 'é', '🏺', 'Z-1', '\t'];
      const texts = await table(
        `id ${db().types.text}, photo VARCHAR(80)`,
        ids.slice(1).map((id, i) => [id, `${i}.jpg`]),
      );
      const bytes = await table(
        `id ${db().types.bytes}, photo VARCHAR(80)`,
        ids.map((_, i) => [Buffer.from([i % 3, 255, i, 0]), `${i}.jpg`]),
      );
      for (const pageSize of [1, 2, 5]) {
        const asTexts = await read(`SELECT * FROM ${texts}`, { pageSize });
        expect(asTexts.entries.map(({ item }) => item.id).sort()).toEqual(ids.slice(1).sort());
        const asBytes = await read(`SELECT * FROM ${bytes}`, { pageSize });
        const hex = ids.map((_, i) => Buffer.from([i % 3, 255, i, 0]).toString('hex'));
        expect(asBytes.entries.map(({ item }) => item.id)).toEqual(hex.sort());
      }
    });

    test('takes queries with their own order, limit, comments and semicolon', async () => {
      const named = await table(
        'sku INTEGER, photo VARCHAR(80)',
        [5, 4, 3, 2, 1].map((id) => [id, `${id}.jpg`]),
      );
      const ids = async (query: string) =>
        (await read(query, { pageSize: 2 })).entries.map(({ item }) => item.id);
      expect(await ids(`SELECT * FROM ${named} ORDER BY sku DESC LIMIT 3`)).toEqual([
        '3',
        '4',
        '5',
      ]);
      expect(await ids(`SELECT * FROM ${named}; -- all of them;`)).toEqual([
        '1',
        '2',
        '3',
        '4',
        '5',
      ]);
      expect(
        await ids(
          `WITH few AS (SELECT * FROM ${named} WHERE sku < 3) SELECT sku AS id, photo FROM few`,
        ),
      ).toEqual(['1', '2']);
      expect(
        await ids(`SELECT sku, photo FROM ${named} WHERE photo <> ';' /* INTO */`),
      ).toHaveLength(5);
    });

    test('maps columns as tables do', async () => {
      const named = await table('a INTEGER, b VARCHAR(80), c VARCHAR(80), d INTEGER', [
        [7, 'x.jpg', 'A', 1],
      ]);
      const map = { id: 'a', image: 'b', attributes: { kind: 'c' }, without: ['d'] };
      const { entries, notes } = await read(`SELECT * FROM ${named}`, { map });
      expect(entries[0]?.item).toEqual({ id: '7', image: 'x.jpg', attributes: { kind: 'A' } });
      expect(notes.join()).toContain(
        'id: column a (--map); image: column b (--map); attributes: kind.',
      );
      await expect(
        read(`SELECT * FROM ${named}`, { map: { id: 'aa', image: 'b' } }),
      ).rejects.toThrow(/--map id=aa: no column has this name; did you mean "a"\?/);
      await expect(read(`SELECT d FROM ${named}`)).rejects.toThrow(
        'each item needs an id of its own, and no column is called "id" or the like. Name it with --map id=COLUMN',
      );
    });

    test('a bad photo of one row stops no other: a path that leads out, another kind of URL', async () => {
      const named = await table('id INTEGER, photo VARCHAR(80)', [
        [1, '../secret.jpg'],
        [2, 'data:image/png;base64,AAAA'],
        [3, 'https://me:secret@shop.example/a.jpg'],
        [4, 'a.jpg'],
      ]);
      const { entries } = await read(`SELECT * FROM ${named}`, { photoBase: root });
      expect(entries.map(({ item, failure }) => [item.id, failure])).toEqual([
        [
          '1',
          expect.stringContaining(
            `row 1 (id 1): "image" leads out of ${root}, got "../secret.jpg".`,
          ),
        ],
        [
          '2',
          expect.stringContaining(
            'row 2 (id 2): "image" must be a path or a URL with http or https',
          ),
        ],
        [
          '3',
          expect.stringContaining('row 3 (id 3): the URL in "image" has a user name or password'),
        ],
        ['4', undefined],
      ]);
    });

    test('columns keep their order, also those whose names are numbers', async () => {
      const named = await table('id INTEGER, photo VARCHAR(80), price INTEGER', [[7, 'a.jpg', 9]]);
      const { quoted } = db();
      const { entries } = await read(
        `SELECT id, photo, price AS ${quoted('2024')}, 5 AS ${quoted('0')} FROM ${named}`,
      );
      expect(entries[0]?.item).toEqual({ id: '7', image: 'a.jpg', attributes: { 2024: 9, 0: 5 } });
    });

    test('photos that begin after many empty rows are read a few at a time, and bytes of no field are dropped', async () => {
      const [photo] = await Promise.all([readFile('public/sample/photos/bowl-001-1.jpg')]);
      const rows = Array.from({ length: 60 }, (_, i) => [
        i,
        i < 40 ? null : photo,
        Buffer.alloc(50_000, i),
      ]);
      const named = await table(
        `id INTEGER, photo ${db().types.bytes}, raw ${db().types.bytes}`,
        rows,
      );
      const { entries, notes, warnings } = await read(`SELECT * FROM ${named}`);
      expect(entries).toHaveLength(20);
      expect(warnings.join()).toContain('40 left out');
      expect(notes.join()).toContain('the field "raw" is ignored');
    });

    test('an empty result and a fault of the query are told with the database', async () => {
      const named = await table('id INTEGER, photo VARCHAR(80)', []);
      const { name: shown } = await open(`SELECT 1 AS id, 'a.jpg' AS photo`);
      await expect(read(`SELECT * FROM ${named}`)).rejects.toThrow(
        `${shown}: the query has no rows. Check --query.`,
      );
      await expect(read('SELECT id, photo FROM nothing_here')).rejects.toThrow(
        new RegExp(`^${shown.replaceAll(/[.?/+]/g, '\\$&')}: .*nothing_here`),
      );
    });
  });
}

/** Items as rows: a column for each field and attribute. */
function asTable(items: readonly Item[], { quoted, types }: TestDatabase) {
  const flat = items.map(
    ({ attributes, ...fields }) =>
      new Map<string, unknown>([...Object.entries(fields), ...Object.entries(attributes ?? {})]),
  );
  const names = [...new Set(flat.flatMap((row) => [...row.keys()]))];
  const columns = names.map((name) => {
    const value = flat.map((row) => row.get(name)).find((cell) => cell !== undefined);
    const type =
      typeof value === 'boolean'
        ? types.boolean
        : typeof value === 'number'
          ? types.decimal
          : types.text;
    return `${quoted(name)} ${type}`;
  });
  return {
    columns: columns.join(', '),
    rows: flat.map((row) => names.map((name) => row.get(name) ?? null)),
  };
}
