/** What every store does, whatever engine is behind it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkOptions } from '../../../src/core/search/options.ts';
import { findPage } from '../../../src/engine/find-page.ts';
import { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import type { ReleaseInfo, Store, StoreRow } from '../../../src/node/stores/store.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { retrieverContract } from '../../engine/retriever.contract.ts';
import { tableOf } from '../../support/item-table.ts';
import { infoOf, type StoreCatalogue, storeCatalogue } from '../../support/stores/catalogue.ts';
import {
  FILTERS,
  largestDifference,
  publish,
  trueScore,
  variantsOf,
} from '../../support/stores/contract-answers.ts';
import type { ContractOptions, StoreHarness } from '../../support/stores/contract-harness.ts';
import { numberedItems, wanting } from '../../support/vectors.ts';
import { pushContract } from './push.contract.ts';

export type { ContractOptions, StoreHarness } from '../../support/stores/contract-harness.ts';

/** `SWAPS=200 npm run test:engines` takes some minutes longer. */
const SWAPS = Number(process.env.SWAPS ?? 20);

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
        let isExact = true;
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
            isExact &&= got.engine === 'flat';
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
        // Of fewer than 100 hits, a walk through a graph that chance has built may miss one.
        const least = isExact ? 0.99 * wanted : Math.min(0.99 * wanted, wanted - 1);
        expect(found).toBeGreaterThanOrEqual(least);
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

    pushContract({
      open,
      catalogue: () => catalogue,
      harness: () => harness,
      copies,
      swaps,
    });

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
