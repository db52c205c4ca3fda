import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NumberRange } from '../../../src/core/contract.ts';
import { PLAIN } from '../../../src/widget/results/refinement.ts';
import {
  isForeignRoute,
  NO_ITEMS,
  type Route,
  readRoute,
  writeRoute,
} from '../../../src/widget/routing/fragment.ts';

const route: Route = {
  liked: ['vase 1&2'],
  disliked: [],
  refinement: {
    filter: { kind: ['bowl', 'mug'], 'glaze.colour': ['深绿 #1'] },
    ranges: {},
    text: '',
    sort: { by: 'price', order: 'desc' },
    pages: 3,
  },
};

describe('a route', () => {
  test('reads in the address as a person would write it', () => {
    expect(writeRoute('', 'soutu', { ...route, liked: ['vase-1'] })).toBe(
      'soutu.like=vase-1&soutu.is.kind=bowl&soutu.is.kind=mug&' +
        'soutu.is.glaze.colour=%E6%B7%B1%E7%BB%BF+%231&soutu.sort=-price&soutu.page=3',
    );
    const several: Route = {
      liked: ['vase-1', 'vase-2'],
      disliked: ['jug-1'],
      refinement: {
        ...PLAIN,
        ranges: { price: { gte: 10, lte: 49.5 }, height: { lte: -3 } },
        text: 'blue bo',
      },
    };
    expect(writeRoute('', 'soutu', several)).toBe(
      'soutu.like=vase-1&soutu.like=vase-2&soutu.less=jug-1&soutu.from.price=10&soutu.to.price=49.5&' +
        'soutu.to.height=-3&soutu.text=blue+bo',
    );
    expect(writeRoute('#vase-7', 'soutu', { ...NO_ITEMS, refinement: PLAIN })).toBe('');
  });

  test('finds a value however its accents are encoded', () => {
    const nfd = encodeURIComponent('Cafe\u0301');
    const read = readRoute(`#soutu.is.${nfd}=${nfd}&soutu.is.Caf%C3%A9=Caf%C3%A9`, 'soutu');
    expect(read?.refinement.filter).toEqual({ Café: ['Café'] });
  });

  test('comes back as it went, whatever the words, beside the parts of others', () => {
    const word = fc
      .string({ minLength: 1, maxLength: 8, unit: 'binary' })
      .filter(isWellFormed)
      .map((text) => text.normalize('NFC'));
    const end = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined });
    const range = fc
      .tuple(end, end)
      // The sign of zero is not written.
      .map(([a, b]) => [a, b].map((x) => (x === 0 ? 0 : x)).sort((x = 0, y = 0) => x - y))
      .filter(([a, b]) => a !== undefined || b !== undefined)
      .map(([gte, lte]): NumberRange => {
        return { ...(gte === undefined ? {} : { gte }), ...(lte === undefined ? {} : { lte }) };
      });
    const items = fc.uniqueArray(word, { maxLength: 4 }).chain((ids) =>
      fc.nat({ max: ids.length }).map((at) => ({
        liked: ids.slice(0, at),
        disliked: ids.slice(at),
      })),
    );
    const refinements = fc.record({
      text: fc.oneof(fc.constant(''), word),
      ranges: fc
        .uniqueArray(fc.tuple(word, range), { selector: ([name]) => name, maxLength: 3 })
        .map((entries): Record<string, NumberRange> => Object.fromEntries(entries)),
      filter: fc
        .uniqueArray(fc.tuple(word, fc.uniqueArray(word, { minLength: 1, maxLength: 3 })), {
          selector: ([name]) => name,
          maxLength: 3,
        })
        .map((entries): Record<string, string[]> => Object.fromEntries(entries)),
      sort: fc.option(
        fc.record({
          by: word.filter((by) => !by.startsWith('-')),
          order: fc.constantFrom('asc' as const, 'desc' as const),
        }),
      ),
      pages: fc.integer({ min: 1, max: 20 }),
    });
    const routes = fc.tuple(items, refinements).map(([ids, { filter, ranges, ...others }]) => ({
      ...ids,
      refinement: {
        filter,
        // An attribute has values or a range.
        ranges: Object.fromEntries(Object.entries(ranges).filter(([name]) => !(name in filter))),
        ...others,
      },
    }));
    fc.assert(
      fc.property(routes, routes, (one, two) => {
        const fragment = writeRoute(`#${writeRoute('#page=7', 'other', two)}`, 'soutu', one);
        const plain = writeRoute('', 'soutu', one) === '';
        expect(readRoute(fragment, 'soutu')).toEqual(plain ? null : one);
        expect(new URLSearchParams(fragment).get('page'), "the page's own").toBe('7');
        const emptied = writeRoute(fragment, 'soutu', { ...NO_ITEMS, refinement: PLAIN });
        expect(readRoute(emptied, 'other')).toEqual(readRoute(fragment, 'other'));
      }),
      { seed: 5, numRuns: 100 },
    );
  });

  test.each([
    ['', null],
    ['#vase-7', null],
    ['#%E0%A4%A&x', null],
    ['#soutu.like=&soutu.page=', null],
    ['#other.like=a', null],
    ['#soutu.page=0', PLAIN],
    ['#soutu.page=2.5', PLAIN],
    ['#soutu.page=1e9', PLAIN],
    ['#soutu.sort=-', { ...PLAIN, sort: { by: '-', order: 'asc' } }],
    ['#soutu.is.=x&soutu.odd=y', PLAIN],
    ['#soutu.is.a=x&soutu.is.a=x', { ...PLAIN, filter: { a: ['x'] } }],
    ['#soutu.from.a=x&soutu.to.a=5', PLAIN],
    ['#soutu.from.a=9&soutu.to.a=5', PLAIN],
    ['#soutu.from.a=+&soutu.to.a=Infinity&soutu.from.=1', PLAIN],
    ['#soutu.from.a=1&soutu.from.a=2', { ...PLAIN, ranges: { a: { gte: 2 } } }],
    [
      '#soutu.is.a=x&soutu.from.a=1&soutu.to.b=2',
      { ...PLAIN, filter: { a: ['x'] }, ranges: { b: { lte: 2 } } },
    ],
  ])('malformed, as %j, is left aside', (fragment, expected) => {
    const read = readRoute(fragment, 'soutu');
    expect(read).toEqual(expected && { ...NO_ITEMS, refinement: expected });
  });

  test('an item is liked or disliked, not both, and there are at most 16', () => {
    const ids = (of: Route | null) => [of?.liked, of?.disliked];
    const odd = '#soutu.like=a&soutu.like=a&soutu.less=a&soutu.less=b';
    expect(ids(readRoute(odd, 'soutu'))).toEqual([['a'], ['b']]);
    const many = Array.from({ length: 30 }, (_, i) => `soutu.${i < 12 ? 'like' : 'less'}=${i}`);
    const [liked, disliked] = ids(readRoute(`#${many.join('&')}`, 'soutu'));
    expect([liked?.length, disliked?.length]).toEqual([12, 4]);
  });

  test("leaves a page's own routes alone", () => {
    expect(['#/cart', '#!/cart', '#cart', ''].map(isForeignRoute)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

/** A lone surrogate is no text that an address could carry. */
function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDFFF]/u.test(text);
}
