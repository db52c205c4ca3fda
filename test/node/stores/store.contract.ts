/** What every store does, whatever engine is behind it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ReleaseGoneError } from '../../../src/core/errors.ts';
import { checkOptions } from '../../../src/core/search/options.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import type { ReleaseInfo, Store, StoreRow } from '../../../src/node/stores/store.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { retrieverContract } from '../../engine/retriever.contract.ts';
import { tableOf } from '../../support/item-table.ts';
import {
  infoOf,
  type StoreCatalogue,
  storeCatalogue,
  storeItem,
} from '../../support/stores/catalogue.ts';
import {
  expectedIds,
  FILTERS,
  idsBy,
  largestDifference,
  publish,
  trueScore,
  variantsOf,
} from '../../support/stores/contract-answers.ts';
import type { ContractOptions, StoreHarness } from '../../support/stores/contract-harness.ts';
import { numberedItems, wanting } from '../../support/vectors.ts';

export type { ContractOptions, StoreHarness } from '../../support/stores/contract-harness.ts';

/** `SWAPS=200 npm run test:engines` takes some minutes longer. */
const SWAPS = Number(process.env.SWAPS ?? 20);
const SWAPS_MS = 300_000 + SWAPS * 5000;
/** Releases of the test of swaps that stay besides the current one. */
const KEPT_RELEASES = 5;

export function storeContract(
  name: string,
  start: () => Promise<StoreHarness>,
  {
    rows = 2000,
    cannot = [],
    tolerance = 1e-3,
    filtered = 4,
    swaps = SWAPS,
    copies = true,
    isExact = false,
  }: ContractOptions = {},
): void {
  describe(`${name} as a store`, () => {
    let harness: StoreHarness;
    let catalogue: StoreCatalogue;
    let oracle: FlatRetriever;
    let store: Store;
    let retriever: Retriever;
    const opened: Store[] = [];
    const open = async (of: string) => {
      const one = await harness.open(of);
      opened.push(one);
      return one;
    };

    beforeAll(async () => {
      [harness, catalogue] = await Promise.all([start(), storeCatalogue(rows)]);
      const { vectors, dimension, rows: all } = catalogue;
      oracle = new FlatRetriever(vectors, dimension, tableOf(all.map(({ item }) => item)));
      store = await open('contract');
      await publish(store, catalogue.info, all);
      retriever = await store.retriever(catalogue.info);
    }, 300_000);

    afterAll(async () => {
      retriever?.dispose();
      for (const one of opened) await one.close();
      await harness?.stop();
    });

    if (isExact) {
      let made = 0;
      retrieverContract(name, async (vectors, dimension) => {
        const own = await open(`exact${made++}`);
        const of = numberedItems(vectors.length / dimension).map((item, i) =>
          storeRow(item, vectors.subarray(i * dimension, (i + 1) * dimension)),
        );
        const info = infoOf('r1', of);
        await publish(own, info, of);
        return own.retriever(info);
      });
    }

    test('says what it would make, without a name or password of the owner', () => {
      const plan = store.plan(catalogue.info);
      expect(plan).toContain(String(catalogue.dimension));
      expect(plan).not.toMatch(/secret/);
      expect(store.label).not.toMatch(/secret/);
    });

    test('gives back what was published', async () => {
      expect(await store.current()).toEqual(catalogue.info);
      expect(await store.releases()).toEqual([catalogue.info]);
      expect(retriever).toMatchObject({
        count: rows,
        dimension: catalogue.dimension,
        hasCopies: true,
      });
      expect(await retriever.facets()).toEqual(catalogue.info.facets);
      expect(await retriever.numeric()).toEqual(catalogue.info.numeric);
    });

    test('gives items whole, in the order asked, and one with its vector', async () => {
      const wanted = [7, 0, rows - 1].map((i) => (catalogue.rows[i] as StoreRow).item);
      expect(await retriever.items(wanted.map(({ id }) => id))).toEqual(wanted);
      const { item, vector } = catalogue.rows[7] as StoreRow;
      const got = await retriever.get(item.id);
      expect(got?.item).toEqual(item);
      expect(largestDifference(got?.vector ?? [], vector)).toBeLessThan(1e-6);
      expect(await retriever.get('none')).toBeNull();
    });

    test.each(Object.keys(FILTERS).filter((of) => !cannot.includes(of)))(
      'answers as the exact oracle, filter: %s',
      async (of) => {
        let found = 0;
        let wanted = 0;
        // Each condition with every variant; without conditions, an approximate search is what is measured.
        const tried = of === 'none' ? catalogue.queries : catalogue.queries.slice(0, filtered);
        for (const [q, unit] of tried.entries()) {
          const variants = variantsOf(q, unit, oracle);
          for (const options of variants) {
            const checked = checkOptions({ ...FILTERS[of], ...options });
            const page = (from: Retriever) =>
              findPage(from, unit, [], checked, { match: 0.9, related: 0.5 }, {});
            const [got, exact] = [await page(retriever), await page(oracle)];
            const idsOf = ({ page: hits }: typeof got) => hits.map(({ best }) => best.row.id);
            for (const { best } of got.page) {
              expect(Math.abs(best.score - trueScore(catalogue, best.row.id, unit))).toBeLessThan(
                tolerance,
              );
            }
            const scores = got.page.map(({ best }) => best.score);
            expect(scores).toEqual([...scores].sort((a, b) => b - a));
            expect(new Set(idsOf(got)).size).toBe(got.page.length);
            const came = idsOf(got).filter((id) => got.items?.has(id));
            expect(came.map((id) => got.items?.get(id))).toEqual(await oracle.items(came));
            // A group, whose best member may be another one of the same score, counts by its name.
            const keys = (hits: typeof got) =>
              hits.page.map(({ best }) => (checked.group ? best.row.group : best.row.id));
            const known = new Set(keys(got));
            wanted += exact.page.length;
            found += keys(exact).filter((id) => known.has(id)).length;
            // An approximate search may miss one near the threshold, which the recall counts.
            const isExactAnswer = got.engine === 'flat' && got.totalRelation === 'eq';
            if (isExactAnswer) expect(got.total).toBe(exact.total);
            else expect(got.total).toBeLessThanOrEqual(exact.total);
            if (isExactAnswer || got.totalRelation === 'gte') {
              expect(got.page).toHaveLength(exact.page.length);
            }
          }
        }
        expect(found).toBeGreaterThanOrEqual(0.99 * wanted);
      },
      120_000,
    );

    test.each(cannot)('refuses a filter that it cannot apply: %s', async (of) => {
      const checked = checkOptions(FILTERS[of] ?? {});
      const unit = catalogue.queries[0] as Float32Array;
      const page = findPage(retriever, unit, [], checked, { match: 0.9, related: 0.5 }, {});
      await expect(page).rejects.toMatchObject({ name: 'UsageError' });
      if (of === 'text') expect(retriever.can.words).toBe(false);
    });

    test('counts facets and sorts as the oracle', async () => {
      const unit = catalogue.queries[1] as Float32Array;
      const options = checkOptions({
        filter: { colour: 'red', price: { lte: 40 } },
        facets: ['*'].flatMap(() => catalogue.info.facets),
        ranges: ['price'],
        sort: { by: 'price', order: 'desc' },
      });
      const page = (from: Retriever) =>
        findPage(from, unit, [], options, { match: 0.9, related: 0.5 }, {});
      const [got, exact] = [await page(retriever), await page(oracle)];
      expect({ ...got, engine: 0, page: 0, items: undefined }).toEqual({
        ...exact,
        engine: 0,
        page: 0,
        bestScore: expect.closeTo(exact.bestScore ?? 0, 4),
      });
      expect(got.page.map(({ best }) => best.row.id)).toEqual(
        exact.page.map(({ best }) => best.row.id),
      );
    });

    test('sends changes only: the next release begins with the rows of the current one', async () => {
      const own = await open('changes');
      const before = catalogue.rows.slice(0, 60);
      const first = infoOf('r1', before);
      await publish(own, first, before);
      const pinned = await own.retriever(first);
      const changed = storeRow(
        { ...(before[3] as StoreRow).item, title: 'Anew' },
        (before[4] as StoreRow).vector,
      );
      const added = catalogue.rows[80] as StoreRow;
      const after = [...before.filter((_, i) => i !== 3 && i !== 10), changed, added];
      const second = infoOf('r2', after);
      const draft = await own.begin(second);
      const copied = copies ? before : [];
      expect(await draft.held()).toEqual(new Map(copied.map(({ item, hash }) => [item.id, hash])));
      if (!copies) expect(await draft.upsert(before)).toEqual([]);
      expect(await draft.upsert([changed, added])).toEqual([]);
      await draft.remove([(before[10] as StoreRow).item.id]);
      expect(await draft.finish()).toBe(after.length);
      // Nobody sees the draft.
      expect(await own.current()).toEqual(first);
      await draft.publish();
      await draft.close();
      expect(await own.current()).toEqual(second);
      const now = await own.retriever(second);
      expect(now.count).toBe(after.length);
      expect(await idsBy(now, changed.vector)).toEqual(expectedIds(after, changed.vector));
      expect((await now.get(changed.item.id))?.item.title).toBe('Anew');
      expect(await now.get((before[10] as StoreRow).item.id)).toBeNull();
      // A search that began before goes on with its own release.
      expect(await idsBy(pinned, changed.vector)).toEqual(expectedIds(before, changed.vector));
      expect((await own.releases()).map(({ release }) => release)).toEqual(['r1', 'r2']);
      await own.drop('r1');
      expect(await own.releases()).toEqual([second]);
      await expect(idsBy(pinned, changed.vector)).rejects.toThrow(ReleaseGoneError);
      await expect(pinned.get(added.item.id)).rejects.toThrow(ReleaseGoneError);
      await expect(pinned.items([added.item.id])).rejects.toThrow(ReleaseGoneError);
      await expect(own.drop('r2')).rejects.toMatchObject({ name: 'StoreError' });
      await expect(own.drop('r9')).rejects.toMatchObject({ name: 'StoreError' });
      await expect(own.begin(second)).rejects.toMatchObject({ name: 'StoreError' });
    }, 120_000);

    test('takes no rows from a release of another space, and leaves nothing of an abandoned one', async () => {
      const own = await open('spaces');
      const some = catalogue.rows.slice(0, 20);
      const first = infoOf('r1', some);
      await publish(own, first, some);
      for (const more of [{ centre: 'other' }, { model: 'vgg16/1' }]) {
        const draft = await own.begin(infoOf('r2', some, more));
        expect([...(await draft.held()).keys()]).toEqual([]);
        await draft.abandon();
      }
      const short = some.map(({ item, vector }) => storeRow(item, vector.slice(0, 8)));
      const draft = await own.begin(infoOf('r3', short));
      expect([...(await draft.held()).keys()]).toEqual([]);
      expect(await draft.upsert(short)).toEqual([]);
      expect(await draft.finish()).toBe(20);
      await draft.abandon();
      await draft.close();
      expect(await own.releases()).toEqual([first]);
      expect(await own.current()).toEqual(first);
    }, 120_000);

    test('goes on with a release that was begun and not published', async () => {
      const own = await open('resumed');
      const some = catalogue.rows.slice(0, 30);
      const info = infoOf('r1', some);
      const begun = await own.begin(info);
      await begun.upsert(some.slice(0, 20));
      await begun.close();
      expect(await own.current()).toBeNull();
      const draft = await own.begin(info);
      expect([...(await draft.held()).keys()].sort()).toEqual(
        some
          .slice(0, 20)
          .map(({ item }) => item.id)
          .sort(),
      );
      await draft.upsert(some.slice(20));
      expect(await draft.finish()).toBe(30);
      await draft.publish();
      await draft.close();
      expect(await idsBy(await own.retriever(info), (some[25] as StoreRow).vector)).toEqual(
        expectedIds(some, (some[25] as StoreRow).vector),
      );
    }, 120_000);

    test(
      'during swaps, every answer is of one release',
      async () => {
        const own = await open('swaps');
        const of = (release: string) =>
          catalogue.rows
            .slice(0, 30)
            .map(({ item, vector }) => storeRow({ ...item, attributes: { release } }, vector));
        const infos = ['r1', 'r2'].map((release) => infoOf(release, of(release)));
        for (const info of infos) await publish(own, info, of(info.release));
        let isDone = false;
        let answers = 0;
        const seen = new Set<string>();
        const search = async () => {
          while (!isDone) {
            const current = (await own.current()) as ReleaseInfo;
            const pinned = await own.retriever(current);
            const { rows: hits } = await pinned.nearest(
              catalogue.queries[0] as Float32Array,
              wanting(10),
            );
            const releases = new Set(hits.map(({ row }) => row.attribute('release')));
            expect([...releases]).toEqual([current.release]);
            seen.add(current.release);
            pinned.dispose();
            answers++;
          }
        };
        const searches = [search(), search()];
        for (let i = 0; i < swaps; i++) {
          // Each is a push of a new name with the rows of the first or the second.
          const release = `s${i}`;
          const all = of(release);
          await publish(own, infoOf(release, all), all);
          // Searches are pinned to the last releases.
          if (i >= KEPT_RELEASES) await own.drop(`s${i - KEPT_RELEASES}`);
        }
        isDone = true;
        await Promise.all(searches);
        expect(answers).toBeGreaterThan(2);
        expect(seen.size).toBeGreaterThan(1);
        expect((await own.current())?.release).toBe(`s${swaps - 1}`);
      },
      SWAPS_MS,
    );

    test('reports each row that the engine refuses, and stores the others', async () => {
      const own = await open('refusals');
      const [first, second] = catalogue.rows as [StoreRow, StoreRow];
      const bad = storeRow(
        { ...storeItem(1), id: 'zero' },
        new Float32Array(catalogue.dimension).fill(Number.NaN),
      );
      const draft = await own.begin(infoOf('r1', [first, second, bad]));
      const failures = await draft.upsert([first, bad, second]);
      expect(failures.map(({ id }) => id)).toEqual(['zero']);
      expect(failures[0]?.reason).not.toBe('');
      expect(await draft.finish()).toBe(2);
      await draft.abandon();
      await draft.close();
    });

    test('a push of a name that is being pushed is refused', async ({ skip }) => {
      if (!harness.locks) skip('the engine here has one session only');
      const [one, other] = [await open('locked'), await open('locked')];
      const some = catalogue.rows.slice(0, 5);
      const draft = await one.begin(infoOf('r1', some));
      await expect(other.begin(infoOf('r2', some))).rejects.toThrow(/another push/);
      await draft.abandon();
      await draft.close();
      const next = await other.begin(infoOf('r2', some));
      await next.abandon();
      await next.close();
    });

    test('a connection that breaks during a push is opened again', async ({ skip }) => {
      if (!harness.breakConnections) skip('there are no connections');
      const own = await open('broken');
      const some = catalogue.rows.slice(0, 40);
      const info = infoOf('r1', some);
      const draft = await own.begin(info);
      await draft.upsert(some.slice(0, 20));
      await harness.breakConnections?.();
      expect(await draft.upsert(some.slice(20))).toEqual([]);
      await harness.breakConnections?.();
      expect(await draft.finish()).toBe(40);
      await harness.breakConnections?.();
      await draft.publish();
      await draft.close();
      const now = await own.retriever(info);
      await harness.breakConnections?.();
      expect(await idsBy(now, (some[0] as StoreRow).vector)).toEqual(
        expectedIds(some, (some[0] as StoreRow).vector),
      );
    }, 120_000);

    test('a wrong password is refused without being quoted', async ({ skip }) => {
      if (!harness.refused) skip('the engine here has no passwords');
      const { open: openRefused, words } = harness.refused as NonNullable<StoreHarness['refused']>;
      const attempt = (async () => {
        const one = await openRefused();
        opened.push(one);
        return one.current();
      })();
      await expect(attempt).rejects.toMatchObject({ name: 'StoreError' });
      await expect(attempt).rejects.toThrow(words);
      await expect(attempt).rejects.not.toThrow(/secret/);
    });

    test('a user who may only read searches, and cannot push', async ({ skip }) => {
      if (!harness.readOnly) skip('the engine here has no such users');
      const { open: openReadOnly, words } = harness.readOnly as NonNullable<
        StoreHarness['readOnly']
      >;
      const own = await openReadOnly('contract');
      opened.push(own);
      const current = (await own.current()) as ReleaseInfo;
      expect(current).toEqual(catalogue.info);
      const pinned = await own.retriever(current);
      const unit = catalogue.queries[0] as Float32Array;
      expect((await pinned.nearest(unit, wanting(5))).rows).toHaveLength(5);
      const begun = own.begin(infoOf('r2', catalogue.rows.slice(0, 3)));
      await expect(begun).rejects.toMatchObject({ name: 'StoreError' });
      await expect(begun).rejects.toThrow(words);
    });
  });
}
