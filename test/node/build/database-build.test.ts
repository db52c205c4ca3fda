/** A build from a database by the command line. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import wasm from 'node-sqlite3-wasm';
import { expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { soutu } from '../../support/command/run-soutu.ts';
import { writePhotos } from '../../support/photos.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();

test('rows of SQLite with paths and with photos in them become one bundle', async () => {
  await writePhotos(root, { 'photos/a.jpg': 1, 'photos/b.png': 2 });
  const file = join(root, 'shop.db');
  const database = new wasm.Database(file);
  database.exec('CREATE TABLE images (id INTEGER PRIMARY KEY, relation_id INTEGER, photo BLOB)');
  for (const [id, photo] of [
    [1, 'photos/a.jpg'],
    [2, await readFile(join(root, 'photos/b.png'))],
    [3, 'photos/none.jpg'],
    [4, null],
    [5, Buffer.from('GIF89a and no more of it')],
  ] as const) {
    database.run('INSERT INTO images VALUES (?, ?, ?)', [id, 10, photo]);
  }
  database.close();
  const out = join(root, 'bundle');
  const build = (...more: string[]) =>
    soutu('build', '--source', `sqlite:${file}`, '--out', out, '--bundle-only', ...more);
  const { code, stderr } = await build(
    '--query',
    'SELECT id, relation_id, photo FROM images',
    '--page-size',
    '2',
  );
  const lines = stderr.split('\n');
  expect(code).toBe(0);
  expect(lines).toContain(`${file}: 5 rows.`);
  expect(lines).toContain(
    `${file}: id: column id; image: column photo; group: column relation_id.`,
  );
  expect(lines).toContain(`${file}: 1 left out (row 4 (id 4)): column "photo" names no photo.`);
  expect(stderr).toContain(
    `Skipped: ${file}, row 3 (id 3): ${join(root, 'photos/none.jpg')}: no such file.`,
  );
  expect(stderr).toContain(`Skipped: ${file}, row 5 (id 5): `);
  const items = await (await Bundle.open(await openFolderSource(out))).items();
  expect(items.map(({ id, group, image }) => [id, group, image])).toEqual([
    ['1', '10', 'photos/a.jpg'],
    ['2', '10', expect.stringMatching(/^[0-9a-f]{16}\.png$/)],
  ]);
  const both = await soutu('build', root, '--source', file, '--out', out);
  expect([both.code, both.stderr]).toEqual([
    2,
    'soutu build: Give PHOTOS or --source, not both.\n',
  ]);
  const paging = await build('--query', 'SELECT 1', '--paging', 'keys');
  expect([paging.code, paging.stderr]).toEqual([
    2,
    'soutu build: --paging must be "key" or "offset", got "keys".\n',
  ]);
  const none = await build();
  expect(none.code).toBe(2);
  expect(none.stderr).toMatch(
    /^soutu build: --query is missing: which rows of the database are the items\? For example: /,
  );
});
