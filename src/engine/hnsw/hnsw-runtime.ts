/**
 * The door to hnswlib-wasm (https://github.com/ShravanSunder/hnswlib-wasm). It has no way to take or give
 * bytes: its files live in an IndexedDB database that Emscripten's IDBFS mirrors. So a file goes in by a
 * record there and a sync, and comes out the same way; nothing is left behind.
 */
import { messageOf, SoutuError } from '../../core/errors.ts';
import { quietly } from './quietly.ts';

/** What we use of the package. The module is handed in: Node and workers import it differently. */
export interface HnswlibModule {
  loadHnswlib(): Promise<HnswlibLibrary>;
  syncFileSystem(action: 'read' | 'write'): Promise<void>;
  waitForFileSystemSynced(): Promise<void>;
}

interface HnswlibLibrary {
  readonly HierarchicalNSW: HnswlibIndexClass;
  readonly EmscriptenFileSystemManager: { isSynced(): boolean };
  /** Called at the end of every sync. */
  setIdbfsSynced(ok: boolean): void;
}

type HnswlibIndexClass = new (
  space: 'ip',
  dimension: number,
  autoSaveFilename: string,
) => HnswlibIndex;

export interface HnswlibIndex {
  initIndex(maxElements: number, M: number, efConstruction: number, seed: number): void;
  addPoint(vector: Float32Array, label: number, replaceDeleted: boolean): void;
  readIndex(filename: string, maxElements: number): Promise<boolean>;
  writeIndex(filename: string): Promise<boolean>;
  setEfSearch(ef: number): void;
  searchKnn(
    query: Float32Array,
    k: number,
    filter: ((label: number) => boolean) | undefined,
  ): { distances: number[]; neighbors: number[] };
  delete(): void;
}

const DATABASE = '/hnswlib-index';
const STORE = 'FILE_DATA';
/** Emscripten's IDBFS.DB_VERSION; opened with the same, the database is made as IDBFS would make it. */
const DATABASE_VERSION = 21;
/** A regular file, rw-rw-rw-. */
const FILE_MODE = 33206;
/** Leftovers of a tab that was closed half-way are older than this. */
const STALE_MS = 10 * 60_000;
const OWN_NAME = /^index-(\d+)-\w+$/;

export class HnswRuntime {
  readonly #module: HnswlibModule;
  readonly #Index: HnswlibIndexClass;
  // One file name and one file system: whoever comes second waits.
  #queue: Promise<unknown> = Promise.resolve();
  // A name of its own: another tab of the origin shares the database.
  readonly #name = `index-${Date.now()}-${Math.random().toString(36).slice(2)}`;
  #onSynced: (ok: boolean) => void = () => undefined;

  private constructor(module: HnswlibModule, library: HnswlibLibrary) {
    this.#module = module;
    this.#Index = library.HierarchicalNSW;
    // hnswlib-wasm watches one flag for all syncs, so the end of one passes for the end of another that
    // still moves files. Each end is heard here instead.
    const setSynced = library.setIdbfsSynced;
    library.setIdbfsSynced = (ok) => {
      setSynced(ok);
      this.#onSynced(ok);
    };
  }

  /**
   * @throws SoutuError `IndexError` where it cannot start: under a CSP without 'unsafe-eval', or where
   * IndexedDB is blocked
   */
  static async load(importModule: () => Promise<unknown>): Promise<HnswRuntime> {
    try {
      // Asked first: without a database hnswlib-wasm polls for one, in vain.
      await sweepLeftovers();
      return await quietly(async () => {
        const module = (await importModule()) as HnswlibModule;
        const library = await module.loadHnswlib();
        // Loading starts a sync, and does not always wait for it.
        if (!library.EmscriptenFileSystemManager.isSynced()) await module.waitForFileSystemSynced();
        return new HnswRuntime(module, library);
      });
    } catch (error) {
      throw new SoutuError('IndexError', `hnswlib-wasm cannot start: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** An empty index in memory; inner product, which for unit vectors is the cosine. */
  create(dimension: number): HnswlibIndex {
    return new this.#Index('ip', dimension, '');
  }

  /** The bytes of hnswlib's file of an index. */
  save(index: HnswlibIndex): Promise<Uint8Array> {
    return this.#alone(async () => {
      // Syncs by itself, and does not wait for it.
      await this.#synced(() => index.writeIndex(this.#name));
      const record = await withStore('readonly', (store) => store.get(this.#key));
      await this.#forget();
      const { contents } = (record ?? {}) as { contents?: Uint8Array };
      if (!contents) throw new SoutuError('IndexError', 'hnswlib-wasm wrote no file.');
      return contents;
    });
  }

  /** An index from the bytes of hnswlib's file. */
  open(file: Uint8Array, dimension: number, count: number): Promise<HnswlibIndex> {
    return this.#alone(async () => {
      const record = { timestamp: new Date(), mode: FILE_MODE, contents: file };
      await withStore('readwrite', (store) => store.put(record, this.#key));
      const index = this.create(dimension);
      try {
        await this.#synced(() => this.#module.syncFileSystem('read'));
        await index.readIndex(this.#name, count);
        return index;
      } catch (error) {
        index.delete();
        // What C++ throws has no words of its own here.
        throw new SoutuError(
          'IndexError',
          `hnswlib-wasm cannot read the graph (${file.length} bytes for ${count} vectors of ${dimension} ` +
            'numbers). Build the bundle again.',
          { cause: error },
        );
      } finally {
        await this.#forget();
      }
    });
  }

  get #key(): string {
    return `${DATABASE}/${this.#name}`;
  }

  /** Takes the file out of the database and out of the file system in memory. */
  async #forget(): Promise<void> {
    await withStore('readwrite', (store) => store.delete(this.#key));
    await this.#synced(() => this.#module.syncFileSystem('read'));
  }

  /** Runs what starts one sync, and waits until that sync has ended. */
  async #synced(start: () => unknown): Promise<void> {
    const ended = new Promise<boolean>((resolve) => {
      this.#onSynced = resolve;
    });
    const [ok] = await Promise.all([ended, start()]);
    if (!ok) throw new SoutuError('IndexError', 'hnswlib-wasm cannot sync its files.');
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(() => quietly(work));
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** IndexedDB as far as it is needed, for `engine` knows no DOM. */
interface Request<T> {
  readonly result: T;
  readonly error: Error | null;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
}
interface OpenRequest extends Request<Database> {
  onupgradeneeded: (() => void) | null;
}
interface Store {
  get(key: string): Request<unknown>;
  put(value: unknown, key: string): Request<unknown>;
  delete(key: string): Request<unknown>;
  getAllKeys(): Request<unknown[]>;
  createIndex(name: string, path: string, options: { unique: boolean }): void;
}
interface Database {
  createObjectStore(name: string): Store;
  transaction(name: string, mode: 'readonly' | 'readwrite'): { objectStore(name: string): Store };
  close(): void;
}
declare const indexedDB: { open(name: string, version: number): OpenRequest } | undefined;

function openDatabase(): Promise<Database> {
  if (typeof indexedDB === 'undefined') throw new Error('there is no IndexedDB here');
  const request = indexedDB.open(DATABASE, DATABASE_VERSION);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(STORE);
    store.createIndex('timestamp', 'timestamp', { unique: false });
  };
  return settled(request);
}

async function withStore<T>(
  mode: 'readonly' | 'readwrite',
  work: (store: Store) => Request<T>,
): Promise<T> {
  const database = await openDatabase();
  try {
    return await settled(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

/** Files that no tab can be using any more; they hold whole vectors. */
async function sweepLeftovers(): Promise<void> {
  const keys = await withStore('readonly', (store) => store.getAllKeys());
  for (const key of keys.map(String)) {
    const made = Number(OWN_NAME.exec(key.slice(DATABASE.length + 1))?.[1] ?? Number.NaN);
    if (Date.now() - made > STALE_MS) await withStore('readwrite', (store) => store.delete(key));
  }
}

function settled<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
