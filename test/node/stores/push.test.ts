/** A push from a bundle into a store in this process; real engines: store.contract.ts. */
import { expect, test } from 'vitest';
import { checkOptions } from '../../../src/core/search/options.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import type { PushReporter } from '../../../src/node/stores/push/options.ts';
import { describePush, push, pushTo } from '../../../src/node/stores/push/push.ts';
import type { ReleaseInfo } from '../../../src/node/stores/store.ts';
import {
  COUNT,
  DIMENSION,
  items,
  lessCentre,
  memoryBundle,
  plainAnswer,
  plainOf,
  stored,
} from '../../engine/memory-bundle.ts';
import { MemoryEngine } from '../../support/stores/memory-store.ts';
import { wanting } from '../../support/vectors.ts';

const bundle = memoryBundle;
/** The same catalogue, with other attributes of a few items. */
const changed = (rows: readonly number[]) =>
  memoryBundle({
    attributesOf: (row) => ({
      ...items[row]?.attributes,
      ...(rows.includes(row) ? { is: 'new' } : {}),
    }),
  });

function recorder() {
  const lines: string[] = [];
  let last = 0;
  const reporter: PushReporter = {
    stage: (name, total) => lines.push(total === undefined ? name : `${name} ${total}`),
    step: (done) => {
      expect(done).toBeGreaterThanOrEqual(last);
      last = done;
    },
    warn: (line) => lines.push(line),
  };
  return { lines, reporter, last: () => last };
}

test('every item is sent with the vector that a page compares, and the answers are those of a page', async () => {
  const engine = new MemoryEngine();
  const store = engine.open();
  const { lines, reporter, last } = recorder();
  const summary = await pushTo(store, bundle().source, { reporter });
  expect(summary).toMatchObject({
    store: 'memory://soutu',
    published: true,
    items: COUNT,
    sent: COUNT,
    unchanged: 0,
    removed: 0,
    failures: [],
    dropped: [],
  });
  expect(lines).toEqual([`Pushing ${COUNT}`, 'Indexing and counting']);
  expect(last()).toBe(COUNT);
  const info = (await store.current()) as ReleaseInfo;
  expect(info).toMatchObject({
    release: summary.release,
    count: COUNT,
    dimension: DIMENSION,
    hasCopies: false,
  });
  expect(info.release).toMatch(/^[0-9a-f]{16}$/);
  expect(info.facets).toEqual(['colour']);
  expect(info.numeric).toEqual(['price']);
  expect(JSON.parse(info.manifest)).toMatchObject({ items: { count: COUNT } });
  expect(info.manifest).not.toContain('columns');
  const retriever = await store.retriever(info);
  for (const row of [0, 1, 250]) {
    const got = await retriever.get(items[row]?.id ?? '');
    // The archive here rounds vectors that no build would give it; stored are the others.
    const off = Array.from(got?.vector ?? [], (x, i) =>
      Math.abs(x - (stored[row * DIMENSION + i] ?? 0)),
    );
    expect(off).toHaveLength(DIMENSION);
    expect(Math.max(...off)).toBeLessThan(1e-3);
    expect(got?.item).toEqual(items[row]);
  }
  const unit = lessCentre(plainOf(17));
  const options = { group: true, filter: { colour: ['red', 'blue'] }, size: 8, from: 4 };
  const page = await findPage(
    retriever,
    unit,
    [],
    checkOptions(options),
    { match: 0.6, related: 0.3 },
    {},
  );
  const expected = plainAnswer(unit, options);
  expect(page.page.map(({ best }) => best.row.id)).toEqual(expected.hits.map(({ id }) => id));
  expect(page.total).toBe(expected.total);
});

test('the next push sends what has changed; the same bundle is not sent again', async () => {
  const engine = new MemoryEngine();
  const store = engine.open();
  const first = await pushTo(store, bundle().source);
  expect(await pushTo(store, bundle().source)).toMatchObject({
    published: false,
    release: first.release,
    sent: 0,
    unchanged: COUNT,
  });
  expect(engine.sent).toBe(COUNT);
  const second = await pushTo(store, changed([3, 200]).source);
  expect(second).toMatchObject({
    published: true,
    sent: 2,
    unchanged: COUNT - 2,
    removed: 0,
    dropped: [],
  });
  expect(engine.sent).toBe(COUNT + 2);
  expect((await store.releases()).map(({ release }) => release)).toEqual([
    first.release,
    second.release,
  ]);
  const third = await pushTo(store, changed([3]).source, { dropOld: true });
  expect(third).toMatchObject({ sent: 1, dropped: [first.release, second.release] });
  expect((await store.releases()).map(({ release }) => release)).toEqual([third.release]);
});

test('refused items are reported with their reasons, and nothing is published', async () => {
  const engine = new MemoryEngine();
  const store = engine.open();
  const first = await pushTo(store, bundle().source);
  engine.refused.set('item-003', 'too odd');
  engine.refused.set('item-200', 'too long');
  const { lines, reporter } = recorder();
  const next = changed([3, 200, 300]).source;
  await expect(pushTo(store, next, { reporter })).rejects.toMatchObject({
    name: 'FailuresError',
    message:
      'memory://soutu refused 2 of 400 items (the first: item-003: too odd), more than the 0 that may fail ' +
      '(--max-failures). Nothing was published: the previous release stays current.',
  });
  expect(lines).toContain('Refused by the engine: item-003 (too odd)');
  expect(lines).toContain('Refused by the engine: item-200 (too long)');
  expect(lines.at(-1)).not.toMatch(/--drop/);
  expect((await store.releases()).map(({ release }) => release)).toEqual([first.release]);
  await expect(pushTo(store, next, { maxFailures: '0.4%' })).rejects.toThrow(
    /more than the 0\.4% that may fail/,
  );
  const allowed = await pushTo(store, next, { maxFailures: '0.5%' });
  expect(allowed).toMatchObject({
    published: true,
    sent: 1,
    removed: 0,
    failures: [
      { id: 'item-003', reason: 'too odd' },
      { id: 'item-200', reason: 'too long' },
    ],
  });
  // Not as it was before.
  const retriever = await store.retriever((await store.current()) as ReleaseInfo);
  expect(await retriever.get('item-003')).toBeNull();
  expect((await retriever.nearest(lessCentre(plainOf(3)), wanting(COUNT - 2))).rows).toHaveLength(
    COUNT - 2,
  );
});

test('an engine that finds another number of items publishes nothing', async () => {
  const engine = new MemoryEngine();
  const store = engine.open();
  const begin = store.begin.bind(store);
  store.begin = async (info) => ({ ...(await begin(info)), finish: async () => COUNT - 1 });
  const { lines, reporter } = recorder();
  await expect(pushTo(store, bundle().source, { reporter })).rejects.toThrow(
    'memory://soutu: 400 items were sent, and the engine finds 399. Nothing was published.',
  );
  const [begun] = await store.releases();
  expect(lines.at(-1)).toBe(
    `Release ${begun?.release} was begun and is not published. The next push goes on with it; to delete it: ` +
      `soutu push --drop ${begun?.release}`,
  );
  expect(await store.current()).toBeNull();
  // What was written stays, and the next push goes on with it.
  store.begin = begin;
  expect(await pushTo(store, bundle().source)).toMatchObject({
    published: true,
    sent: 0,
    unchanged: COUNT,
  });
});

test('vectors of another model are refused unless the owner says so', async () => {
  const engine = new MemoryEngine();
  const store = engine.open();
  await pushTo(store, bundle().source);
  const current = store.current.bind(store);
  store.current = async () => ({
    ...((await current()) as ReleaseInfo),
    model: 'other',
    dimension: 8,
  });
  const { source } = changed([1]);
  await expect(pushTo(store, source)).rejects.toMatchObject({
    name: 'StoreError',
    message: expect.stringMatching(
      /^memory:\/\/soutu: the current release has vectors of another model \(8 numbers, other; the bundle 16, [0-9a-f]{16}\)\. .+ --name, or publish it all the same with --new-model\.$/,
    ),
  });
  expect(await pushTo(store, source, { newModel: true })).toMatchObject({ published: true });
});

test('a dry run says what would be made, and shortens vectors', async () => {
  const store = new MemoryEngine().open();
  const { plan, release, first } = await describePush(store, bundle().source);
  expect(plan).toContain('vectors with 16 numbers');
  expect(first).toHaveLength(3);
  expect(first[0]).toMatchObject({
    item: items[0],
    hash: expect.stringMatching(/^[0-9a-f]{32}$/),
    vector: expect.stringMatching(/^(-?\d\.\d{4}, ){4}… \(16 numbers\)$/),
  });
  expect(release.count).toBe(COUNT);
  expect(await store.current()).toBeNull();
});

test.each([
  [{ to: 'redis://h' }, 'Push option "folder" is missing.'],
  [{ folder: 'x' }, 'Push option "to" is missing.'],
  [
    { folder: 'x', to: 'y', maxFailures: 'many' },
    'must be a whole number of items, or a share such as "2%", got "many".',
  ],
  [{ folder: 'x', to: 'y', shard: 2 }, 'Push option "shard" is unknown. Did you mean "shards"?'],
  [
    { folder: 'x', to: 'y', reporter: {} },
    'must be an object with the functions stage, step and warn, got {}.',
  ],
  [{ folder: 'x', to: 'y', m: 1 }, 'Push option "m" must be a whole number from 2 to 100, got 1.'],
])('push(%j) is refused', async (options, words) => {
  const attempt = push(options as Parameters<typeof push>[0]);
  await expect(attempt).rejects.toMatchObject({ name: 'UsageError' });
  await expect(attempt).rejects.toThrow(words);
});
