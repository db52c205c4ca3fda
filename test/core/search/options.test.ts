import { describe, expect, test } from 'vitest';
import type { SearchOptions } from '../../../src/core/contract.ts';
import { checkOptions } from '../../../src/core/search/options.ts';

const FILTER =
  'Search option "filter" must be { attribute: a value, a list of values or a range { gte: lowest, lte: highest } }, got ';
const SORT = 'Search option "sort" must be { by: "an attribute", order: "asc" or "desc" }, got ';

describe('refused', () => {
  test.each<[unknown, string]>([
    [null, 'Search options must be an object, got null.'],
    [[], 'Search options must be an object, got [].'],
    ['size', 'Search options must be an object, got "size".'],
    [{ size: '12' }, 'Search option "size" must be a whole number from 1 up, got "12".'],
    [{ size: Infinity }, 'Search option "size" must be a whole number from 1 up, got Infinity.'],
    [{ from: null }, 'Search option "from" must be a whole number from 0 up, got null.'],
    [{ ef: 10n }, 'Search option "ef" must be a whole number from 1 up, got 10.'],
    [{ minScore: null }, 'Search option "minScore" must be a cosine from -1 to 1, got null.'],
    [{ group: 'true' }, 'Search option "group" must be true or false, got "true".'],
    [{ exact: 1 }, 'Search option "exact" must be true or false, got 1.'],
    [{ filter: 'bowl' }, `${FILTER}"bowl".`],
    [{ filter: ['bowl'] }, `${FILTER}["bowl"].`],
    [{ filter: { kind: null } }, `${FILTER}{"kind":null}.`],
    [{ filter: { kind: [{}] } }, `${FILTER}{"kind":[{}]}.`],
    [{ filter: { price: Number.NaN } }, FILTER],
    [{ filter: { price: {} } }, `${FILTER}{"price":{}}.`],
    [{ filter: { price: { gte: '5' } } }, `${FILTER}{"price":{"gte":"5"}}.`],
    [{ filter: { price: { lte: Number.NaN } } }, FILTER],
    [{ filter: { price: { gte: 5, lt: 9 } } }, `${FILTER}{"price":{"gte":5,"lt":9}}.`],
    [{ filter: { price: { gte: 9, lte: 5 } } }, `${FILTER}{"price":{"gte":9,"lte":5}}.`],
    [{ text: ['blue'] }, 'Search option "text" must be a text, got ["blue"].'],
    [{ ranges: 'price' }, 'Search option "ranges" must be a list of attributes, got "price".'],
    [
      { facets: ['kind', 3] },
      'Search option "facets" must be a list of attributes, got ["kind",3].',
    ],
    [
      { fields: 'title' },
      'Search option "fields" must be a list of id, image, group, copyOf, title, url, ',
    ],
    [{ fields: ['titel'] }, 'got ["titel"].'],
    [{ sort: 'price' }, `${SORT}"price".`],
    [{ sort: { order: 'asc' } }, `${SORT}{"order":"asc"}.`],
    [{ sort: { by: 'price', direction: 'desc' } }, SORT],
    [{ filters: {} }, 'Search option "filters" is unknown. Did you mean "filter"?'],
    [{ min_score: 0 }, 'Search option "min_score" is unknown. Did you mean "minScore"?'],
    [{ limit: 5 }, 'Search option "limit" is unknown. Known are size, from, ef, minScore, group, '],
    [{ constructor: 1 }, 'Search option "constructor" is unknown.'],
    [{ ['x'.repeat(5000)]: 1 }, `Search option "${'x'.repeat(56)}... is unknown. Known are size`],
  ])('%o', (options, words) => {
    expect(() => checkOptions(options as SearchOptions)).toThrow(words);
  });

  test('an object that contains itself is named without an error of its own', () => {
    const filter: Record<string, unknown> = {};
    filter.self = filter;
    expect(() => checkOptions({ filter } as SearchOptions)).toThrow(
      `${FILTER}a deeply nested object.`,
    );
  });
});

test('what is not given, or undefined, has its default', () => {
  const options = { size: undefined, minScore: undefined } as unknown as SearchOptions;
  expect(checkOptions(options)).toEqual({
    ...{ size: 10, from: 0, ef: 64, minScore: -1, group: false, foldCopies: true },
    ...{ filter: {}, text: '', facets: [], ranges: [], exact: false },
  });
});

test('every option is taken as it is', () => {
  const options: Required<SearchOptions> = {
    ...{ size: 3, from: 6, ef: 100, minScore: -1, group: true, foldCopies: false, exact: true },
    filter: { kind: ['bowl', 'jug'], price: 5, colour: 'red', weight: { gte: 1, lte: 2.5 } },
    text: 'blue bo',
    sort: { by: 'price', order: 'desc' },
    facets: ['*', 'kind'],
    ranges: ['*', 'price'],
    fields: ['title', 'thumbHash'],
  };
  expect(checkOptions(options)).toEqual(options);
});
