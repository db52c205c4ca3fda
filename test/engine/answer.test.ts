/** From vector to response, with retrievers in memory. */
import { expect, test } from 'vitest';
import { checkOptions } from '../../src/core/search/options.ts';
import { answer, type Searched } from '../../src/engine/answer.ts';
import { FlatRetriever } from '../../src/engine/flat-retriever.ts';
import type { Retriever } from '../../src/engine/retriever.ts';
import { tableOf } from '../support/item-table.ts';
import { numberedItems } from '../support/vectors.ts';

const UNIT = Float32Array.of(1, 0);

/** 160 items of one group and one picture, the best first. */
function retrieverOf(more: object): FlatRetriever {
  const items = numberedItems(160).map((item, i) => ({ ...item, ...(i > 0 ? more : {}) }));
  const vectors = Float32Array.from({ length: 320 }, (_, i) =>
    i % 2 === 0 ? Math.cos(i / 1000) : Math.sin((i - 1) / 1000),
  );
  return new FlatRetriever(vectors, 2, tableOf(items));
}

function answerOf(retriever: Retriever, options: object) {
  const searched = {
    retriever,
    thresholds: { match: 0.9, related: 0.5 },
    soft: false,
    manifest: { model: { name: 'test' }, items: {} },
  } as unknown as Searched;
  const resolved = { unit: UNIT, plain: UNIT, own: [], parts: null, soft: false, embedded: null };
  const times = { start: 0, embedded: 0 };
  return answer(resolved, checkOptions(options), searched, times);
}

test('a hit lists 100 others of its group at most, the best of them', async () => {
  const group = { group: '0000' };
  const { hits, total } = await answerOf(retrieverOf(group), { group: true });
  expect(total).toBe(1);
  const [first, last] = [hits[0]?.more[0]?.score ?? 0, hits[0]?.more.at(-1)?.score ?? 0];
  expect(hits[0]?.more).toHaveLength(100);
  expect(first).toBeCloseTo(Math.cos(2 / 1000), 6);
  expect(last).toBeCloseTo(Math.cos(200 / 1000), 6);
});

test('an index that cannot search words says so', async () => {
  const retriever = retrieverOf({});
  expect((await answerOf(retriever, {})).engine).not.toHaveProperty('words');
  Object.assign(retriever.can, { words: false });
  expect((await answerOf(retriever, {})).engine).toMatchObject({ words: false });
});
