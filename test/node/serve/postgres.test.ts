/** The service over PostgreSQL (PGlite): the answers of a page, and one release whatever is published meanwhile. */
import { afterAll, expect, test } from 'vitest';
import type { SearchOptions, SearchResponse } from '../../../src/core/contract.ts';
import { openStore } from '../../../src/node/stores/open-store.ts';
import { pushTo } from '../../../src/node/stores/push/push.ts';
import type { Store } from '../../../src/node/stores/store.ts';
import { idOf, items, memoryBundle, open, plainOf } from '../../engine/memory-bundle.ts';
import { startPgvector } from '../../support/databases/pglite.ts';
import { f32, served } from './served.ts';

const server = await startPgvector();
afterAll(() => server.stop());

/** Each takes a second, most of it the push. */
const SWAP_MS = 60_000 + Number(process.env.SWAPS ?? 10) * 3000;
/** `SWAPS=200 npx vitest run … test/node/serve/postgres.test.ts` takes some minutes. */
const SWAPS = Number(process.env.SWAPS ?? 10);

const stores: Store[] = [];
afterAll(async () => {
  for (const store of stores) await store.close();
});

async function pushed(name: string, painted = ''): Promise<Store> {
  const store = await openStore(
    `postgres://postgres@127.0.0.1:${server.port}/postgres`,
    { name },
    {},
  );
  stores.push(store);
  await pushTo(store, bundleOf(painted).source);
  return store;
}

/** A release in which every item has one more attribute. */
function bundleOf(painted: string) {
  if (painted === '') return memoryBundle();
  const made = memoryBundle({ attributesOf: (row) => ({ ...items[row]?.attributes, painted }) });
  // As a build, which hashes what a release is made of: the name of the release follows.
  made.source.manifest.mockResolvedValue({ ...made.manifest, inputs: painted } as never);
  return made;
}

const OPTIONS: readonly SearchOptions[] = [
  { size: 12 },
  { group: true, facets: ['*'], ranges: ['*'], filter: { colour: ['red'], price: { lte: 40 } } },
  { sort: { by: 'price' }, from: 5, size: 7 },
];

test('answers are those of a page', async () => {
  const store = await pushed('answers');
  const { ask } = await served({ store });
  const release = await store.current();
  const engine = await open();
  for (const options of OPTIONS) {
    for (const [query, sent] of [
      [{ vector: plainOf(7) }, { vector: f32(plainOf(7)) }],
      [{ id: idOf(9) }, { id: idOf(9) }],
    ] as const) {
      const response = await ask('/search', { query: sent, options, model: release?.model });
      const got = (await response.json()) as SearchResponse;
      const expected = await engine.search(query, options);
      expect(got.hits.map(({ id }) => id)).toEqual(expected.hits.map(({ id }) => id));
      got.hits.forEach(({ score, item }, i) => {
        expect(score).toBeCloseTo(expected.hits[i]?.score ?? Number.NaN, 3);
        expect(item).toEqual(expected.hits[i]?.item);
      });
      const { total, facets, ranges, attributes, thresholds } = expected;
      expect(got).toMatchObject({ total, facets, ranges, thresholds });
      expect(got.attributes).toEqual(attributes);
    }
  }
});

test(
  'searches during swaps are answered by one release each, without an error',
  async () => {
    const store = await pushed('swaps', 'p0');
    const { ask } = await served({ store, refreshMs: 10 });
    let swaps = 0;
    let ended = false;
    const named = new Map<string, string>([[(await store.current())?.release ?? '', 'p0']]);
    const swapper = (async () => {
      for (; swaps < SWAPS; swaps++) {
        const before = await store.current();
        const painted = `p${swaps + 1}`;
        await pushTo(store, bundleOf(painted).source);
        named.set((await store.current())?.release ?? '', painted);
        await store.drop(before?.release ?? '');
      }
    })().finally(() => {
      ended = true;
    });
    swapper.catch(() => undefined);
    const answered: { release: string; colours: string[] }[] = [];
    while (!ended) {
      const response = await ask('/search', {
        query: { id: idOf(3) },
        options: { facets: ['painted'], size: 50 },
      });
      const text = await response.text();
      expect(response.status, text).toBe(200);
      const { hits, facets } = JSON.parse(text) as SearchResponse;
      const seen = hits.map(({ item }) => String(item.attributes?.painted));
      answered.push({
        release: response.headers.get('Soutu-Release') ?? '',
        colours: [...new Set([...seen, ...Object.keys(facets.painted ?? {})])],
      });
    }
    await swapper;
    expect(answered.length).toBeGreaterThan(SWAPS);
    for (const { release, colours } of answered) expect(colours).toEqual([named.get(release)]);
  },
  SWAP_MS,
);
