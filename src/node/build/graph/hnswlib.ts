/**
 * Wraps hnswlib-wasm (https://github.com/ShravanSunder/hnswlib-wasm), which builds graphs. It is made for web pages
 * and cannot return bytes: it writes files to an IndexedDB database through Emscripten's IDBFS. So this module gives
 * it an in-memory database, defines a page's globals while it loads, and filters its console output.
 */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { lazy } from '../../../core/lazy.ts';
import { MemoryDatabase, withDatabase } from './memory-database.ts';
import { quietly } from './quietly.ts';

/** The parts of the package that are used here. */
interface HnswlibModule {
  loadHnswlib(): Promise<HnswlibLibrary>;
  syncFileSystem(action: 'read' | 'write'): Promise<void>;
  waitForFileSystemSynced(): Promise<void>;
}

interface HnswlibLibrary {
  readonly HierarchicalNSW: new (
    space: 'ip',
    dimension: number,
    autoSaveFilename: string,
  ) => HnswlibIndex;
  readonly EmscriptenFileSystemManager: { isSynced(): boolean };
  /** Called at the end of every sync. */
  setIdbfsSynced(ok: boolean): void;
}

export interface HnswlibIndex {
  initIndex(maxElements: number, M: number, efConstruction: number, seed: number): void;
  addPoint(vector: Float32Array, label: number, replaceDeleted: boolean): void;
  writeIndex(filename: string): Promise<boolean>;
  setEfSearch(ef: number): void;
  searchKnn(
    query: Float32Array,
    k: number,
    filter: ((label: number) => boolean) | undefined,
  ): { distances: number[]; neighbors: number[] };
  delete(): void;
}

const NAME = 'index';
const FILE = `/hnswlib-index/${NAME}`;

export class Hnswlib {
  readonly #module: HnswlibModule;
  readonly #library: HnswlibLibrary;
  readonly #database: MemoryDatabase;
  // There is one file name and one file system, so only one file can be written at a time.
  #queue: Promise<unknown> = Promise.resolve();
  #onSynced: (ok: boolean) => void = () => undefined;

  private constructor(module: HnswlibModule, library: HnswlibLibrary, database: MemoryDatabase) {
    this.#module = module;
    this.#library = library;
    this.#database = database;
    // hnswlib-wasm has one flag for all syncs, so the end of one could be mistaken for the end of another.
    const setSynced = library.setIdbfsSynced;
    library.setIdbfsSynced = (ok) => {
      setSynced(ok);
      this.#onSynced(ok);
    };
  }

  /**
   * @param importModule once per process: hnswlib-wasm keeps the database that it opened first
   * @throws SoutuError `IndexError` if it cannot start
   */
  static async load(importModule: () => Promise<unknown>): Promise<Hnswlib> {
    const database = new MemoryDatabase();
    try {
      return await quietly(async () => {
        const module = (await importModule()) as HnswlibModule;
        const library = await withDatabase(database, async () => {
          const started = await module.loadHnswlib();
          // Loading starts a sync, and does not always wait for it.
          if (!started.EmscriptenFileSystemManager.isSynced())
            await module.waitForFileSystemSynced();
          return started;
        });
        return new Hnswlib(module, library, database);
      });
    } catch (error) {
      throw new SoutuError('IndexError', `hnswlib-wasm cannot start: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** Creates an empty index in memory. Its metric is the inner product, the cosine of unit vectors. */
  create(dimension: number): HnswlibIndex {
    return new this.#library.HierarchicalNSW('ip', dimension, '');
  }

  /** Serialises an index to the bytes of hnswlib's file format. */
  save(index: HnswlibIndex): Promise<Uint8Array> {
    const saved = this.#queue.then(() =>
      quietly(async () => {
        // Starts a sync, and does not wait for it.
        await this.#synced(() => index.writeIndex(NAME));
        const contents = this.#database.files.get(FILE)?.contents;
        this.#database.files.delete(FILE);
        await this.#synced(() => this.#module.syncFileSystem('read'));
        if (!contents) throw new SoutuError('IndexError', 'hnswlib-wasm wrote no file.');
        return contents;
      }),
    );
    this.#queue = saved.catch(() => undefined);
    return saved;
  }

  /** Runs a function that starts one sync, then waits for that sync to end. */
  async #synced(start: () => unknown): Promise<void> {
    const ended = new Promise<boolean>((resolve) => {
      this.#onSynced = resolve;
    });
    const [ok] = await Promise.all([ended, start()]);
    if (!ok) throw new SoutuError('IndexError', 'hnswlib-wasm cannot sync its files.');
  }
}

/** One for the whole process. */
export const loadHnswlib = lazy(() =>
  withPageGlobals(() =>
    Hnswlib.load(() => {
      // The package has no entry point that Node can resolve, so its file is imported by path.
      const folder = dirname(createRequire(import.meta.url).resolve('hnswlib-wasm/package.json'));
      return import(pathToFileURL(join(folder, 'dist/hnswlib.js')).href);
    }),
  ),
);

/** The globals are removed after loading: other packages would mistake a process with a `window` for a page. */
async function withPageGlobals<T>(work: () => Promise<T>): Promise<T> {
  const globals = globalThis as Record<string, unknown>;
  const added = ['window', 'document', 'self'].filter((name) => !(name in globals));
  for (const name of added) globals[name] = name === 'document' ? {} : globalThis;
  try {
    return await work();
  } finally {
    for (const name of added) delete globals[name];
  }
}
