import { IDBFactory } from 'fake-indexeddb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { MemoryDatabase, withDatabase } from '../../../../src/node/build/graph/memory-database.ts';

const NAME = '/files';

/** What IDBFS does to a database (library_idbfs.js), with all that it hears. */
async function heardFrom(factory: Pick<IDBFactory, 'open'>): Promise<unknown[]> {
  const heard: unknown[] = [];
  const opening = factory.open(NAME, 21);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore('FILE_DATA').createIndex('timestamp', 'timestamp');
  };
  const database = await new Promise<IDBDatabase>((resolve) => {
    opening.onsuccess = () => resolve(opening.result);
  });
  const during = async (
    what: string,
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => Record<string, IDBRequest>,
  ) => {
    const transaction = database.transaction(['FILE_DATA'], mode);
    await new Promise<void>((resolve) => {
      transaction.oncomplete = () => resolve(void heard.push(`${what} complete`));
      for (const [name, request] of Object.entries(ask(transaction.objectStore('FILE_DATA')))) {
        request.onsuccess = (event) => heard.push([name, (event.target as IDBRequest).result]);
      }
    });
  };
  const list = (store: IDBObjectStore) => {
    store.index('timestamp').openKeyCursor().onsuccess = (event) => {
      const cursor = (event.target as IDBRequest<IDBCursor | null>).result;
      heard.push(cursor && [cursor.primaryKey, cursor.key]);
      cursor?.continue();
    };
  };
  // A list ends with null.
  const listed = () => vi.waitFor(() => expect(heard.at(-1)).toBeNull(), { interval: 5 });
  const fileOf = (second: number) => ({
    timestamp: new Date(second * 1000),
    mode: 33206,
    contents: Uint8Array.of(second),
  });
  await during('empty', 'readonly', () => ({}));
  await during('puts', 'readwrite', (store) => ({
    putA: store.put(fileOf(1), '/files/a'),
    putB: store.put(fileOf(2), '/files/b'),
    getA: store.get('/files/a'),
    getNone: store.get('/files/none'),
  }));
  // Listed between two transactions: nobody waits for the end of this one.
  list(database.transaction(['FILE_DATA'], 'readonly').objectStore('FILE_DATA'));
  await listed();
  await during('deletes', 'readwrite', (store) => ({
    again: store.put(fileOf(3), '/files/b'),
    deleteA: store.delete('/files/a'),
    deleteNone: store.delete('/files/none'),
    getA: store.get('/files/a'),
  }));
  list(database.transaction(['FILE_DATA'], 'readonly').objectStore('FILE_DATA'));
  await listed();
  return heard;
}

describe('the database in memory', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const stub = (factory: unknown) => vi.stubGlobal('indexedDB', factory);
  const here = (): IDBFactory => indexedDB;

  test('answers as IndexedDB does', async () => {
    const database = new MemoryDatabase();
    const heard = await withDatabase(database, () => heardFrom(here()));
    expect(heard).toEqual(await heardFrom(new IDBFactory()));
    expect(heard).toContain('empty complete');
    expect([...database.files.keys()]).toEqual(['/files/b']);
  });

  test('hands files over as they are, not copied', async () => {
    const database = new MemoryDatabase();
    const file = { timestamp: new Date(), mode: 33206, contents: new Uint8Array(3) };
    const { put, get } = database.transaction().objectStore();
    put(file, '/files/a');
    const request = get('/files/a');
    const got = await new Promise((resolve) => {
      request.onsuccess = ({ target }) => resolve(target.result);
    });
    expect(got).toBe(file);
  });

  test('replaces IndexedDB while the work runs, not before or after', async () => {
    const real = new IDBFactory();
    stub(real);
    const database = new MemoryDatabase();
    await withDatabase(database, async () => {
      expect(here()).not.toBe(real);
      await heardFrom(here());
    });
    expect(here()).toBe(real);
    expect(await real.databases()).toEqual([]);
    expect(database.files.size).toBe(1);
  });

  test('is removed after a failure, too', async () => {
    const real = new IDBFactory();
    stub(real);
    const failing = withDatabase(new MemoryDatabase(), () => Promise.reject(new Error('x')));
    await expect(failing).rejects.toThrow('x');
    expect(here()).toBe(real);
  });

  test('works without IndexedDB, as in Node', async () => {
    expect('indexedDB' in globalThis).toBe(false);
    await withDatabase(new MemoryDatabase(), async () => {
      expect(await heardFrom(here())).toContain('puts complete');
    });
    expect('indexedDB' in globalThis).toBe(false);
  });
});
