/** Searches with `text` in an index in parts. */
import { beforeAll, expect, test } from 'vitest';
import { SoutuError } from '../../../src/core/errors.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import type { MemoryParts } from '../../support/parts/memory-parts.ts';
import { wanting } from '../../support/vectors.ts';

const { items, queries } = jugs();
const unit = queries[0] as Float32Array;
let parts: MemoryParts;

beforeAll(async () => {
  ({ parts } = await partsOfJugs());
});

const titles = () => parts.source.titles();
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('titles are loaded once, for as long as they take, and no details before the page', async () => {
  let loads = 0;
  const retriever = parts.open(
    { slowMs: 1000 },
    {
      titles: async () => {
        loads++;
        await later(1200);
        return titles();
      },
      detailsAt: () => Promise.reject(new Error('details were read')),
    },
  );
  const first = await retriever.nearest(unit, wanting(10, { text: 'jug 4' }));
  expect(first.lack).toBeNull();
  expect(first.rows).toHaveLength(10);
  for (const { row } of first.rows) {
    const item = items.find(({ id }) => id === row.id);
    expect(`${item?.title} ${item?.attributes?.tone}`).toMatch(/^Jug .*4/);
  }
  await retriever.nearest(queries[1] as Float32Array, wanting(10, { text: 'jug 6' }));
  expect(loads).toBe(1);
  await retriever.nearest(unit, wanting(10));
  expect(loads).toBe(1);
});

test('rows count in each shard that has them: words find what a filter of the same rows finds', async () => {
  for (const query of queries.slice(0, 10)) {
    // Postings find more than words, which search shards.
    const retriever = parts.open({}, { postings: null });
    const answers = [];
    // No title has an odd number.
    for (const wanted of [{ text: '3' }, { filter: { tone: 3 } }]) {
      const { rows } = await retriever.nearest(query, wanting(5, wanted));
      answers.push(rows.map(({ row, score }) => ({ id: row.id, score })));
    }
    expect(answers[0]).toEqual(answers[1]);
  }
});

test('titles that cannot be loaded fail the search, and the next one loads them again', async () => {
  let fails = true;
  const retriever = parts.open(
    {},
    {
      titles: async () => {
        if (fails) throw new SoutuError('NetworkError', 'details-1.bin: no connection.');
        return titles();
      },
    },
  );
  const search = () => retriever.nearest(unit, wanting(10, { text: 'jug' }));
  await expect(search()).rejects.toThrow('details-1.bin: no connection.');
  fails = false;
  expect((await search()).rows).toHaveLength(10);
});
