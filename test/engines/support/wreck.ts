/** A push that is interrupted or refused: rows until something happens, and what readers see meanwhile. */
import { expect } from 'vitest';
import type { Store, StoreRow } from '../../../src/node/stores/store.ts';
import { infoOf, storeCatalogue } from '../../support/stores/catalogue.ts';
import { publish } from '../../support/stores/contract-answers.ts';
import { wanting } from '../../support/vectors.ts';

export interface Faults {
  open(name: string): Promise<Store>;
  kill(): Promise<void>;
  restart(): Promise<void>;
}

/** The server is killed in the middle of a push: nothing of the current release is lost, and the push goes on later. */
export async function killedDuringPush({ open, kill, restart }: Faults): Promise<void> {
  const { rows, queries } = await storeCatalogue(400, 1);
  const [before, after] = [rows.slice(0, 300), rows.slice(50)];
  const store = await open('killed');
  const first = infoOf('r1', before);
  await publish(store, first, before);
  const second = infoOf('r2', after);
  const draft = await store.begin(second);
  const held = await draft.held();
  const gone = [...held.keys()].filter((id) => !after.some(({ item }) => item.id === id));
  const changed = after.filter(({ item, hash }) => held.get(item.id) !== hash);
  expect(changed.length).toBeGreaterThan(60);
  expect(await draft.upsert(changed.slice(0, 50))).toEqual([]);
  await kill();
  const interrupted = draft.upsert(changed.slice(50));
  const failed = expect(interrupted).rejects.toMatchObject({ name: 'StoreError' });
  await failed;
  await draft.close();
  await store.close();
  await restart();

  const again = await open('killed');
  expect(await again.current()).toEqual(first);
  const pinned = await again.retriever(first);
  const found = await pinned.nearest(queries[0] as Float32Array, wanting(300, { exact: true }));
  expect(found.rows).toHaveLength(300);
  await again.close();
  const later = await open('killed');
  await finishPush(later, second, after, gone);
  const now = await later.retriever(second);
  const all = await now.nearest(queries[0] as Float32Array, wanting(350, { exact: true }));
  expect(new Set(all.rows.map(({ row }) => row.id))).toEqual(
    new Set(after.map(({ item }) => item.id)),
  );
  await later.close();
}

async function finishPush(
  store: Store,
  info: ReturnType<typeof infoOf>,
  rows: readonly StoreRow[],
  gone: readonly string[],
): Promise<void> {
  const draft = await store.begin(info);
  const held = await draft.held();
  // What was written before the server died is there.
  const missing = rows.filter(({ item, hash }) => held.get(item.id) !== hash);
  expect(missing.length).toBeLessThan(rows.length);
  expect(await draft.upsert(missing)).toEqual([]);
  await draft.remove(gone);
  expect(await draft.finish()).toBe(rows.length);
  await draft.publish();
  await draft.close();
}

export interface Refusal {
  readonly name?: string;
  open(name: string): Promise<Store>;
  /** From now on, the server takes no rows, or soon none. */
  begin(): Promise<unknown>;
  /** The server takes rows again. */
  end(): Promise<unknown>;
  /** What the push says. */
  readonly words: RegExp;
  /** Rows of the refused push: more than a full disk can hold. */
  readonly rows?: number;
}

/** The server takes no more rows: the push says why, the current release goes on answering, and the next push finishes it. */
export async function refusedPush({
  name = 'refused',
  open,
  begin,
  end,
  words,
  rows = 400,
}: Refusal): Promise<void> {
  const { rows: after, queries } = await storeCatalogue(rows, 1);
  const before = after.slice(0, 300);
  const store = await open(name);
  const first = infoOf('r1', before);
  await publish(store, first, before);
  const second = infoOf('r2', after);
  await begin();
  const push = publish(store, second, after);
  await expect(push).rejects.toMatchObject({ name: 'StoreError' });
  await expect(push).rejects.toThrow(words);
  await store.close();

  const again = await open(name);
  expect(await again.current()).toEqual(first);
  const pinned = await again.retriever(first);
  const found = await pinned.nearest(queries[0] as Float32Array, wanting(300, { exact: true }));
  expect(new Set(found.rows.map(({ row }) => row.id))).toEqual(
    new Set(before.map(({ item }) => item.id)),
  );
  await end();
  await publish(again, second, after);
  expect(await again.current()).toEqual(second);
  const now = await again.retriever(second);
  expect(now.count).toBe(rows);
  await again.close();
}
