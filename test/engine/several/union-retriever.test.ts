/** Several indexes as one, against a plain loop over all of them. */
import { expect, test, vi } from 'vitest';
import { MissingFileError, SoutuError } from '../../../src/core/errors.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { centreOfParts, placed, type Space } from '../../../src/core/vector/space.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import { type Member, UnionRetriever } from '../../../src/engine/several/union-retriever.ts';
import { tableOf } from '../../support/item-table.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import { wanting } from '../../support/vectors.ts';

const DIMENSION = 8;
const random = seededRandom(13);
const plainOf = () => normalised(Float32Array.from({ length: DIMENSION }, () => random() - 0.3));

interface Catalogue {
  readonly key: string;
  readonly items: readonly IndexedItem[];
  readonly plain: readonly Float32Array[];
  readonly space: Space;
  readonly retriever: Retriever;
}

function catalogue(key: string, count: number): Catalogue {
  const plain = Array.from({ length: count }, plainOf);
  const all = Float32Array.from(plain.flatMap((vector) => [...vector]));
  const space = { centre: centreOfParts(all, DIMENSION, null), colour: null };
  const vectors = new Float32Array(all.length);
  for (const [i, vector] of plain.entries()) vectors.set(placed(vector, space), i * DIMENSION);
  const items = plain.map((_, i) => ({
    id: String(i).padStart(3, '0'),
    image: `${i}.jpg`,
    group: `g${i >> 1}`,
    attributes: { colour: i % 3 === 0 ? 'red' : 'blue', price: i },
  }));
  return {
    key,
    items,
    plain,
    space,
    retriever: new FlatRetriever(vectors, DIMENSION, tableOf(items)),
  };
}

const memberOf = ({ key, retriever, space }: Catalogue, open?: () => Promise<never>): Member => ({
  key,
  open: open ?? (async () => ({ retriever, space })),
  addressed: (item) => ({ ...item, image: `https://shop.example/${key}${item.image}` }),
});

const shoes = catalogue('shoes/', 40);
const bags = catalogue('bags/', 25);
const isGone = (error: unknown) => error instanceof MissingFileError;
const unionOf = (...members: Member[]) => UnionRetriever.open(members, isGone);
const both = () => unionOf(memberOf(shoes), memberOf(bags));
const queryIn = (plain: Float32Array) => placed(plain, shoes.space);

/** Each catalogue's cosine in its own space. */
function oracle(plain: Float32Array, keep: (item: IndexedItem) => boolean = () => true) {
  return [shoes, bags]
    .flatMap(({ key, items, plain: rows, space }) => {
      const query = placed(plain, space);
      return items.flatMap((item, i) => {
        const row = placed(rows[i] as Float32Array, space);
        const score = row.reduce((sum, x, at) => sum + x * (query[at] as number), 0);
        return keep(item)
          ? [{ id: `${key}#${item.id}`, group: `${key}#${item.group}`, score }]
          : [];
      });
    })
    .sort((a, b) => b.score - a.score);
}

test('rows of all, best first, by the cosine in their own space', async () => {
  const union = await both();
  expect(union).toMatchObject({ count: 65, dimension: DIMENSION, can: { preFilter: true } });
  for (let i = 0; i < 20; i++) {
    const plain = plainOf();
    for (const k of [1, 7, 65]) {
      const found = await union.nearest(queryIn(plain), wanting(k));
      const expected = oracle(plain).slice(0, found.rows.length);
      expect(found.rows.length).toBeGreaterThanOrEqual(k);
      expect(found.rows.map(({ row }) => row.id)).toEqual(expected.map(({ id }) => id));
      for (const [at, { score }] of found.rows.entries()) {
        expect(score).toBeCloseTo(expected[at]?.score ?? 0, 5);
      }
      expect(found.exhausted).toBe(k === 65);
    }
  }
});

test('pages with filters, groups and an order are those of one catalogue', async () => {
  const union = await both();
  const plain = plainOf();
  const page = (options: object) =>
    findPage(union, queryIn(plain), [], checkOptions(options), { match: 0.5, related: 0 }, {});
  const red = oracle(plain, ({ attributes }) => attributes?.colour === 'red');
  const second = await page({ filter: { colour: 'red' }, from: 5, size: 5, facets: ['colour'] });
  expect(second.page.map(({ best }) => best.row.id)).toEqual(red.slice(5, 10).map(({ id }) => id));
  expect(second.total).toBe(red.length);
  expect(second.facets.colour).toEqual({ red: red.length, blue: 65 - red.length });
  const groups = await page({ group: true, size: 8 });
  const names = [...new Set(oracle(plain).map(({ group }) => group))];
  expect(groups.page.map(({ best }) => best.row.group)).toEqual(names.slice(0, 8));
  expect(groups.total).toBe(20 + 13);
  const dear = await page({ sort: { by: 'price', order: 'desc' }, size: 3, ranges: ['price'] });
  expect(dear.page.map(({ best }) => best.row.id)).toEqual([
    'shoes/#039',
    'shoes/#038',
    'shoes/#037',
  ]);
  expect(dear.ranges).toEqual({ price: { min: 0, max: 39 } });
});

test('an index in parts beside others: counts of a chosen attribute are those without its own condition', async () => {
  const { queries } = jugs();
  const { parts } = await partsOfJugs();
  const alone = parts.open();
  const space: Space = { centre: null, colour: null };
  const member = (key: string): Member => ({
    key,
    open: async () => ({ retriever: parts.open(), space }),
    addressed: (item) => item,
  });
  const union = await unionOf(member('a/'), member('b/'));
  expect(union.can.countsApart).toBe(true);
  for (const filter of [{ rare: 'yes' }, { tone: 3 }, { rare: 'yes', tone: [1, 2] }]) {
    const options = checkOptions({ filter, facets: ['rare', 'tone'], size: 20 });
    const ask = (of: Retriever) =>
      findPage(of, queries[1] as Float32Array, [], options, { match: 0.5, related: 0 }, {});
    const [one, two] = await Promise.all([ask(alone), ask(union)]);
    // The same index twice: everything is there twice.
    const twice = Object.entries(one.facets).map(([name, counts]) => [
      name,
      Object.fromEntries(Object.entries(counts).map(([value, count]) => [value, 2 * count])),
    ]);
    expect(two.facets).toEqual(Object.fromEntries(twice));
    expect(two.total).toBe(2 * one.total);
    expect(two.page.map(({ best }) => best.row.id.slice(3))).toEqual(
      one.page.slice(0, 10).flatMap(({ best }) => [best.row.id, best.row.id]),
    );
  }
});

test('items come with the key of their index and absolute pictures', async () => {
  const union = await both();
  const items = await union.items(['bags/#003', 'shoes/#003', 'bags/#999', 'hats/#003']);
  expect(items.map(({ id, image, group }) => [id, image, group])).toEqual([
    ['bags/#003', 'https://shop.example/bags/3.jpg', 'bags/#g1'],
    ['shoes/#003', 'https://shop.example/shoes/3.jpg', 'shoes/#g1'],
  ]);
});

test('an item of any index is a query for all', async () => {
  const union = await both();
  const own = await union.get('bags/#004');
  expect(own?.item.id).toBe('bags/#004');
  const { rows } = await union.nearest(own?.vector as Float32Array, wanting(5));
  const expected = oracle(bags.plain[4] as Float32Array);
  expect(rows.slice(0, 5).map(({ row }) => row.id)).toEqual(
    expected.slice(0, 5).map(({ id }) => id),
  );
  expect(rows[0]?.row.id).toBe('bags/#004');
  expect(await union.get('hats/#004')).toBeNull();
});

test('if an index cannot be opened, the others answer and say so; a minute later it is tried again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    const open = vi.fn(async () => {
      throw new MissingFileError('bags/: no connection');
    });
    const union = await unionOf(memberOf(shoes), memberOf(bags, open));
    const ask = () => union.nearest(queryIn(plainOf()), wanting(3));
    const found = await ask();
    expect(found.lack).toEqual({
      ...{ what: 'bundles', failed: 1, asked: 2 },
      reason: 'bags/: no connection',
    });
    expect(found.rows.every(({ row }) => row.id.startsWith('shoes/#'))).toBe(true);
    expect(open).toHaveBeenCalledTimes(1);
    open.mockImplementation((async () => bags) as never);
    vi.setSystemTime(Date.now() + 61_000);
    const again = await ask();
    expect(again.lack).toBeNull();
    expect(union.count).toBe(65);
  } finally {
    vi.useRealTimers();
  }
});

test('if one fails during a search, the others answer; if all fail, so does the search', async () => {
  const broken = { ...bags, retriever: Object.create(bags.retriever) as Retriever };
  const fail = vi.fn(async () => {
    throw new SoutuError('NetworkError', 'a shard is missing');
  });
  broken.retriever.nearest = fail as never;
  const union = await unionOf(memberOf(shoes), memberOf(broken));
  const found = await union.nearest(queryIn(plainOf()), wanting(3));
  expect(found.lack).toMatchObject({ what: 'bundles', failed: 1, reason: 'a shard is missing' });
  const alone = await unionOf(memberOf(broken));
  await expect(alone.nearest(queryIn(plainOf()), wanting(3))).rejects.toThrow('a shard is missing');
  fail.mockRejectedValue(new MissingFileError('gone'));
  await expect(union.nearest(queryIn(plainOf()), wanting(3))).rejects.toThrow(MissingFileError);
});

test('an index of another model ends the search', async () => {
  const open = async () => {
    throw new SoutuError('UsageError', 'bags/: another model');
  };
  const opening = unionOf(memberOf(shoes), memberOf(bags, open));
  await expect(opening).rejects.toThrow('bags/: another model');
});

test('an aborted search rejects with its reason; a disposed one refuses', async () => {
  const union = await both();
  const abort = new AbortController();
  abort.abort(new Error('enough'));
  const { signal } = abort;
  await expect(union.nearest(queryIn(plainOf()), wanting(3), { signal })).rejects.toThrow('enough');
  const own = await both();
  own.dispose();
  await expect(own.nearest(queryIn(plainOf()), wanting(3))).rejects.toThrow(/after dispose/);
});
