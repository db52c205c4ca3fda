/** SQLite: the contract of databases, and its own. */
import { copyFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import wasm from 'node-sqlite3-wasm';
import { describe, expect, test } from 'vitest';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { copySqlite } from '../../../src/node/catalogue/database/sqlite-copy.ts';
import { tempFolder } from '../../support/temp.ts';
import { describeDatabase } from './database.contract.ts';

const root = await tempFolder();
const path = join(root, 'shop.db');

function withDatabase<T>(run: (database: wasm.Database) => T, file = path): T {
  const database = new wasm.Database(file);
  try {
    return run(database);
  } finally {
    database.close();
  }
}

describeDatabase('SQLite', root, () => ({
  address: `sqlite://${path}`,
  env: {},
  execute: async (sql) => withDatabase((database) => database.exec(sql)),
  insert: async (table, rows) =>
    withDatabase((database) => {
      const [first] = rows;
      if (!first) return;
      database.exec('BEGIN');
      const insert = database.prepare(
        `INSERT INTO ${table} VALUES (${first.map(() => '?').join(', ')})`,
      );
      for (const row of rows) insert.run(row as wasm.JSValue[]);
      insert.finalize();
      database.exec('COMMIT');
    }),
  quoted: (name) => `"${name.replaceAll('"', '""')}"`,
  types: { bytes: 'BLOB', boolean: 'BOOLEAN', text: 'TEXT', decimal: 'DECIMAL(10, 2)' },
}));

describe('SQLite', () => {
  test('a file is recognised by its content, and its photos are relative to it', async () => {
    const file = join(root, 'shop.bin');
    withDatabase((database) => {
      database.exec('CREATE TABLE images (id INTEGER PRIMARY KEY, photo TEXT)');
      database.exec("INSERT INTO images VALUES (1, 'a.jpg')");
    }, file);
    const query = 'SELECT * FROM images';
    for (const address of [file, `sqlite:${file}`]) {
      const { entries } = await readCatalogue(address, { query });
      expect(entries[0]?.path).toBe(join(root, 'a.jpg'));
      expect(entries[0]?.place).toEqual({ file, row: 'row 1 (id 1)' });
    }
    await expect(readCatalogue(file)).rejects.toThrow(/^--query is missing: which rows/);
    await expect(readCatalogue(file, { query: 'DELETE FROM images' })).rejects.toThrow(
      '--query: expected SELECT ... or WITH ... SELECT, which only read, got "DELETE FROM images".',
    );
  });

  test('a missing file, a folder and a file of another kind are refused', async () => {
    const query = 'SELECT 1 AS id, 2 AS photo';
    const missing = `sqlite:${join(root, 'no.db')}`;
    await expect(readCatalogue(missing, { query })).rejects.toThrow(
      `${join(root, 'no.db')}: no such file; expected a database of SQLite.`,
    );
    await expect(readCatalogue(`sqlite:${root}`, { query })).rejects.toThrow('no such file');
    const text = join(root, 'text.db');
    await writeFile(text, 'no database, but a text of some length '.repeat(100));
    await expect(readCatalogue(`sqlite:${text}`, { query })).rejects.toThrow(
      new RegExp(`^${text.replaceAll('.', '\\.')}: .*not a database`),
    );
    await expect(readCatalogue(root, { query })).rejects.toThrow(
      `--query is for a database, but ${root} is not one. Expected mysql://..., postgres://... or sqlite:FILE.`,
    );
  });

  test('WAL mode is read by Node itself, and refused with what to do where it cannot', async () => {
    const file = join(root, 'wal.db');
    withDatabase((database) => {
      database.exec('CREATE TABLE images (id INTEGER PRIMARY KEY, photo TEXT)');
      database.exec("INSERT INTO images VALUES (1, 'a.jpg')");
    }, file);
    const bytes = await readFile(file);
    // The versions of the format for reading and writing (sqlite.org/fileformat.html).
    bytes.set([2, 2], 18);
    await writeFile(file, bytes);
    const reading = readCatalogue(file, { query: 'SELECT * FROM images' });
    if (process.getBuiltinModule?.('node:sqlite' as 'node:fs')) {
      expect((await reading).entries).toHaveLength(1);
    } else {
      await expect(reading).rejects.toThrow(
        `${file}: is in WAL mode, which node-sqlite3-wasm cannot read. Use Node 22.13 or later, or build from a copy: ` +
          `sqlite3 ${file} "VACUUM INTO 'copy.db'"`,
      );
    }
  });

  test('a program that is writing is waited for, and nothing is left beside the file', async () => {
    const file = join(root, 'busy.db');
    withDatabase((database) => {
      database.exec('CREATE TABLE images (id INTEGER PRIMARY KEY, photo TEXT)');
      database.exec("INSERT INTO images VALUES (1, 'a.jpg')");
    }, file);
    const temporary = async () =>
      (await readdir(tmpdir())).filter((name) => name.startsWith('soutu-sqlite-')).length;
    const before = await temporary();
    await writeFile(`${file}-journal`, 'of a transaction that is not committed');
    await expect(copySqlite(file, 'busy.db', 1)).rejects.toThrow(
      'busy.db: another program is writing into it, or was ended while it did (there is a -journal file beside it). Build ' +
        'again later, or open it once with sqlite3, which repairs it.',
    );
    setTimeout(() => rm(`${file}-journal`), 30);
    const copy = await copySqlite(file, 'busy.db', 10);
    expect(await readFile(copy.path)).toEqual(await readFile(file));
    await copy.discard();
    expect(await temporary()).toBe(before);
  });

  test('a damaged file ends with an error', async () => {
    const file = join(root, 'damaged.db');
    withDatabase((database) => {
      database.exec('CREATE TABLE images (id INTEGER PRIMARY KEY, photo TEXT)');
      database.exec(
        'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO images SELECT i, hex(randomblob(40)) FROM n',
      );
    }, file);
    const copy = join(root, 'cut.db');
    await copyFile(file, copy);
    await truncate(copy, Math.floor((await stat(copy)).size / 2));
    await expect(readCatalogue(copy, { query: 'SELECT * FROM images' })).rejects.toThrow(
      new RegExp(`^${copy.replaceAll('.', '\\.')}: .*malformed`),
    );
  });

  test('does not write, and no lock or file is left behind', async () => {
    const file = join(root, 'locked.db');
    withDatabase((database) => {
      database.exec('CREATE TABLE images (id INTEGER, photo TEXT)');
      database.exec("INSERT INTO images VALUES (1, 'a.jpg')");
    }, file);
    await readCatalogue(file, { query: 'SELECT * FROM images' });
    expect((await readdir(root)).filter((name) => name.startsWith('locked'))).toEqual([
      'locked.db',
    ]);
    withDatabase((database) => database.exec("INSERT INTO images VALUES (2, 'b.jpg')"), file);
    expect((await readCatalogue(file, { query: 'SELECT * FROM images' })).entries).toHaveLength(2);
  });
});
