/** The schemas that editors read, with Ajv as an independent reader. */
import { readFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { CATALOGUE_SCHEMA } from '../../../src/node/catalogue/catalogue-schema.ts';
import { faultIn } from '../../../src/node/config/check-value.ts';
import { CONFIG_SCHEMA } from '../../../src/node/config/fields.ts';

const ajv = new Ajv2020({ allowUnionTypes: true, strict: true });
const isConfig = ajv.compile(CONFIG_SCHEMA);
const isCatalogue = ajv.compile(CATALOGUE_SCHEMA);

test('Ajv takes and refuses the same configs as we do', () => {
  const values = [
    ...[
      true,
      false,
      0,
      1,
      1.5,
      -1,
      5,
      257,
      1e9,
      '',
      'a',
      'auto',
      'key',
      '2%',
      'max',
      'keras',
      [],
      {},
    ],
    ...[
      { id: 'a' },
      { id: '' },
      { without: ['a'] },
      { without: 'a' },
      { attributes: { a: 'b' } },
      null,
    ],
  ];
  let accepted = 0;
  for (const field of [...Object.keys(CONFIG_SCHEMA.properties ?? {}), 'zzz']) {
    for (const value of values) {
      const config = { [field]: value };
      const ours = faultIn(config, CONFIG_SCHEMA) === null;
      expect(ours, JSON.stringify(config)).toBe(isConfig(config));
      if (ours) accepted++;
    }
  }
  expect(accepted).toBeGreaterThan(100);
});

test("the sample's catalogue fits its schema, and mistakes do not", async () => {
  const sample = JSON.parse(await readFile('public/sample/catalogue.json', 'utf8'));
  expect(isCatalogue(sample), JSON.stringify(isCatalogue.errors)).toBe(true);
  expect(isCatalogue(sample.items)).toBe(true);
  for (const wrong of [
    {},
    { items: [] },
    { items: [{ id: 'a' }] },
    { items: [{ id: 'a', image: 'b', attributes: { c: {} } }] },
    { ...sample, thresholds: { match: 2 } },
    { ...sample, currency: 'euro' },
    { ...sample, queries: [{ image: 'a.jpg' }] },
  ]) {
    expect(isCatalogue(wrong), JSON.stringify(wrong).slice(0, 80)).toBe(false);
  }
});
