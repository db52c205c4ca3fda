import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readColumns, writeColumns } from '../../../src/core/bundle/columns.ts';
import type { SearchItem } from '../../../src/core/item.ts';
import { decodeUtf8, encodeUtf8 } from '../../../src/core/text.ts';

const readBack = (items: readonly SearchItem[]) =>
  writeColumns(items, [[0, items.length]]).flatMap(({ bytes, rows }) =>
    readColumns(bytes, rows, 'b/columns.json'),
  );

const text = fc.oneof(
  fc.string({ unit: 'binary' }).filter((one) => !/\p{Surrogate}/u.test(one)),
  fc.constantFrom('constructor', '__proto__', 'toString', 'hasOwnProperty', 'a'),
);
const value = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (Object.is(x, -0) ? 0 : x)),
  fc.boolean(),
  fc.array(text, { maxLength: 3 }),
);
const item: fc.Arbitrary<SearchItem> = fc.record(
  {
    id: text,
    group: text,
    copyOf: text,
    attributes: fc
      .uniqueArray(fc.tuple(text, value), {
        selector: ([name]) => name,
        minLength: 1,
        maxLength: 4,
      })
      .map((entries) => Object.fromEntries(entries)),
  },
  { requiredKeys: ['id'] },
);

describe('columns', () => {
  test('give back every item, whatever its attributes are called', () => {
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 40 }), (items) => {
        const read = readBack(items);
        expect(read).toEqual(items);
        for (const [i, { attributes = {} }] of read.entries()) {
          const given = Object.entries(items[i]?.attributes ?? {});
          expect(Object.entries(attributes).sort()).toEqual(given.sort());
        }
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  test('attributes called as what every object has are attributes, and only where they are given', () => {
    const own = JSON.parse('{"__proto__":"x","constructor":["a"],"toString":3}');
    const [first, second] = readBack([
      { id: 'a', attributes: own },
      { id: 'b', attributes: { k: '' } },
    ]);
    expect(Object.keys(first?.attributes ?? {})).toEqual(['__proto__', 'constructor', 'toString']);
    expect(second?.attributes?.constructor).toBeUndefined();
    expect(Object.getPrototypeOf(second?.attributes)).toBeNull();
  });

  test('a value stands once where it repeats, else in its row', () => {
    const items = Array.from({ length: 6 }, (_, i) => ({
      id: `${i}`,
      attributes: i === 5 ? {} : { colour: ['red', 'blue'][i % 2] as string, price: i },
    }));
    const [file] = writeColumns(items, [[0, 6]]);
    expect(JSON.parse(decodeUtf8(file?.bytes as Uint8Array))).toEqual({
      id: ['0', '1', '2', '3', '4', '5'],
      attributes: [
        { name: 'colour', values: ['red', 'blue'], rows: [0, 1, 0, 1, 0, -1] },
        { name: 'price', values: [0, 1, 2, 3, 4, null] },
      ],
    });
  });

  const whole = {
    id: ['a', 'b'],
    group: ['g', null],
    attributes: [{ name: 'x', values: ['red', 1], rows: [1, -1] }],
  };
  const read = (columns: unknown) =>
    readColumns(encodeUtf8(JSON.stringify(columns)), 2, 'b/c.json');
  const attribute = (changes: object) => ({
    ...whole,
    attributes: [{ ...whole.attributes[0], ...changes }],
  });

  test.each<[unknown, string]>([
    [[whole], 'expected an object of columns, got [{"id":'],
    [null, 'expected an object of columns, got null.'],
    [{ ...whole, id: undefined }, '"id" must be a list of 2 texts.'],
    [{ ...whole, id: ['a'] }, '"id" must be a list of 2 texts.'],
    [{ ...whole, id: ['a', 7] }, '"id" must be a list of 2 texts.'],
    [{ ...whole, group: ['g'] }, '"group" must be a list of 2 texts or nulls.'],
    [{ ...whole, group: ['g', 1] }, '"group" must be a list of 2 texts or nulls.'],
    [{ ...whole, copyOf: [1, null] }, '"copyOf" must be a list of 2 texts or nulls.'],
    [{ ...whole, attributes: {} }, '"attributes" must be a list.'],
    [{ ...whole, attributes: [null] }, '"attributes[0].name" must be a text, got nothing.'],
    [attribute({ name: 7 }), '"attributes[0].name" must be a text, got 7.'],
    [
      attribute({ values: [{}] }),
      '"attributes[0].values" must be a list of texts, numbers, booleans or lists of texts.',
    ],
    [
      attribute({ rows: undefined, values: ['red'] }),
      '"attributes[0].values" must be a list of 2 of texts, numbers, booleans or lists of texts.',
    ],
    [
      attribute({ rows: [0, 2] }),
      '"attributes[0].rows" must be a list of 2 whole numbers from -1 to 1.',
    ],
    [attribute({ rows: [0] }), '"attributes[0].rows" must be a list of 2'],
    [attribute({ rows: [0, 0.5] }), '"attributes[0].rows" must be a list of 2'],
    [attribute({ rows: 'ab' }), '"attributes[0].rows" must be a list of 2'],
  ])('refuses %j', (columns, words) => {
    expect(read(whole)).toEqual([{ id: 'a', group: 'g', attributes: { x: 1 } }, { id: 'b' }]);
    const parse = () => read(columns);
    expect(parse).toThrow(expect.objectContaining({ name: 'BundleError' }));
    expect(parse).toThrow(`b/c.json: ${words}`);
    expect(parse).toThrow('Build the bundle again.');
  });
});
