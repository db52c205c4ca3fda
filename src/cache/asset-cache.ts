import type { FileRef } from '../core/file-ref.ts';
import { isContentOf } from '../core/has-hash.ts';
import type { AssetStore } from './asset-store.ts';
import { DEFAULT_PATIENCE, fetchAsset, type Patience, type Turn } from './fetch-asset.ts';
import { oneLoader } from './one-loader.ts';
import { hashOfKey, PartialFile } from './partial-file.ts';
import { sha256 } from './sha256.ts';

/** Reports the progress of one file; `cached` is true if it comes from the device. */
export type OnFile = (ref: FileRef, loaded: number, cached: boolean) => void;

/**
 * Reads files by content hash: from the device if cached, otherwise from the network, once.
 *
 *     read ─▶ cached? ─▶ loading in another tab? ─▶ download the missing part ─▶ verify ─▶ cache
 */
export class AssetCache {
  readonly store: AssetStore;
  readonly #onFile: OnFile;
  readonly #patience: Patience;
  /** Concurrent reads of one file share a single download. */
  readonly #reading = new Map<string, Promise<Uint8Array>>();

  constructor(
    store: AssetStore,
    onFile: OnFile = () => undefined,
    patience: Patience = DEFAULT_PATIENCE,
  ) {
    this.store = store;
    this.#onFile = onFile;
    this.#patience = patience;
  }

  /** Total bytes of the files that are not cached; a partly downloaded file counts in full. */
  async missing(refs: readonly FileRef[]): Promise<number> {
    const cached = new Set(await this.store.keys());
    return refs.reduce((sum, ref) => sum + (cached.has(ref.sha256) ? 0 : ref.bytes), 0);
  }

  /** Deletes all files and partial downloads except those with these hashes. */
  async keepOnly(hashes: ReadonlySet<string>): Promise<void> {
    for (const key of await this.store.keys()) {
      const hash = hashOfKey(key);
      if (hash && !hashes.has(hash)) await this.store.delete(key);
    }
  }

  /**
   * @param url download URL, used if the file is not cached
   * @param turn delays the download until it resolves; other readers of the same file wait too
   * @param patience instead of the cache's own
   * @throws the errors of `fetchAsset`
   */
  read(url: string, ref: FileRef, turn?: Turn, patience = this.#patience): Promise<Uint8Array> {
    const { sha256: hash } = ref;
    const reading = this.#reading.get(hash) ?? this.#read(url, ref, patience, turn);
    this.#reading.set(hash, reading);
    const done = () => {
      if (this.#reading.get(hash) === reading) this.#reading.delete(hash);
    };
    reading.then(done, done);
    return reading;
  }

  async #read(url: string, ref: FileRef, patience: Patience, turn?: Turn): Promise<Uint8Array> {
    const cached = await this.#cached(ref);
    if (cached) return cached;
    // The size of a sealed file is unknown until it is there.
    const onBytes = ref.isSealed
      ? () => undefined
      : (loaded: number) => this.#onFile(ref, loaded, false);
    return oneLoader(
      ref.sha256,
      // Another tab may have downloaded it in the meantime.
      async (tell) =>
        (await this.#cached(ref)) ?? this.#load(url, ref, [onBytes, tell], patience, turn),
      onBytes,
    );
  }

  async #cached(ref: FileRef): Promise<Uint8Array | null> {
    const cached = await this.store.get(ref.sha256);
    if (!cached) return null;
    if (await isContentOf(ref, cached, sha256)) {
      if (!ref.isSealed) this.#onFile(ref, ref.bytes, true);
      return cached;
    }
    // The cached copy is damaged: delete it and download the file again.
    await this.store.delete(ref.sha256);
    return null;
  }

  async #load(
    url: string,
    ref: FileRef,
    listeners: readonly ((loaded: number) => void)[],
    patience: Patience,
    turn?: Turn,
  ): Promise<Uint8Array> {
    const onBytes = (loaded: number) => {
      for (const tell of listeners) tell(loaded);
    };
    const partial = await PartialFile.open(this.store, ref);
    const bytes = await fetchAsset(url, ref, partial, onBytes, patience, turn);
    // Parts are deleted after the write, so a tab closed in between keeps one of the two. They are deleted even if
    // the write fails for lack of space.
    await this.store.put(ref.sha256, bytes).finally(() => partial.clear());
    return bytes;
  }
}
