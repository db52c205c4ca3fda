/** A build from a table: what it says, and what it indexes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { writePhotos } from '../../support/photos.ts';
import { soutu } from '../../support/run-soutu.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();

test('the output names the columns, and the row of a photo that is missing', async () => {
  await writePhotos(root, { 'photos/a.jpg': 1, 'photos/b.jpg': 2 });
  const table = join(root, 'shop.csv');
  const rows = [
    'Nr;Foto;Preis',
    'A1;photos/a.jpg;12,50',
    'A2;photos/none.jpg;3',
    'A3;photos/b.jpg;4',
  ];
  await writeFile(table, `\ufeff${rows.join('\r\n')}\r\n`);
  const out = join(root, 'bundle');
  const map = 'id=Nr,attributes.price=Preis';
  const { code, stderr } = await soutu('build', table, '--out', out, '--bundle-only', '--map', map);
  const lines = stderr.split('\n');
  expect(code).toBe(0);
  expect(lines).toContain(
    `${table}: id: column Nr (--map); image: column Foto; attributes: price (number).`,
  );
  expect(lines).toContain(
    `Skipped: ${table}, row 3: ${join(root, 'photos/none.jpg')}: no such file. Check the path.`,
  );
  const items = await (await Bundle.open(await openFolderSource(out))).items();
  expect(items.map(({ id, attributes }) => [id, attributes])).toEqual([
    ['A1', { price: 12.5 }],
    ['A3', { price: 4 }],
  ]);
});

test('a map that names no field is wrong usage', async () => {
  const { code, stderr } = await soutu('build', root, '--out', join(root, 'x'), '--map', 'sku');
  expect(code).toBe(2);
  expect(stderr).toContain('soutu build: --map: expected FIELD=COLUMN or -COLUMN, got "sku".');
});
