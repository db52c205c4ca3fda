/**
 * The door to hnswlib-wasm (https://github.com/ShravanSunder/hnswlib-wasm). It has no way to take or give
 * bytes: its files live in an IndexedDB database that Emscripten's IDBFS mirrors. So a file goes in by a
 * record there and a sync, and comes out the same way. The database is one of our own, in memory.
 */
import { messageOf, SoutuError } from '../../core/errors.ts';
import { MemoryDatabase, withDatabase } from './memory-database.ts';
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
const NAME = 'index';
const FILE = `${DATABASE}/${NAME}`;
/** A regular file, rw-rw-rw-. */
const FILE_MODE = 33206;

// As many as there are of hnswlib-wasm: IDBFS keeps the database that it opened first.
const database = new MemoryDatabase();
const runtimes = new WeakMap<HnswlibLibrary, HnswRuntime>();
/** hnswlib-wasm fails without words where two loads overlap. */
let lastLoad: Promise<unknown> = Promise.resolve();

export class HnswRuntime {
  readonly #module: HnswlibModule;
  readonly #Index: HnswlibIndexClass;
  // One file name and one file system: whoever comes second waits.
  #queue: Promise<unknown> = Promise.resolve();
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
   * Callers that share a module share its runtime. A failure is not kept: the next call tries again.
   * @throws SoutuError `IndexError` where it cannot start: under a CSP without 'unsafe-eval'
   */
  static load(importModule: () => Promise<unknown>): Promise<HnswRuntime> {
    const loaded = lastLoad.then(() => HnswRuntime.#start(importModule));
    lastLoad = loaded.catch(() => undefined);
    return loaded;
  }

  static async #start(importModule: () => Promise<unknown>): Promise<HnswRuntime> {
    try {
      return await quietly(async () => {
        const module = (await importModule()) as HnswlibModule;
        const library = await withDatabase(DATABASE, database, async () => {
          const started = await module.loadHnswlib();
          // Loading starts a sync, and does not always wait for it.
          if (!started.EmscriptenFileSystemManager.isSynced())
            await module.waitForFileSystemSynced();
          return started;
        });
        const runtime = runtimes.get(library) ?? new HnswRuntime(module, library);
        runtimes.set(library, runtime);
        return runtime;
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
      await this.#synced(() => index.writeIndex(NAME));
      const contents = database.files.get(FILE)?.contents;
      await this.#forget();
      if (!contents) throw new SoutuError('IndexError', 'hnswlib-wasm wrote no file.');
      return contents;
    });
  }

  /** An index from the bytes of hnswlib's file. */
  open(file: Uint8Array, dimension: number, count: number): Promise<HnswlibIndex> {
    return this.#alone(async () => {
      database.files.set(FILE, { timestamp: new Date(), mode: FILE_MODE, contents: file });
      const index = this.create(dimension);
      try {
        await this.#synced(() => this.#module.syncFileSystem('read'));
        await index.readIndex(NAME, count);
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

  /** Takes the file out of the database and out of the file system in memory. */
  async #forget(): Promise<void> {
    database.files.delete(FILE);
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
