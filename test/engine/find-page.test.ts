/** Filter, group, threshold and page mean the same whatever the retriever can do. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Filter } from '../../src/core/contract.ts';
import type { IndexedItem } from '../../src/core/item.ts';
import { checkOptions } from '../../src/core/search/options.ts';
import type { Neighbour } from '../../src/core/search/rank.ts';
import { findPage } from '../../src/engine/find-page.ts';
import { FlatRetriever } from '../../src/engine/flat-retriever.ts';
import { HnswRetriever } from '../../src/engine/hnsw/hnsw-retriever.ts';
import type { Retriever } from '../../src/engine/retriever.ts';
import { buildGraph } from '../../src/node/build/graph/build-graph.ts';
import { tableOf } from '../support/item-table.ts';
import { plainSearch } from '../support/vectors.ts';
import { COUNT, DIMENSION, items, plainAnswer, stored, THRESHOLDS } from './memory-bundle.ts';

const flat = new FlatRetriever(stored, DIMENSION, tableOf(items));

/** What a simple server can do: k nearest rows, no filter, no threshold, no counts. */
class PlainRetriever implements Retriever {
  readonly count = COUNT;
  readonly dimension = DIMENSION;
  readonly can;
  readonly asked: number[] = [];

  constructor(maxK = COUNT) {
    this.can = { preFilter: false, maxK };
  }

  async nearest(...[unit, wanted, call]: Parameters<Retriever['nearest']>) {
    expect(wanted.filter).toEqual({});
    this.asked.push(wanted.k);
    const { rows } = await flat.nearest(
      unit,
      { ...wanted, minScore: Number.NEGATIVE_INFINITY, everyMatch: false },
      call,
    );
    const above = rows.filter(({ score }) => score >= wanted.minScore);
    const exhausted = above.length < rows.length || rows.length === COUNT;
    return { rows: above, exhausted, total: null, engine: 'flat' as const };
  }

  get = (id: string) => flat.get(id);
  items = (ids: readonly string[]) => flat.items(ids);
  facets = () => flat.facets();
  numeric = () => flat.numeric();
  dispose() {}
}

let hnsw: Retriever;
beforeAll(async () => {
  hnsw = new HnswRetriever(flat, await buildGraph(stored, DIMENSION));
});

const options = fc.record({
  size: fc.integer({ min: 1, max: 30 }),
  from: fc.integer({ min: 0, max: 60 }),
  minScore: fc.constantFrom(-1, -0.2, 0, 0.3, 0.6, 0.99),
  group: fc.boolean(),
  facets: fc.constantFrom<string[]>([], ['colour'], ['rare', 'colour']),
  ranges: fc.constantFrom<string[]>([], ['price'], ['colour', 'price', 'none']),
  filter: fc.constantFrom<Filter>(
    {},
    { price: { gte: 20 } },
    { price: { gte: 7, lte: 21 }, colour: ['red', 'blue'] },
    { price: { lte: -1 } },
    { colour: { gte: 0 } },
    { colour: 'red' },
    { colour: ['red', 'blue'] },
    { colour: 'green', rare: ['yes'] },
    { rare: 'no' },
  ),
});
const byIds = new Map(items.map((item) => [item.id, item]));
function countOf(hits: readonly { id: string }[], attribute: string) {
  const counts: Record<string, number> = {};
  for (const { id } of hits) {
    const value = byIds.get(id)?.attributes?.[attribute];
    if (typeof value === 'string') counts[value] = (counts[value] ?? 0) + 1;
  }
  return counts;
}
function extentOf(hits: readonly { id: string }[], attribute: string) {
  const numbers = hits
    .map(({ id }) => byIds.get(id)?.attributes?.[attribute])
    .filter((value) => typeof value === 'number')
    .sort((a, b) => a - b);
  return numbers.length > 0 ? { min: numbers[0], max: numbers.at(-1) } : undefined;
}
const texts = fc.constantFrom('', ' ', 'bowl', 'blue bo', 'lodz fro', 'bow blue', 'cafe red', '35');
const rowOf = (row: number) => stored.slice(row * DIMENSION, (row + 1) * DIMENSION);

describe.each<[string, () => Retriever]>([
  ['a flat scan', () => flat],
  // A beam as wide as the catalogue: then a graph is exact, too.
  ['a graph', () => hnsw],
  ['a retriever without filters', () => new PlainRetriever()],
])('with %s', (name, retriever) => {
  test('any page is that slice of the plain list', async () => {
    const isQuery = fc.boolean();
    const row = fc.nat({ max: COUNT - 1 });
    await fc.assert(
      fc.asyncProperty(options, texts, row, isQuery, async (other, text, at, isItem) => {
        const opts = retriever().can.preFilter ? { ...other, text } : other;
        const own = isItem ? [items[at] as IndexedItem] : [];
        const checked = checkOptions({ ...opts, ef: name === 'a graph' ? COUNT : 16 });
        const found = await findPage(retriever(), rowOf(at), own, checked, THRESHOLDS, {});
        const expected = plainAnswer(rowOf(at), opts, isItem ? [at] : []);
        const isWhole = found.totalRelation === 'eq';
        if (found.matchesRelation === 'eq') expect(found.matches).toBe(expected.matches);
        else expect(found.matches).toBeLessThanOrEqual(expected.matches);
        if (name === 'a flat scan' && isWhole && found.page.length < opts.size) {
          expect(found.matchesRelation).toBe('eq');
        }
        if (expected.bestScore === null) expect(found.bestScore).toBeNull();
        else expect(found.bestScore).toBeCloseTo(expected.bestScore, 5);
        // An approximate answer may have seen a part of a group only.
        const idsOf = (more: readonly Neighbour[]) => more.map((other) => other.row.id);
        expect(
          found.page.map(({ best, more }) => ({ id: best.row.id, more: idsOf(more) })),
        ).toEqual(
          expected.hits.map(({ id, more }, i) => ({
            id,
            more: isWhole ? more : more.slice(0, found.page[i]?.more.length),
          })),
        );
        if (isWhole) {
          expect(found.total).toBe(expected.total);
          const allBeside = (attribute: string) => {
            const { [attribute]: _, ...filter } = opts.filter;
            const all = { ...opts, filter, from: 0, size: COUNT };
            return plainAnswer(rowOf(at), all, isItem ? [at] : []).hits;
          };
          for (const attribute of opts.facets) {
            const hits = allBeside(attribute);
            expect(found.facets[attribute]).toEqual(countOf(hits, attribute));
          }
          for (const attribute of opts.ranges) {
            const hits = allBeside(attribute);
            expect(found.ranges[attribute]).toEqual(extentOf(hits, attribute));
          }
        } else {
          expect(found.total).toBeLessThanOrEqual(expected.total);
        }
        if (name === 'a flat scan') expect(isWhole).toBe(true);
      }),
      { seed: 13, numRuns: 200 },
    );
  });
});

describe('neighbours', () => {
  const page = (retriever: Retriever, opts: Parameters<typeof checkOptions>[0]) =>
    findPage(retriever, rowOf(7), [], checkOptions(opts), THRESHOLDS, {});

  test('are asked for in growing numbers, until the page is full', async () => {
    const retriever = new PlainRetriever();
    const opts = { ef: 8, size: 10, minScore: -1, filter: { colour: 'red' } };
    const { page: hits, totalRelation } = await page(retriever, opts);
    expect(hits).toHaveLength(10);
    expect(totalRelation).toBe('gte');
    // Of the 10 nearest some are not red; the nearest 40 have ten red ones.
    const reds = plainSearch(stored, rowOf(7)).map(({ row }) => row % 3 === 0);
    const redsIn = (k: number) => reds.slice(0, k).filter(Boolean).length;
    expect([redsIn(10) < 10, redsIn(40) >= 10]).toEqual([true, true]);
    expect(retriever.asked).toEqual([10, 40]);
  });

  test('are asked for once where one call is enough', async () => {
    const nearest = vi.spyOn(flat, 'nearest');
    for (const opts of [{}, { group: true }, { facets: ['colour'] }, { sort: { by: 'weight' } }]) {
      await page(flat, { minScore: -1, ...opts });
    }
    expect(nearest).toHaveBeenCalledTimes(4);
    nearest.mockRestore();
  });

  test('cannot be searched for words by a retriever without filters', async () => {
    await expect(page(new PlainRetriever(), { text: 'bowl' })).rejects.toMatchObject({
      name: 'UsageError',
      message: 'This index cannot search titles. Ask for an answer without "text".',
    });
  });

  test('that the retriever cannot find are an error, not a shorter answer', async () => {
    const opts = { minScore: -1, from: 60, ef: 16 };
    await expect(page(new PlainRetriever(50), opts)).rejects.toMatchObject({
      name: 'UsageError',
      message:
        'This index finds at most 50 neighbours, too few for this page. Ask for an earlier or smaller page, ' +
        'or raise "minScore".',
    });
    await expect(
      page(new PlainRetriever(50), { minScore: -1, sort: { by: 'weight' } }),
    ).rejects.toThrow(
      'too few for a sorted answer. Ask for an answer without "sort", or raise "minScore".',
    );
    expect((await page(new PlainRetriever(50), { minScore: -1, ef: 16 })).page).toHaveLength(10);
  });
});
