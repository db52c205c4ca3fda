/** First hits: shown after the first wave of a search that takes long, in time before its answer. */
import { beforeAll, expect, test } from 'vitest';
import type { SearchOptions, SearchResponse } from '../../../src/core/contract.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { sleep } from '../../../src/core/timeout.ts';
import { answer } from '../../../src/engine/answer.ts';
import type { PartsSource } from '../../../src/engine/parts/parts-source.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import type { MadeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { jugs, partsOfJugs } from '../../support/parts/jugs.ts';
import type { MemoryParts } from '../../support/parts/memory-parts.ts';

const { items, queries } = jugs();
const SEARCHED = {
  soft: false,
  thresholds: { match: 0.6, related: 0.2 },
  manifest: { model: { name: 'tiny' }, items: {} } as Parameters<typeof answer>[2]['manifest'],
};
let made: MadeParts;
let parts: MemoryParts;

beforeAll(async () => {
  ({ made, parts } = await partsOfJugs());
});

/** @param later milliseconds by which the search begins later than it says */
async function asked(retriever: Retriever, options: SearchOptions = {}, query = 0, later = 0) {
  const unit = queries[query] as Float32Array;
  const resolved = { unit, plain: unit, own: [], parts: null, soft: false, embedded: null };
  const first: SearchResponse[] = [];
  const start = performance.now();
  const times = { start, embedded: start + later };
  const response = await answer(
    resolved,
    checkOptions(options),
    { ...SEARCHED, retriever },
    times,
    { onFirstHits: (hits) => first.push(hits) },
  );
  const before = first.length;
  // Whatever is late comes now.
  await sleep(250);
  expect(first.length).toBe(before);
  return { first, response };
}

/** The files of later waves take their time. */
function slowly(ms: number, changes: Partial<PartsSource> = {}): Retriever {
  const { readPart } = parts.source;
  let turn = 0;
  const wave = made.probing.first;
  return parts.open(
    {},
    {
      readPart: async (role, ref) => {
        const isLater = role !== 'coarse' || turn++ >= wave;
        if (isLater) await sleep(ms);
        return readPart(role, ref);
      },
      ...changes,
    },
  );
}

test('a search whose later shards are slow shows the best hits of the first ones, once, with what pages display', async () => {
  let same = 0;
  for (let query = 0; query < 4; query++) {
    const { first, response } = await asked(slowly(500), {}, query);
    expect(first).toHaveLength(1);
    const [early] = first as [SearchResponse];
    expect(early.hits).toHaveLength(10);
    expect(early).toMatchObject({ totalRelation: 'gte', matchesRelation: 'gte', notices: [] });
    for (const { id, item } of early.hits) expect(item).toEqual(items.find((one) => one.id === id));
    const scores = early.hits.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    const ids = response.hits.map(({ id }) => id);
    same += early.hits.filter(({ id }) => ids.includes(id)).length;
    // The answer is that of a search without first hits.
    const plain = await asked(parts.open(), {}, query);
    expect(response.hits).toEqual(plain.response.hits);
  }
  // Most pictures stay.
  expect(same / 40).toBeGreaterThan(0.6);
});

test('a quick search shows none, and reads no details for them', async () => {
  let details = 0;
  const retriever = slowly(5, {
    detailsAt: (positions) => {
      details += positions.length;
      return parts.source.detailsAt(positions);
    },
  });
  // Before the moment has passed, on a machine of any speed.
  const { first } = await asked(retriever, {}, 0, 5000);
  expect(first).toEqual([]);
  expect(details).toBe(10);
});

test.each([
  ['a later page', { from: 10 }],
  ['an order', { sort: { by: 'tone' } }],
  ['an exact search', { exact: true }],
  ['a rare value, whose items are all in a posting', { filter: { rare: 'yes' } }],
] satisfies [string, SearchOptions][])('%s shows none', async (_, options) => {
  expect((await asked(slowly(500), options)).first).toEqual([]);
});

test('groups and filters are those of the answer', async () => {
  const options = { group: true, filter: { tone: [1, 2, 3] }, facets: ['tone'] };
  const { first } = await asked(slowly(500), options);
  const [early] = first as [SearchResponse];
  expect(early.hits.length).toBeGreaterThan(5);
  expect(new Set(early.hits.map(({ group }) => group)).size).toBe(early.hits.length);
  expect(early.hits.every(({ item }) => [1, 2, 3].includes(item.attributes?.tone as number))).toBe(
    true,
  );
});

test('details that are slow do not hold the answer up, and first hits that are late are dropped', async () => {
  let reads = 0;
  const retriever = slowly(200, {
    detailsAt: async (positions) => {
      // Those of the first hits are asked for first.
      if (reads++ < 10) await sleep(6000);
      return parts.source.detailsAt(positions);
    },
  });
  const start = performance.now();
  const { first, response } = await asked(retriever);
  expect(first).toEqual([]);
  expect(response.hits).toHaveLength(10);
  expect(performance.now() - start).toBeLessThan(6000);
});

test('of a search that fails, first hits throw nothing', async () => {
  let turn = 0;
  const retriever = slowly(300, {
    detailsAt: async () => {
      turn++;
      throw new Error('no details');
    },
  });
  const { first, response } = await asked(retriever);
  // They are shown with what is known, as the answer is.
  expect(first[0]?.notices.map(({ code }) => code)).toEqual(['details-partial']);
  expect(response.notices.map(({ code }) => code)).toEqual(['details-partial']);
  expect(turn).toBeGreaterThan(10);
});
