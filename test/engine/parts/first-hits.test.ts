/** First hits: shown after the first wave of a search that takes long, in time before its answer. */
import { beforeAll, expect, test } from 'vitest';
import type { SearchOptions, SearchResponse } from '../../../src/core/contract.ts';
import { MissingFileError } from '../../../src/core/errors.ts';
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

/** A moment that others wait for, on a machine of any speed. */
class Moment {
  come = (): void => undefined;
  readonly hasCome = new Promise<void>((resolve) => {
    this.come = resolve;
  });
}

/** Long after the end of a test: first hits are not due before it. */
const MUCH_LATER = 60_000;

interface Asked {
  readonly query?: number;
  /** Milliseconds by which the search begins later than it says. */
  readonly later?: number;
  readonly signal?: AbortSignal;
  /** Called when first hits are shown. */
  readonly shown?: () => void;
}

async function asked(
  retriever: Retriever,
  options: SearchOptions = {},
  { query = 0, later = 0, signal, shown }: Asked = {},
) {
  const unit = queries[query] as Float32Array;
  const resolved = { unit, plain: unit, own: [], parts: null, soft: false, embedded: null };
  const first: SearchResponse[] = [];
  const onFirstHits = (hits: SearchResponse) => {
    first.push(hits);
    shown?.();
  };
  const start = performance.now();
  const response = await answer(
    resolved,
    checkOptions(options),
    { ...SEARCHED, retriever },
    { start, embedded: start + later },
    { onFirstHits, ...(signal ? { signal } : {}) },
  ).catch((error: Error) => error);
  const before = first.length;
  // Whatever is late comes now; what nobody catches fails the run.
  await sleep(250);
  expect(first.length).toBe(before);
  return { first, outcome: response };
}

/** The same for a search that succeeds. */
async function answered(...args: Parameters<typeof asked>) {
  const { first, outcome } = await asked(...args);
  if (outcome instanceof Error) throw outcome;
  return { first, response: outcome };
}

/** The files of later waves take so many milliseconds, or come after a moment. */
function slowly(wait: number | Moment, changes: Partial<PartsSource> = {}): Retriever {
  const { readPart } = parts.source;
  let turn = 0;
  const wave = made.probing.first;
  return parts.open(
    {},
    {
      readPart: async (role, ref) => {
        const isLater = role !== 'coarse' || turn++ >= wave;
        if (isLater && typeof wait === 'number') await sleep(wait);
        // A filter's postings are read before any shard.
        const isShard = role === 'coarse' || role === 'fine';
        if (isLater && isShard && wait instanceof Moment) await wait.hasCome;
        return readPart(role, ref);
      },
      ...changes,
    },
  );
}

test('a search whose later shards are slow shows the best hits of the first ones, once, with what pages display', async () => {
  let same = 0;
  for (let query = 0; query < 4; query++) {
    const shown = new Moment();
    const { first, response } = await answered(slowly(shown), {}, { query, shown: shown.come });
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
    const plain = await answered(parts.open(), {}, { query });
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
  const { first } = await answered(retriever, {}, { later: MUCH_LATER });
  expect(first).toEqual([]);
  expect(details).toBe(10);
});

test.each([
  ['a later page', { from: 10 }],
  ['an order', { sort: { by: 'tone' } }],
  ['an exact search', { exact: true }],
  ['a rare value, whose items are all in a posting', { filter: { rare: 'yes' } }],
] satisfies [string, SearchOptions][])('%s shows none', async (_, options) => {
  expect((await answered(slowly(200), options)).first).toEqual([]);
});

test('groups and filters are those of the answer', async () => {
  const options = { group: true, filter: { tone: [1, 2, 3] }, facets: ['tone'] };
  const shown = new Moment();
  const { first } = await answered(slowly(shown), options, { shown: shown.come });
  const [early] = first as [SearchResponse];
  expect(early.hits.length).toBeGreaterThan(5);
  expect(new Set(early.hits.map(({ group }) => group)).size).toBe(early.hits.length);
  expect(early.hits.every(({ item }) => [1, 2, 3].includes(item.attributes?.tone as number))).toBe(
    true,
  );
});

test('details that are slow do not hold the answer up, and first hits that are late are dropped', async () => {
  let reads = 0;
  const looked = new Moment();
  const retriever = slowly(looked, {
    detailsAt: async (positions) => {
      // Those of the first hits are asked for first.
      looked.come();
      if (reads++ < 10) await sleep(30_000);
      return parts.source.detailsAt(positions);
    },
  });
  const start = performance.now();
  const { first, response } = await answered(retriever);
  expect(first).toEqual([]);
  expect(response.hits).toHaveLength(10);
  expect(performance.now() - start).toBeLessThan(25_000);
});

test('first hits whose details fail throw nothing', async () => {
  let turn = 0;
  const shown = new Moment();
  const retriever = slowly(shown, {
    detailsAt: async () => {
      turn++;
      throw new Error('no details');
    },
  });
  const { first, response } = await answered(retriever, {}, { shown: shown.come });
  // They are shown with what is known, as the answer is.
  expect(first[0]?.notices.map(({ code }) => code)).toEqual(['details-partial']);
  expect(response.notices.map(({ code }) => code)).toEqual(['details-partial']);
  expect(turn).toBeGreaterThan(10);
});

/** Everything after the first wave fails, once first hits have been shown. */
function failing(shown: Moment, fail: () => Error, isReplaced: boolean): Retriever {
  const { readPart } = parts.source;
  const wave = made.probing.first;
  let turn = 0;
  return parts.open(
    {},
    {
      isReplaced: async () => isReplaced,
      readPart: async (role, ref) => {
        if (role === 'coarse' && turn++ < wave) return readPart(role, ref);
        await shown.hasCome;
        throw fail();
      },
    },
  );
}

test('after first hits, a release that was replaced fails the search, and nothing else', async () => {
  const gone = () => new MissingFileError('coarse-9.bin: it is gone.');
  const shown = new Moment();
  const { first, outcome } = await asked(failing(shown, gone, true), {}, { shown: shown.come });
  expect(first).toHaveLength(1);
  expect(outcome).toBeInstanceOf(MissingFileError);
});

test('after first hits, files that fail leave the answer to the first shards', async () => {
  const broken = () => new Error('the host is down');
  const shown = new Moment();
  const { first, response } = await answered(
    failing(shown, broken, false),
    {},
    { shown: shown.come },
  );
  expect(first).toHaveLength(1);
  expect(response.notices.map(({ code }) => code)).toEqual(['index-partial']);
  expect(response.hits).toHaveLength(10);
});

test('a search that is aborted before first hits rejects, and shows none', async () => {
  const reason = new Error('no longer wanted');
  const end = new AbortController();
  const aborted = new Moment();
  setTimeout(() => {
    end.abort(reason);
    aborted.come();
  }, 50);
  const call = { later: MUCH_LATER, signal: end.signal };
  const { first, outcome } = await asked(slowly(aborted), {}, call);
  expect(outcome).toBe(reason);
  expect(first).toEqual([]);
});

test('a search that is aborted after first hits rejects, and shows no more', async () => {
  const reason = new Error('no longer wanted');
  const end = new AbortController();
  const aborted = new Moment();
  const shown = () => {
    end.abort(reason);
    aborted.come();
  };
  const { first, outcome } = await asked(slowly(aborted), {}, { signal: end.signal, shown });
  expect(outcome).toBe(reason);
  expect(first).toHaveLength(1);
});

test('a search that is disposed of after the first wave rejects, and shows nothing', async () => {
  const retriever = slowly(600);
  setTimeout(() => retriever.dispose(), 50);
  const { first, outcome } = await asked(retriever, {}, { later: MUCH_LATER });
  expect(outcome).toBeInstanceOf(Error);
  expect((outcome as Error).message).toContain('used after dispose()');
  expect(first).toEqual([]);
});
