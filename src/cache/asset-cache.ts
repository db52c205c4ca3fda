import type { FileRef } from '../core/file-ref.ts';
import type { AssetStore } from './asset-store.ts';
import { DEFAULT_PATIENCE, fetchAsset, type Patience, type Turn } from './fetch-asset.ts';
import { oneLoader } from './one-loader.ts';
import { hashOfKey, PartialFile } from './partial-file.ts';
import { sha256 } from './sha256.ts';

/** How far one file is: `cached` where it comes from the device. */
export type OnFile = (ref: FileRef, loaded: number, cached: boolean) => void;

/**
 * Files of known content: from the device where it has them, else from the network, once.
 *
 *     read ─▶ cached? ─▶ another tab loads it? ─▶ the missing part of it ─▶ checked ─▶ cached
 */
export class AssetCache {
  readonly store: AssetStore;
  readonly #onFile: OnFile;
  readonly #patience: Patience;
  /** Two readers of one file share its load. */
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

  /** Bytes of the files that are not on the device; a partly downloaded file counts in full. */
  async missing(refs: readonly FileRef[]): Promise<number> {
    const cached = new Set(await this.store.keys());
    return refs.reduce((sum, ref) => sum + (cached.has(ref.sha256) ? 0 : ref.bytes), 0);
  }

  /** Deletes all files, and beginnings of files, but these; their hashes. */
  async keepOnly(hashes: ReadonlySet<string>): Promise<void> {
    for (const key of await this.store.keys()) {
      const hash = hashOfKey(key);
      if (hash && !hashes.has(hash)) await this.store.delete(key);
    }
  }

  /**
   * @param url where the file is fetched if the device does not have it
   * @param turn delays the download until it resolves; other readers of the same file wait too
   * @throws what `fetchAsset` throws
   */
  read(url: string, ref: FileRef, turn?: Turn): Promise<Uint8Array> {
    const { sha256: hash } = ref;
    const reading = this.#reading.get(hash) ?? this.#read(url, ref, turn);
    this.#reading.set(hash, reading);
    const done = () => {
      if (this.#reading.get(hash) === reading) this.#reading.delete(hash);
    };
    reading.then(done, done);
    return reading;
  }

  async #read(url: string, ref: FileRef, turn?: Turn): Promise<Uint8Array> {
    const cached = await this.#cached(ref);
    if (cached) return cached;
    const onBytes = (loaded: number) => this.#onFile(ref, loaded, false);
    return oneLoader(
      ref.sha256,
      // Meanwhile another tab may have brought it.
      async (tell) => (await this.#cached(ref)) ?? this.#load(url, ref, [onBytes, tell], turn),
      onBytes,
    );
  }

  async #cached(ref: FileRef): Promise<Uint8Array | null> {
    const cached = await this.store.get(ref.sha256);
    if (!cached) return null;
    if ((await sha256(cached)) === ref.sha256) {
      this.#onFile(ref, ref.bytes, true);
      return cached;
    }
    // The device's copy is damaged: fetched again.
    await this.store.delete(ref.sha256);
    return null;
  }

  async #load(
    url: string,
    ref: FileRef,
    listeners: readonly ((loaded: number) => void)[],
    turn?: Turn,
  ): Promise<Uint8Array> {
    const onBytes = (loaded: number) => {
      for (const tell of listeners) tell(loaded);
    };
    const partial = await PartialFile.open(this.store, ref);
    const bytes = await fetchAsset(url, ref, partial, onBytes, this.#patience, turn);
    // Not before: a tab that is closed between the two keeps one of them. What has no room leaves no parts.
    await this.store.put(ref.sha256, bytes).finally(() => partial.clear());
    return bytes;
  }
}
