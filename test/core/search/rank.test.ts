import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelsOf } from '../../../src/core/attribute-path.ts';
import type { Filter, NumberRange } from '../../../src/core/contract.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { type Neighbour, rank } from '../../../src/core/search/rank.ts';
import { tableOf } from '../../support/item-table.ts';

const MATCH = 0.4;

const catalogue = fc
  .array(
    fc.record({
      score: fc.integer({ min: -10, max: 10 }).map((n) => n / 10),
      group: fc.constantFrom('a', 'b', 'c', undefined),
      colour: fc.constantFrom('red', 'blue', 'green'),
      price: fc.constantFrom(1, 2, 30, undefined),
    }),
    { maxLength: 40 },
  )
  .map((rows) => {
    const items = rows.map(
      ({ group, colour, price }, i): IndexedItem => ({
        id: `item-${String(i).padStart(2, '0')}`,
        image: 'x',
        ...(group ? { group } : {}),
        attributes: { colour, ...(price ? { price } : {}) },
      }),
    );
    const neighbours = rows
      .map(({ score }, row) => ({ row, score }))
      .sort((a, b) => b.score - a.score || a.row - b.row);
    return { items, neighbours };
  });

function withRows(
  numbered: readonly { row: number; score: number }[],
  items: readonly IndexedItem[],
): Neighbour[] {
  const table = tableOf(items);
  return numbered.map(({ row, score }) => ({ row: table.row(row), score }));
}

const options = fc
  .record({
    size: fc.integer({ min: 1, max: 12 }),
    from: fc.integer({ min: 0, max: 20 }),
    minScore: fc.integer({ min: -10, max: 10 }).map((n) => n / 10),
    group: fc.boolean(),
    sort: fc.constantFrom(
      undefined,
      { by: 'price' },
      { by: 'price', order: 'desc' as const },
      { by: 'none' },
    ),
    filter: fc.constantFrom<Filter>(
      {},
      { colour: 'red' },
      { colour: ['red', 'blue'] },
      { none: 'x' },
      { price: { gte: 2 } },
      { price: { gte: 1, lte: 2 }, colour: 'blue' },
      { colour: { lte: 5 } },
    ),
  })
  .map(({ sort, ...rest }) => (sort ? { ...rest, sort } : rest));

describe('rank', () => {
  test('is the slice of the plain list, for any filter, group, cut-off, order and page', () => {
    fc.assert(
      fc.property(catalogue, options, ({ items, neighbours }, opts) => {
        // The oracle: loops over the sorted list, one hit at a time.
        const plain: {
          id: string;
          score: number;
          more: string[];
          key: string;
          price: unknown;
        }[] = [];
        for (const { row, score } of neighbours) {
          const item = items[row] as IndexedItem;
          const wanted = Object.entries(opts.filter).every(([name, condition]) => {
            const value = item.attributes?.[name];
            if (typeof condition !== 'object' || Array.isArray(condition)) {
              return [condition].flat().includes(value as string);
            }
            const { gte = 0, lte = 99 } = condition as NumberRange;
            return typeof value === 'number' && value >= gte && value <= lte;
          });
          if (!wanted || score < opts.minScore) continue;
          const key = item.group ?? item.id;
          const known = opts.group ? plain.find((hit) => hit.key === key) : undefined;
          if (known) known.more.push(item.id);
          else plain.push({ id: item.id, score, more: [], key, price: item.attributes?.price });
        }
        const matches = plain.filter(({ score }) => score >= MATCH).length;
        const bestScore = plain[0]?.score ?? null;
        const sort = 'sort' in opts ? opts.sort : null;
        const rising = (hit: { price: unknown }) =>
          (sort?.order === 'desc' ? -1 : 1) * Number(hit.price ?? Number.NaN);
        if (sort?.by === 'price') {
          const priced = plain.filter((hit) => hit.price !== undefined);
          const free = plain.filter((hit) => hit.price === undefined);
          // Bubbles: slow, stable and plain.
          for (let i = 0; i < priced.length; i++) {
            for (let j = 1; j < priced.length; j++) {
              const [a, b] = priced.slice(j - 1) as [(typeof priced)[0], (typeof priced)[0]];
              if (rising(a) > rising(b)) priced.splice(j - 1, 2, b, a);
            }
          }
          plain.splice(0, plain.length, ...priced, ...free);
        }
        // Retrievers leave out what lies below the threshold.
        const above = neighbours.filter(({ score }) => score >= opts.minScore);
        const got = rank(withRows(above, items), checkOptions(opts), MATCH);
        expect(got).toMatchObject({ total: plain.length, matches, bestScore });
        expect(
          got.page.map(({ best: { row }, more }) => ({
            id: row.id,
            more: more.map((m) => m.row.id),
            key: row.group,
          })),
        ).toEqual(
          plain
            .slice(opts.from, opts.from + opts.size)
            .map(({ id, more, key }) => ({ id, more, key })),
        );
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  const items: IndexedItem[] = [
    { id: 'a', image: 'a.jpg', title: 'A', attributes: { tags: ['x', 'y'], price: 5 } },
    { id: 'b', image: 'b.jpg', attributes: { tags: ['y'] } },
  ];
  const neighbours = [
    { row: 1, score: 0.9 },
    { row: 0, score: 0.8 },
  ];

  test('counts each level of a path, as a plain loop over the paths does', () => {
    const paths = ['chairs/wooden/oak', 'chairs/wooden', 'chairs/metal', 'tables/wooden', 'lamps'];
    const items = paths.map((path, i): IndexedItem => {
      const folder = levelsOf(path);
      return { id: `item-${i}`, image: 'x', attributes: { folder, size: i % 2 ? 'S' : 'L' } };
    });
    const neighbours = paths.map((_, row) => ({ row, score: 0.9 - row / 10 }));
    const levels = [...new Set(paths.flatMap(levelsOf))];
    for (const chosen of [null, ...levels]) {
      for (const size of [null, 'S']) {
        const filter = { ...(chosen ? { folder: [chosen] } : {}), ...(size ? { size } : {}) };
        const options = checkOptions({ filter, facets: ['folder'] });
        const { total, facets } = rank(withRows(neighbours, items), options, MATCH);
        const isBelow = (path: string, level: string) => `${path}/`.startsWith(`${level}/`);
        const fits = items.filter(({ attributes }) => !size || attributes?.size === size);
        const counted = Object.fromEntries(
          levels.flatMap((level) => {
            const n = fits.filter(({ id }) => isBelow(paths[Number(id.slice(5))] ?? '', level));
            return n.length > 0 ? [[level, n.length]] : [];
          }),
        );
        expect(facets.folder, `${chosen}, ${size}`).toEqual(counted);
        if (chosen) expect(total).toBe(counted[chosen] ?? 0);
      }
    }
  });

  test('counts facets over all hits, not only those of the page', () => {
    const { facets } = rank(
      withRows(neighbours, items),
      checkOptions({ size: 1, facets: ['tags', 'price', 'constructor'] }),
      MATCH,
    );
    expect(facets).toEqual({ tags: { y: 2, x: 1 }, price: { 5: 1 }, constructor: {} });
  });

  test("counts an attribute's values beside its own filter, but within the others'", () => {
    const shop: IndexedItem[] = [
      ['bowl', 'red'],
      ['bowl', 'blue'],
      ['mug', 'red'],
      ['jug', 'green'],
    ].map(([kind = '', colour = ''], i) => ({
      id: String(i),
      image: 'x',
      attributes: { kind, colour },
    }));
    const all = shop.map((_, row) => ({ row, score: 1 - row / 10 }));
    const { total, facets } = rank(
      withRows(all, shop),
      checkOptions({ filter: { kind: ['bowl', 'jug'] }, facets: ['kind', 'colour'] }),
      MATCH,
    );
    expect(total).toBe(3);
    expect(facets).toEqual({
      kind: { bowl: 2, mug: 1, jug: 1 },
      colour: { red: 1, blue: 1, green: 1 },
    });
  });

  test("the extent of an attribute's numbers, beside its own filter, but within the others'", () => {
    const shop: IndexedItem[] = [
      ['bowl', 5],
      ['mug', 70],
      ['bowl', 30],
      ['jug', 1],
      ['bowl', null],
    ].map(([kind, price], i) => ({
      id: String(i),
      image: 'x',
      attributes: { kind: kind as string, ...(price === null ? {} : { price: price as number }) },
    }));
    const all = withRows(
      shop.map((_, row) => ({ row, score: 1 - row / 10 })),
      shop,
    );
    const ranges = ['price', 'kind', 'none'];
    const rangesOf = (filter: Filter) => rank(all, checkOptions({ ranges, filter }), MATCH).ranges;
    expect(rangesOf({})).toEqual({ price: { min: 1, max: 70 } });
    expect(rangesOf({ price: { gte: 20 } })).toEqual({ price: { min: 1, max: 70 } });
    expect(rangesOf({ price: { gte: 20 }, kind: ['bowl', 'mug'] })).toEqual({
      price: { min: 5, max: 70 },
    });
    expect(rangesOf({ kind: 'vase' })).toEqual({});
  });

  test('fewer hits than asked is an answer', () => {
    const { page, total } = rank(withRows(neighbours, items), checkOptions({ from: 5 }), MATCH);
    expect({ page, total }).toEqual({ page: [], total: 2 });
  });
});

test.each([
  [{ size: 0 }, 'Search option "size" must be a whole number from 1 up, got 0.'],
  [{ from: -1 }, 'Search option "from" must be a whole number from 0 up, got -1.'],
  [{ ef: 1.5 }, 'Search option "ef" must be a whole number from 1 up, got 1.5.'],
  [{ minScore: 2 }, 'Search option "minScore" must be a cosine from -1 to 1, got 2.'],
  [{ minScore: Number.NaN }, 'Search option "minScore" must be a cosine from -1 to 1, got NaN.'],
  [
    { sort: { by: 'price', order: 'up' as 'asc' } },
    'Search option "sort" must be { by: "an attribute", order: "asc" or "desc" }, got {"by":"price","order":"up"}.',
  ],
])('refuses %o', (bad, words) => {
  expect(() => checkOptions(bad)).toThrow(words);
});
