import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLAIN } from '../../../src/widget/results/refinement.ts';
import {
  isForeignRoute,
  type Route,
  readRoute,
  writeRoute,
} from '../../../src/widget/routing/fragment.ts';

const route: Route = {
  like: 'vase 1&2',
  refinement: {
    filter: { kind: ['bowl', 'mug'], 'glaze.colour': ['深绿 #1'] },
    sort: { by: 'price', order: 'desc' },
    pages: 3,
  },
};

describe('a route', () => {
  test('reads in the address as a person would write it', () => {
    expect(writeRoute('', 'soutu', { ...route, like: 'vase-1' })).toBe(
      'soutu.like=vase-1&soutu.is.kind=bowl&soutu.is.kind=mug&' +
        'soutu.is.glaze.colour=%E6%B7%B1%E7%BB%BF+%231&soutu.sort=-price&soutu.page=3',
    );
    expect(writeRoute('#vase-7', 'soutu', { like: null, refinement: PLAIN })).toBe('');
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
    const routes = fc.record({
      like: fc.option(word),
      refinement: fc.record({
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
      }),
    });
    fc.assert(
      fc.property(routes, routes, (one, two) => {
        const fragment = writeRoute(`#${writeRoute('#page=7', 'other', two)}`, 'soutu', one);
        const plain = JSON.stringify(one) === JSON.stringify({ like: null, refinement: PLAIN });
        expect(readRoute(fragment, 'soutu')).toEqual(plain ? null : one);
        expect(new URLSearchParams(fragment).get('page'), "the page's own").toBe('7');
        const emptied = writeRoute(fragment, 'soutu', { like: null, refinement: PLAIN });
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
  ])('malformed, as %j, is left aside', (fragment, expected) => {
    const read = readRoute(fragment, 'soutu');
    expect(read).toEqual(expected && { like: null, refinement: expected });
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
