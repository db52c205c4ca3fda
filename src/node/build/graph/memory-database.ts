/**
 * An in-memory subset of IndexedDB, as used by Emscripten's IDBFS: one database with one store of files. Node has no
 * IndexedDB, and hnswlib-wasm has no other way to output bytes. Files are passed by reference, never copied.
 */

/** A record of IDBFS; a directory has no contents. */
export interface StoredFile {
  readonly timestamp: Date;
  readonly mode: number;
  readonly contents?: Uint8Array;
}

interface Request {
  readonly result?: unknown;
  onsuccess: ((event: { target: { result: unknown } }) => void) | null;
}

export class MemoryDatabase {
  readonly files = new Map<string, StoredFile>();

  open(): Request {
    const request: Request = { result: this, onsuccess: null };
    later(() => request.onsuccess?.({ target: { result: this } }));
    return request;
  }

  transaction() {
    const { files } = this;
    const transaction = { oncomplete: null as (() => void) | null, objectStore: () => store };
    // Completes when all requests are answered, or in the next turn if there are no requests.
    let open = 1;
    const close = () => {
      open--;
      if (open === 0) transaction.oncomplete?.();
    };
    const answer = (result: unknown): Request => {
      const request: Request = { onsuccess: null };
      open++;
      later(() => {
        request.onsuccess?.({ target: { result } });
        close();
      });
      return request;
    };
    const store = {
      get: (path: string) => answer(files.get(path)),
      put(file: StoredFile, path: string) {
        files.set(path, file);
        return answer(path);
      },
      delete(path: string) {
        files.delete(path);
        return answer(undefined);
      },
      index: () => ({ openKeyCursor: () => walk([...files]) }),
    };
    later(close);
    return transaction;
  }
}

/** A cursor over the keys of the index `timestamp`; null at the end. */
function walk(entries: [path: string, file: StoredFile][]): Request {
  const request: Request = { onsuccess: null };
  const step = () =>
    later(() => {
      const next = entries.shift();
      const cursor = next && { primaryKey: next[0], key: next[1].timestamp, continue: step };
      request.onsuccess?.({ target: { result: cursor ?? null } });
    });
  step();
  return request;
}

/** IndexedDB answers asynchronously, after the caller has set its handlers. */
function later(work: () => void): void {
  void Promise.resolve().then(work);
}

/** While `work` runs, `indexedDB` is this database. */
export async function withDatabase<T>(
  database: MemoryDatabase,
  work: () => Promise<T>,
): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB');
  const value = { open: () => database.open() };
  Object.defineProperty(globalThis, 'indexedDB', { configurable: true, writable: true, value });
  try {
    return await work();
  } finally {
    if (before) Object.defineProperty(globalThis, 'indexedDB', before);
    else Reflect.deleteProperty(globalThis, 'indexedDB');
  }
}
