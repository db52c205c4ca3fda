/** The fields `attributes` and `currency` of a catalogue: labels, units and their mistakes. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { labelOf, MAX_ATTRIBUTES } from '../../../src/core/attribute-info.ts';
import { readCatalogue } from '../../../src/node/catalogue/catalogue.ts';
import { tempFolder } from '../../support/temp.ts';

const root = await tempFolder();
let made = 0;

async function table(fields: object, ...attributes: object[]): Promise<string> {
  const items = attributes.map((one, i) => ({ id: String(i), image: 'a.jpg', attributes: one }));
  const path = join(root, `catalogue-${made++}.json`);
  await writeFile(path, JSON.stringify({ ...fields, items }));
  return path;
}

const read = async (fields: object, ...attributes: object[]) => {
  const path = await table(fields, ...attributes);
  const { attributes: list, entries, warnings } = await readCatalogue(path);
  return { list, entries, warnings: warnings.map((line) => line.replace(path, '')) };
};

async function messageFor(fields: object): Promise<string> {
  const path = await table(fields, { height: 3 });
  const failure = await readCatalogue(path).then(
    () => expect.unreachable('it was read'),
    (error: Error) => error,
  );
  expect(failure.name).toBe('CatalogueError');
  return failure.message.replace(path, '');
}

describe('attributes', () => {
  test('come in the declared order, then in the order of the items, with their types', async () => {
    const declared = {
      height: { label: { en: 'Height', de: 'Höhe' }, unit: 'cm' },
      glaze: { label: 'Glaze', swatch: { 'Cafe\u0301': '#4a8a7c' } },
    };
    const items = [
      { kind: 'mug', glazed: true, glaze: 'shino', mixed: 1 },
      { height: 3, kind: 'jug', tags: ['a'], mixed: 'one', __proto__: null },
    ];
    const { list, warnings } = await read({ attributes: declared }, ...items);
    expect(list).toEqual([
      { name: 'height', type: 'number', label: { en: 'Height', de: 'Höhe' }, unit: 'cm' },
      { name: 'glaze', type: 'text', label: 'Glaze', swatch: { Café: '#4a8a7c' } },
      { name: 'kind', type: 'text' },
      { name: 'glazed', type: 'boolean' },
      { name: 'mixed', type: 'text' },
      { name: 'tags', type: 'text' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('that no item has give a warning', async () => {
    const { list, warnings } = await read(
      { attributes: { heigth: 'Height', other: 'x' } },
      { height: 3 },
    );
    expect(list).toEqual([{ name: 'height', type: 'number' }]);
    expect(warnings).toEqual([
      ': "attributes.heigth" is ignored, because no item has this attribute; did you mean "height"?',
      ': "attributes.other" is ignored, because no item has this attribute.',
    ]);
  });

  test('keep to a number that manifests can carry', async () => {
    const many = Object.fromEntries(Array.from({ length: 90 }, (_, i) => [`a${i}`, i]));
    expect((await read({}, many)).list).toHaveLength(MAX_ATTRIBUTES);
  });

  test.each<[unknown, string]>([
    [
      ['height'],
      ': "attributes" must be an object with a label, or { label, unit, swatch }, for each attribute, got ["height"].',
    ],
    [{ height: 3 }, ': "attributes.height" must be a label, or { label, unit, swatch }, got 3.'],
    [{ height: '' }, ': "attributes.height" must be a label, or { label, unit, swatch }, got "".'],
    [
      { height: { units: 'cm' } },
      ': "attributes.height" has an unknown field "units"; did you mean "unit"?',
    ],
    [
      { height: { max: 3 } },
      ': "attributes.height" has an unknown field "max"; expected label, unit, swatch.',
    ],
    [
      { height: { unit: 'centimetres of the whole' } },
      ': "attributes.height.unit" must be a symbol of at most 16 characters, such as "cm", got ' +
        '"centimetres of the whole".',
    ],
    [{ height: { unit: 5 } }, ': "attributes.height.unit" must be a symbol of at most 16'],
    [
      { height: { label: {} } },
      ': "attributes.height.label" must be a text, or a text per language, got {}.',
    ],
    [
      { height: { label: { 'not a language': 'x' } } },
      ': "attributes.height.label" has texts by language as in "de" or "zh-Hant", got "not a language".',
    ],
    [{ height: { label: { de: 7 } } }, ': "attributes.height.label.de" must be a text, got 7.'],
    [
      { height: { swatch: { low: 'green' } } },
      ': "attributes.height.swatch" must be { value: colour } with colours in hex, such as "#4a8a7c", got ' +
        '{"low":"green"}.',
    ],
    [
      { height: { swatch: ['#fff'] } },
      ': "attributes.height.swatch" must be { value: colour } with',
    ],
  ])('%j is refused', async (attributes, words) => {
    expect((await messageFor({ attributes })).startsWith(words)).toBe(true);
  });

  test('are named in the language, in the language without its region, or in the first one', () => {
    const label = { en: 'Height', de: 'Höhe', 'pt-BR': 'Altura' };
    const info = { name: 'height', type: 'number', label } as const;
    expect(labelOf(info, 'DE')).toBe('Höhe');
    expect(labelOf(info, 'de-AT')).toBe('Höhe');
    expect(labelOf(info, 'pt-br')).toBe('Altura');
    expect(labelOf(info, 'fr')).toBe('Height');
    expect(labelOf({ ...info, label: 'H' }, 'fr')).toBe('H');
    expect(labelOf({ name: 'height', type: 'number' }, 'fr')).toBeUndefined();
  });
});

describe('currency', () => {
  test('of the catalogue goes to the items that have a price and none of their own', async () => {
    const { entries, list, warnings } = await read(
      { currency: 'eur' },
      { price: 3 },
      { price: 3, currency: 'USD' },
      { kind: 'mug' },
      { price: 'free' },
    );
    expect(entries.map(({ item }) => item.attributes)).toEqual([
      { price: 3, currency: 'EUR' },
      { price: 3, currency: 'USD' },
      { kind: 'mug' },
      { price: 'free' },
    ]);
    expect(list.map(({ name }) => name)).toContain('currency');
    expect(warnings).toEqual([]);
  });

  test.each(['€', 'EURO', 'XQZ', 7])('%j is refused', async (currency) => {
    expect(await messageFor({ currency })).toBe(
      `: "currency" must be a currency code of three letters (ISO 4217), such as "EUR", got ${JSON.stringify(currency)}.`,
    );
  });

  test('of an item that is no code gives a warning', async () => {
    const { warnings } = await read({}, { price: 3, currency: '€' }, { currency: '€' });
    expect(warnings).toEqual([
      ', item 1: "currency" of "0" is not a currency code such as "EUR" (it is "€"), so its price is displayed ' +
        'without a currency.',
    ]);
  });
});
