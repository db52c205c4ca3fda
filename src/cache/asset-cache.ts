import type { FileRef } from '../core/model/spec.ts';
import type { AssetStore } from './asset-store.ts';
import { fetchAsset } from './fetch-asset.ts';
import { sha256 } from './sha256.ts';

/** How far one file is: `cached` where it comes from the device. */
export type OnFile = (ref: FileRef, loaded: number, cached: boolean) => void;

/** Files of known content: from the device where it has them, else from the network, once. */
export class AssetCache {
  readonly store: AssetStore;
  readonly #onFile: OnFile;

  constructor(store: AssetStore, onFile: OnFile = () => undefined) {
    this.store = store;
    this.#onFile = onFile;
  }

  /** Bytes of the files that the device does not have. */
  async missing(refs: readonly FileRef[]): Promise<number> {
    const kept = new Set(await this.store.keys());
    return refs.reduce((sum, ref) => sum + (kept.has(ref.sha256) ? 0 : ref.bytes), 0);
  }

  /** Deletes all that is kept on this device. */
  forget(): Promise<void> {
    return this.store.clear();
  }

  /**
   * @param url where the file is fetched if the device does not have it
   * @throws what `fetchAsset` throws
   */
  async read(url: string, ref: FileRef): Promise<Uint8Array> {
    const kept = await this.store.get(ref.sha256);
    if (kept) {
      if ((await sha256(kept)) === ref.sha256) {
        this.#onFile(ref, ref.bytes, true);
        return kept;
      }
      // The device's copy is damaged: fetched again.
      await this.store.delete(ref.sha256);
    }
    const bytes = await fetchAsset(url, ref, (loaded) => this.#onFile(ref, loaded, false));
    await this.store.put(ref.sha256, bytes);
    return bytes;
  }
}
