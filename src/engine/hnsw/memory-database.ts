/**
 * IndexedDB in memory: as much of it as Emscripten's IDBFS asks for, one database with one store of files.
 * hnswlib-wasm gets it in place of the browser's, because there
 *
 * - the tabs of one origin share the database and read each other's files: the wrong graph, or none;
 * - every visit would write the graph and all vectors to the disk, and a closed tab would leave them there;
 * - what fails (storage blocked, full, cleared meanwhile) is never told: IDBFS' handlers for errors throw.
 *
 * Everything is handed over by reference; nothing is copied.
 */

/** What IDBFS keeps of a file; a directory has no contents. */
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
    // Complete when all that was asked is answered, or in the next turn where nothing is asked.
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

/** A cursor over the keys of the index `timestamp`, and null at the end. */
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

/** As IndexedDB answers: not before the handlers are set. */
function later(work: () => void): void {
  void Promise.resolve().then(work);
}

interface Factory {
  open(name: string, ...rest: unknown[]): unknown;
}

/** While `work` runs, the database `name` is this one; all others stay the browser's. */
export async function withDatabase<T>(
  name: string,
  database: MemoryDatabase,
  work: () => Promise<T>,
): Promise<T> {
  const globals = globalThis as { indexedDB?: Factory };
  const before = Object.getOwnPropertyDescriptor(globals, 'indexedDB');
  const real = realFactory(globals);
  const value = new Proxy(real ?? ({} as Factory), {
    get(target, key) {
      if (key === 'open') {
        return (wanted: string, ...rest: unknown[]) => {
          if (wanted === name) return database.open();
          if (!real) throw new Error('there is no IndexedDB here');
          return real.open(wanted, ...rest);
        };
      }
      // The browser's methods refuse to be called on a proxy.
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  Object.defineProperty(globals, 'indexedDB', { configurable: true, writable: true, value });
  try {
    return await work();
  } finally {
    if (before) Object.defineProperty(globals, 'indexedDB', before);
    else delete globals.indexedDB;
  }
}

/** Some browsers throw where storage is blocked, as soon as it is looked at. */
function realFactory(globals: { readonly indexedDB?: Factory }): Factory | undefined {
  try {
    return globals.indexedDB;
  } catch {
    return undefined;
  }
}
