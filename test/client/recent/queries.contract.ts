/** What every keeper of recent queries must do. */
import { expect, test } from 'vitest';
import type { Asked, RecentQueries } from '../../../src/client/recent/query.ts';
import { WHOLE_PHOTO } from '../../../src/core/image/view.ts';

export const item = (id: string): Asked => ({
  kind: 'item',
  id,
  title: `Title of ${id}`,
  url: null,
});

export const photo = (text: string): Asked => ({
  kind: 'photo',
  photo: new Blob([text], { type: 'image/webp' }),
  thumb: new Blob([`small ${text}`], { type: 'image/webp' }),
  view: { ...WHOLE_PHOTO, turns: 1 },
});

export async function names(queries: RecentQueries): Promise<string[]> {
  const list = await queries.list();
  return Promise.all(
    list.map(({ asked }) => (asked.kind === 'item' ? asked.id : asked.photo.text())),
  );
}

export function queriesContract(open: () => Promise<RecentQueries>): void {
  test('lists the latest first, with all that was kept', async () => {
    const queries = await open();
    expect(await queries.list()).toEqual([]);
    const before = Date.now();
    await queries.keep(photo('first'));
    await queries.keep(item('second'));
    expect(await names(queries)).toEqual(['second', 'first']);
    const [, first] = await queries.list();
    if (first?.asked.kind !== 'photo') throw new Error('Expected a photo.');
    expect([first.asked.view, first.asked.photo.type, await first.asked.thumb.text()]).toEqual([
      { turns: 1, region: null },
      'image/webp',
      'small first',
    ]);
    expect(first.at).toBeGreaterThanOrEqual(before);
  });

  test('keeps twelve, and the oldest goes', async () => {
    const queries = await open();
    for (let i = 1; i <= 14; i++) await queries.keep(item(`i${i}`));
    expect(await names(queries)).toEqual(Array.from({ length: 12 }, (_, i) => `i${14 - i}`));
  });

  test('a query may take the place of an earlier one, and comes to the front', async () => {
    const queries = await open();
    const key = await queries.keep(photo('whole'));
    await queries.keep(item('other'));
    await queries.keep(photo('part'), key);
    expect(await names(queries)).toEqual(['part', 'other']);
  });

  test('an item that is asked for again is there once', async () => {
    const queries = await open();
    for (const id of ['a', 'b', 'a']) await queries.keep(item(id));
    expect(await names(queries)).toEqual(['a', 'b']);
  });

  test('cleared it is empty, and goes on', async () => {
    const queries = await open();
    await queries.keep(item('a'));
    await queries.clear();
    expect(await names(queries)).toEqual([]);
    await queries.keep(item('b'));
    expect(await names(queries)).toEqual(['b']);
  });
}
