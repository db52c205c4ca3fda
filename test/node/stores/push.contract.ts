/** What pushes to every store do: changes, releases that swap, and pushes that stop, collide or are refused. */
import { expect, test } from 'vitest';
import { ReleaseGoneError } from '../../../src/core/errors.ts';
import type { ReleaseInfo, Store, StoreRow } from '../../../src/node/stores/store.ts';
import { storeRow } from '../../../src/node/stores/store-row.ts';
import { infoOf, type StoreCatalogue, storeItem } from '../../support/stores/catalogue.ts';
import { expectedIds, idsBy, publish } from '../../support/stores/contract-answers.ts';
import type { StoreHarness } from '../../support/stores/contract-harness.ts';
import { wanting } from '../../support/vectors.ts';

/** Releases of the test of swaps that stay besides the current one. */
const KEPT_RELEASES = 5;

export interface PushContract {
  /** Opens the store of this name, and closes it after the tests. */
  readonly open: (name: string) => Promise<Store>;
  readonly catalogue: () => StoreCatalogue;
  readonly harness: () => StoreHarness;
  /** Whether a release begins with the rows of the current one. */
  readonly copies: boolean;
  readonly swaps: number;
}

export function pushContract({ open, catalogue, harness, copies, swaps }: PushContract): void {
  const swapsMs = 300_000 + swaps * 5000;

  test('sends changes only: the next release begins with the rows of the current one', async () => {
    const own = await open('changes');
    const before = catalogue().rows.slice(0, 60);
    const first = infoOf('r1', before);
    await publish(own, first, before);
    const pinned = await own.retriever(first);
    const changed = storeRow(
      { ...(before[3] as StoreRow).item, title: 'Anew' },
      (before[4] as StoreRow).vector,
    );
    const added = catalogue().rows[80] as StoreRow;
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
    const refused = (message: RegExp) => ({
      name: 'StoreError',
      message: expect.stringMatching(message),
    });
    await expect(own.drop('r2')).rejects.toMatchObject(
      refused(/: release r2 is current\. Publish another one first\.$/),
    );
    await expect(own.drop('r9')).rejects.toMatchObject(
      refused(/: there is no release r9 of "[^"]+"\.$/),
    );
    await expect(own.begin(second)).rejects.toMatchObject(
      refused(/: release r2 is already published\.$/),
    );
  });

  test('takes no rows from a release of another space, and leaves nothing of an abandoned one', async () => {
    const own = await open('spaces');
    const some = catalogue().rows.slice(0, 20);
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
  });

  test('goes on with a release that was begun and not published', async () => {
    const own = await open('resumed');
    const some = catalogue().rows.slice(0, 30);
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
  });

  test(
    'during swaps, every answer is of one release',
    async () => {
      const own = await open('swaps');
      const of = (release: string) =>
        catalogue()
          .rows.slice(0, 30)
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
            catalogue().queries[0] as Float32Array,
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
    swapsMs,
  );

  test('reports each row that the engine refuses, and stores the others', async () => {
    const own = await open('refusals');
    const [first, second] = catalogue().rows as [StoreRow, StoreRow];
    const bad = storeRow(
      { ...storeItem(1), id: 'zero' },
      new Float32Array(catalogue().dimension).fill(Number.NaN),
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
    if (!harness().locks) skip('the engine here has one session only');
    const [one, other] = [await open('locked'), await open('locked')];
    const some = catalogue().rows.slice(0, 5);
    const draft = await one.begin(infoOf('r1', some));
    await expect(other.begin(infoOf('r2', some))).rejects.toThrow(/another push/);
    await draft.abandon();
    await draft.close();
    const next = await other.begin(infoOf('r2', some));
    await next.abandon();
    await next.close();
  });

  test('a connection that breaks during a push is opened again', async ({ skip }) => {
    if (!harness().breakConnections) skip('there are no connections');
    const own = await open('broken');
    const some = catalogue().rows.slice(0, 40);
    const info = infoOf('r1', some);
    const draft = await own.begin(info);
    await draft.upsert(some.slice(0, 20));
    await harness().breakConnections?.();
    expect(await draft.upsert(some.slice(20))).toEqual([]);
    await harness().breakConnections?.();
    expect(await draft.finish()).toBe(40);
    await harness().breakConnections?.();
    await draft.publish();
    await draft.close();
    const now = await own.retriever(info);
    await harness().breakConnections?.();
    expect(await idsBy(now, (some[0] as StoreRow).vector)).toEqual(
      expectedIds(some, (some[0] as StoreRow).vector),
    );
  });
}
