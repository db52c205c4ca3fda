/**
 * The door to hnswlib-wasm (https://github.com/ShravanSunder/hnswlib-wasm). It has no way to take or give
 * bytes: its files live in an IndexedDB database that Emscripten's IDBFS mirrors. So a file goes in by a
 * record there and a sync, and comes out the same way; nothing is left behind.
 */
import { messageOf, SoutuError } from '../../core/errors.ts';
import { quietly } from './quietly.ts';

/** What we use of the package. The module is handed in: Node and workers import it differently. */
export interface HnswlibModule {
  loadHnswlib(): Promise<{ HierarchicalNSW: HnswlibIndexClass }>;
  syncFileSystem(action: 'read' | 'write'): Promise<void>;
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
const FILE = `${DATABASE}/index`;

export class HnswRuntime {
  readonly #module: HnswlibModule;
  readonly #Index: HnswlibIndexClass;
  // One file name and one file system: whoever comes second waits.
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(module: HnswlibModule, Index: HnswlibIndexClass) {
    this.#module = module;
    this.#Index = Index;
  }

  /**
   * @throws SoutuError `IndexError` where it cannot start: under a CSP without 'unsafe-eval', or where
   * IndexedDB is blocked
   */
  static async load(importModule: () => Promise<unknown>): Promise<HnswRuntime> {
    try {
      // Asked first: without a database hnswlib-wasm polls for one, in vain.
      (await openDatabase()).close();
      return await quietly(async () => {
        const module = (await importModule()) as HnswlibModule;
        const { HierarchicalNSW } = await module.loadHnswlib();
        return new HnswRuntime(module, HierarchicalNSW);
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
      await index.writeIndex('index');
      await this.#module.syncFileSystem('write');
      const record = await withStore('readonly', (store) => store.get(FILE));
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
      await withStore('readwrite', (store) => store.put(record, FILE));
      await this.#module.syncFileSystem('read');
      const index = this.create(dimension);
      await index.readIndex('index', count);
      await this.#forget();
      return index;
    });
  }

  /** Takes the file out of the database and out of the file system in memory. */
  async #forget(): Promise<void> {
    await withStore('readwrite', (store) => store.delete(FILE));
    await this.#module.syncFileSystem('read');
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

function settled<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
