/** In the browser's own IndexedDB. */
import { openDB } from 'idb';
import { afterEach, expect, test, vi } from 'vitest';
import { RECENT_DATABASE } from '../../../src/client/recent/database.ts';
import { deviceQueries, forgetRecentQueries } from '../../../src/client/recent/device-queries.ts';
import { openRecentQueries } from '../../../src/client/recent/recent-queries.ts';
import { item, names, queriesContract } from './queries.contract.ts';

let bundles = 0;
/** Other tests run beside these, over the same database. */
const bundle = () => `https://shop.example/${Date.now()}-${bundles++}/`;

afterEach(() => {
  vi.restoreAllMocks();
});

queriesContract(async () => deviceQueries(bundle()));

test('is there for the next visit, and for another tab', async () => {
  const name = bundle();
  await deviceQueries(name).keep(item('a'));
  const other = deviceQueries(name);
  expect(await names(other)).toEqual(['a']);
  await other.keep(item('b'));
  expect(await names(deviceQueries(name))).toEqual(['b', 'a']);
});

test('records that are not ours are left out, and deleted with the next query', async () => {
  const name = bundle();
  await deviceQueries(name).keep(item('ours'));
  const photo = { kind: 'photo', photo: new Blob(['a']), thumb: new Blob(['b']) };
  const database = await openDB(RECENT_DATABASE);
  for (const record of [
    {},
    { asked: null, at: 1 },
    { asked: { kind: 'words', text: 'blue vase' }, at: 1 },
    { asked: { kind: 'item', id: 7, title: 'x', url: null }, at: 1 },
    { asked: { kind: 'item', id: 'x', title: 'x', url: null }, at: 'yesterday' },
    { asked: { ...photo, view: null }, at: 1 },
    { asked: { ...photo, view: { turns: 9, region: null } }, at: 1 },
    { asked: { ...photo, photo: 'C:\\a.jpg', view: { turns: 0, region: null } }, at: 1 },
  ]) {
    await database.add('queries', { bundle: name, ...record });
  }
  const count = () => database.countFromIndex('queries', 'bundle', name);
  expect(await names(deviceQueries(name))).toEqual(['ours']);
  expect(await count()).toBe(9);
  await deviceQueries(name).keep(item('next'));
  expect(await names(deviceQueries(name))).toEqual(['next', 'ours']);
  expect(await count()).toBe(2);
  database.close();
});

test('each bundle has its own', async () => {
  const [one, two] = [deviceQueries(bundle()), deviceQueries(bundle())];
  for (let i = 0; i < 12; i++) await one.keep(item(`i${i}`));
  await two.keep(item('b'));
  expect([(await one.list()).length, await names(two)]).toEqual([12, ['b']]);
});

test('forgotten, nothing is left on the device, and nobody is in the way', async () => {
  const queries = deviceQueries(bundle());
  await queries.keep(item('a'));
  await forgetRecentQueries();
  expect(await names(queries)).toEqual([]);
  const left = (await indexedDB.databases()).map(({ name }) => name);
  expect(left, 'to look makes no new one').not.toContain('soutu-recent');
});

test.each([
  [
    'blocked',
    () =>
      vi.spyOn(indexedDB, 'open').mockImplementation(() => {
        throw new DOMException('Access is denied.', 'SecurityError');
      }),
  ],
  [
    'full',
    () =>
      vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
        throw new DOMException('No room.', 'QuotaExceededError');
      }),
  ],
])('where storage is %s, queries are kept as long as the page is open', async (_, break_) => {
  break_();
  const queries = openRecentQueries(bundle());
  await queries.keep(item('a'));
  await queries.keep(item('b'));
  expect(await names(queries)).toEqual(['b', 'a']);
  await queries.clear();
  expect(await names(queries)).toEqual([]);
});

test('cleared, what was kept before the storage was full goes from the device, too', async () => {
  const name = bundle();
  await openRecentQueries(name).keep(item('before'));
  const queries = openRecentQueries(name);
  const full = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
    throw new DOMException('No room.', 'QuotaExceededError');
  });
  await queries.keep(item('after'));
  full.mockRestore();
  await queries.clear();
  expect(await names(queries)).toEqual([]);
  expect(await names(deviceQueries(name))).toEqual([]);
});

test('a browser that does not clear is told', async () => {
  vi.spyOn(indexedDB, 'deleteDatabase').mockImplementation(() => {
    throw new DOMException('The disk is broken.', 'UnknownError');
  });
  const words = {
    name: 'StorageError',
    message:
      'The browser did not delete what the search has kept (The disk is broken.). ' +
      "Clear this site's data in the browser's settings.",
  };
  await expect(openRecentQueries(bundle()).clear()).rejects.toMatchObject(words);

  // What was kept before the storage broke is still there.
  const queries = openRecentQueries(bundle());
  await queries.keep(item('before'));
  vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
    throw new DOMException('No room.', 'QuotaExceededError');
  });
  await queries.keep(item('after'));
  await expect(queries.clear()).rejects.toMatchObject(words);
});

test('without a bundle nothing is kept on the device', async () => {
  const opened = vi.spyOn(indexedDB, 'open');
  const queries = openRecentQueries(null);
  await queries.keep(item('a'));
  expect(await names(queries)).toEqual(['a']);
  expect(opened).not.toHaveBeenCalled();
});
