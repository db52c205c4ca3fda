/** Files of details that are missing, damaged or slow: hits are shown with what is known of them, and the answer says so. */
import { beforeAll, describe, expect, test } from 'vitest';
import { MissingFileError, SoutuError } from '../../../src/core/errors.ts';
import type { IndexedItem, ItemDetails } from '../../../src/core/item.ts';
import { createItemTable } from '../../../src/core/search/item-table.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { answer } from '../../../src/engine/answer.ts';
import { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
import type { PartsSource } from '../../../src/engine/parts/parts-source.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import type { MemoryParts } from '../../support/parts/memory-parts.ts';

const { items, queries, vectors } = jugs();
const itemOf = (id: string) => items.find((item) => item.id === id) as IndexedItem;
const SEARCHED = {
  soft: false,
  thresholds: { match: 0.6, related: 0.2 },
  manifest: { model: { name: 'tiny' }, items: {} } as Parameters<typeof answer>[2]['manifest'],
};
let parts: MemoryParts;

beforeAll(async () => {
  ({ parts } = await partsOfJugs());
});

/** The answer for the first query. */
async function answerOf(retriever: Retriever, size = 10) {
  const unit = queries[0] as Float32Array;
  const resolved = { unit, plain: unit, own: [], parts: null, soft: false, embedded: null };
  const times = { start: 0, embedded: 0 };
  return answer(resolved, checkOptions({ size }), { ...SEARCHED, retriever }, times);
}

const missing = async () => {
  throw new MissingFileError('details-1.bin: the server says 404');
};
const FAULTS: readonly [string, () => Promise<never>, RegExp][] = [
  ['missing', missing, /details-1\.bin: the server says 404/],
  [
    'damaged',
    async () => {
      throw new SoutuError('BundleError', 'details-1.bin: it is cut short.');
    },
    /it is cut short/,
  ],
  [
    'slow',
    () => new Promise(() => undefined),
    /A file with pictures and titles took longer than 1 s to load\./,
  ],
];

describe('an index in parts', () => {
  /** Fails for the hits at odd places of the whole answer. */
  async function partly(fail: () => Promise<never>, changes: Partial<PartsSource> = {}) {
    const whole = await answerOf(parts.open());
    expect(whole.notices).toEqual([]);
    const lost = new Set(whole.hits.filter((_, i) => i % 2 === 1).map(({ item }) => item.image));
    const details = async ([position]: readonly number[]): Promise<readonly ItemDetails[]> => {
      const own = await parts.source.detailsAt([position as number]);
      return lost.has(own[0]?.image) ? fail() : own;
    };
    const retriever = parts.open({ slowMs: 1000 }, { detailsAt: details, ...changes });
    return { whole, partial: await answerOf(retriever), retriever };
  }

  test.each(FAULTS)('with a %s file of details', async (_, fail, reason) => {
    const { whole, partial } = await partly(fail);
    expect(partial.hits.map(({ id, score }) => ({ id, score }))).toEqual(
      whole.hits.map(({ id, score }) => ({ id, score })),
    );
    partial.hits.forEach(({ id, item }, i) => {
      const { image, ...rest } = itemOf(id);
      // Half of the items have a title, which a file of its own has.
      expect(item).toEqual(i % 2 === 1 ? rest : { image, ...rest });
    });
    expect(partial.hits.some(({ item }, i) => i % 2 === 1 && item.title)).toBe(true);
    expect(partial.notices).toEqual([
      { code: 'details-partial', message: expect.stringMatching(reason), detail: '5/10' },
    ]);
    expect(partial.notices[0]?.message).toMatch(
      /^The pictures and titles of 5\/10 results could not be loaded\. \(/,
    );
  });

  test('titles of a large catalogue are not loaded for it, unless a search for words has them', async () => {
    let loads = 0;
    const titles = () => {
      loads++;
      return parts.source.titles();
    };
    const { partial, retriever } = await partly(missing, { titles, titleBytes: 100_001 });
    expect(loads).toBe(0);
    expect(partial.hits.filter((_, i) => i % 2 === 1).map(({ item }) => item.title)).toEqual(
      new Array(5).fill(undefined),
    );
    const call = { filter: {}, text: 'jug', k: 1, ef: 1, exact: false } as const;
    const unit = queries[0] as Float32Array;
    await retriever.nearest(unit, { ...call, minScore: -1, everyMatch: false });
    const again = await answerOf(retriever);
    expect(loads).toBe(1);
    expect(again.hits.some(({ item }, i) => i % 2 === 1 && item.title)).toBe(true);
  });

  test('titles that fail, too, are left out', async () => {
    const { partial } = await partly(missing, { titles: missing });
    expect(partial.hits).toHaveLength(10);
    expect(partial.notices.map(({ code }) => code)).toEqual(['details-partial']);
  });

  test('a release that was replaced is opened again, by the error of a missing file', async () => {
    const replaced = parts.open({}, { detailsAt: missing, isReplaced: async () => true });
    await expect(answerOf(replaced)).rejects.toBeInstanceOf(MissingFileError);
  });

  test('a search by the id of an item without details', async () => {
    const found = await parts.open({}, { detailsAt: missing }).get('i0004');
    const { image: _, ...rest } = itemOf('i0004');
    expect(found?.item).toEqual(rest);
    expect(found?.vector).toHaveLength(24);
  });

  test('a search by the id of an item whose details are slow does not wait as long as for hits', async () => {
    const silent = () => new Promise<never>(() => undefined);
    const start = performance.now();
    // Hits would wait 10 s.
    const found = await parts.open({}, { detailsAt: silent }).get('i0004');
    const took = performance.now() - start;
    const { image: _, ...rest } = itemOf('i0004');
    expect(found?.item).toEqual(rest);
    expect(found?.vector).toHaveLength(24);
    expect(took).toBeGreaterThan(1400);
    expect(took).toBeLessThan(9000);
  });

  test('an aborted search ends with its reason', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    const slow = parts.open({ slowMs: 50 }, { detailsAt: () => new Promise(() => undefined) });
    await expect(slow.items(['i0001'], { signal })).rejects.toThrow('enough');
  });
});

test.each(FAULTS.slice(0, 2))('an index of whole files with a %s one', async (_, fail, reason) => {
  const open = (isReplaced: boolean) => {
    const details = async ([row]: readonly number[]) =>
      (row as number) < 450 ? fail() : [items[row as number] as IndexedItem];
    const table = createItemTable(
      // Columns have no pictures: these are in the details.
      items.map(({ image: _, title: __, ...column }) => column),
      details,
      async () => [],
      async () => isReplaced,
    );
    return new FlatRetriever(vectors, 24, table);
  };
  const { hits, notices } = await answerOf(open(false), 900);
  const failed = hits.filter(({ id }) => Number(id.slice(1)) < 450);
  expect(hits).toHaveLength(900);
  expect(failed).toHaveLength(450);
  expect(notices).toMatchObject([{ code: 'details-partial', detail: '450/900' }]);
  expect(notices[0]?.message).toMatch(reason);
  if (fail !== missing) return;
  await expect(answerOf(open(true), 900)).rejects.toBeInstanceOf(MissingFileError);
});
