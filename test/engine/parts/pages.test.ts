/** Pages of an index in parts: those of one query neither overlap nor miss a hit, in whatever order they are asked for. */
import { beforeAll, expect, test } from 'vitest';
import type { IndexedItem } from '../../../src/core/item.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import type { Neighbour } from '../../../src/core/search/rank.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import type { FoundPage } from '../../../src/engine/retriever.ts';
import { makeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { jugs } from '../../support/parts/jugs.ts';
import { type MemoryParts, memoryParts } from '../../support/parts/memory-parts.ts';

const { COUNT, queries, vectors, items: plainItems } = jugs();
/** Every ninth item shows the picture of the item three before it. */
const items = plainItems.map((item, row): IndexedItem => {
  const first = plainItems[row - 3];
  return row % 9 === 5 && first ? { ...item, copyOf: first.id } : item;
});
const THRESHOLDS = { match: 0.6, related: 0.2 };
let parts: MemoryParts;

beforeAll(async () => {
  const made = await makeParts(rowSourceOf(vectors, 24), { recall: 0.95, threads: 1 });
  parts = await memoryParts(made as NonNullable<typeof made>, items);
});

interface Asked {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly group: boolean;
  readonly foldCopies: boolean;
  readonly minScore: number;
  readonly facets: readonly string[];
}

const keyOf = ({ group, foldCopies }: Asked, { row }: Neighbour) =>
  group ? row.group : foldCopies ? (row.copyOf ?? row.id) : row.id;

test('any filter × group × copies × cut-off × page is that slice of the whole answer', async () => {
  const random = seededRandom(41);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  let pages = 0;
  let found = 0;
  let wanted = 0;
  for (let round = 0; round < 14; round++) {
    const unit = pick(queries);
    const asked: Asked = {
      filter: pick([{}, {}, { tone: 3 }, { tone: [1, 2] }, { rare: 'yes' }, { tone: { gte: 5 } }]),
      ...{ group: random() < 0.4, foldCopies: random() < 0.5 },
      ...{ minScore: pick([-1, -1, 0.2, 0.5]), facets: pick([[], ['tone']]) },
    };
    const size = pick([7, 10, 24]);
    // One visitor goes on from page to page; others, with nothing in memory, begin anywhere.
    const visitor = parts.open();
    const page = (from: number, retriever = parts.open({ memoryBytes: 1 })) =>
      findPage(
        retriever,
        unit,
        [],
        checkOptions({ ...asked, size, from } as object),
        THRESHOLDS,
        {},
      );
    const whole: Neighbour[] = [];
    // Of groups with the same picture, another one may be the first of the hit.
    const folded = new Set<string>();
    for (let from = 0; ; from += size) {
      const { page: hits } = await page(from, visitor);
      whole.push(...hits.map(({ best }) => best));
      for (const copy of hits.flatMap(({ copies }) => copies)) folded.add(keyOf(asked, copy));
      pages++;
      if (hits.length < size) break;
    }
    const keys = whole.map((hit) => keyOf(asked, hit));
    expect(new Set(keys).size).toBe(keys.length);
    const widest = (exact: boolean) =>
      findPage(
        parts.open(),
        unit,
        [],
        checkOptions({ ...asked, size: 1000, exact } as object),
        THRESHOLDS,
        {},
      );
    const missedOf = ({ page: hits }: FoundPage) =>
      hits.filter(
        ({ best }) => !keys.includes(keyOf(asked, best)) && !folded.has(keyOf(asked, best)),
      );
    // Together, the pages have whatever one long page has: without a cut-off, that is everything.
    const long = await widest(false);
    const all = await widest(true);
    expect(missedOf(long)).toEqual([]);
    if (asked.minScore === -1) {
      expect(missedOf(all)).toEqual([]);
      expect(whole).toHaveLength(all.total);
    }
    found += whole.length;
    wanted += all.total;
    for (const from of [size, 3 * size, 5 * size, Math.floor(random() * 60)]) {
      const { page: hits } = await page(from);
      const slice = whole.slice(from, from + size);
      expect(hits.map(({ best }) => [best.row.id, best.score])).toEqual(
        slice.map(({ row, score }) => [row.id, score]),
      );
    }
  }
  expect(pages).toBeGreaterThan(100);
  // Shards that are unlikely to have hits above a cut-off are not read.
  expect(found / wanted).toBeGreaterThan(0.95);
});

test('a first page reads what it did before, and a second one no more than a page of both', async () => {
  const unit = queries[4] as Float32Array;
  const reads = async (...asked: readonly (readonly [from: number, size: number])[]) => {
    const retriever = parts.open();
    parts.reads.length = 0;
    for (const [from, size] of asked) {
      await findPage(retriever, unit, [], checkOptions({ from, size }), THRESHOLDS, {});
    }
    return [...new Set(parts.reads)].sort();
  };
  const both = await reads([0, 20]);
  const paged = await reads([0, 10], [10, 10]);
  expect(paged).toEqual([...new Set([...both, ...(await reads([0, 10]))])].sort());
});

/** How many searches of the index a page takes. */
async function searchesOf(asked: object): Promise<{ searches: number; page: FoundPage }> {
  let searches = 0;
  const retriever = parts.open();
  const { nearest } = retriever;
  retriever.nearest = (...args) => {
    searches++;
    return nearest.apply(retriever, args);
  };
  const unit = queries[5] as Float32Array;
  const page = await findPage(retriever, unit, [], checkOptions(asked), THRESHOLDS, {});
  return { searches, page };
}

test('far beyond the last hit, a page is empty, in a few searches', async () => {
  const { searches, page } = await searchesOf({ from: 1_000_000, size: 1 });
  expect(page).toMatchObject({ page: [], total: COUNT - items.filter((i) => i.copyOf).length });
  expect(searches).toBeLessThan(40);
});

test('a search that has found all hits is not repeated for a page beyond them', async () => {
  const filter = { rare: 'yes', tone: 3 };
  const { total } = (await searchesOf({ filter, size: 10 })).page;
  expect(total).toBeGreaterThan(1);
  expect(total).toBeLessThan(10);
  const { searches, page } = await searchesOf({ filter, from: 1000, size: 10 });
  expect(page).toMatchObject({ page: [], total, totalRelation: 'eq' });
  expect(searches).toBe(1);
});

test('with a cut-off, pages have every hit that a longer one has', async () => {
  const minScore = 0.3;
  const page = async (unit: Float32Array, from: number, size: number) => {
    const options = checkOptions({ minScore, from, size });
    const found = await findPage(parts.open(), unit, [], options, THRESHOLDS, {});
    return found.page.map(({ best }) => best.row.id);
  };
  for (const [q, unit] of queries.entries()) {
    const ids: string[] = [];
    for (let from = 0; ids.length === from; from += 10) ids.push(...(await page(unit, from, 10)));
    const long = await page(unit, 0, 200);
    expect(
      long.filter((id) => !ids.includes(id)),
      `query ${q}`,
    ).toEqual([]);
  }
});
