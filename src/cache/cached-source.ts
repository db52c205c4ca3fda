import { filesOf, MANIFEST_FILE, type Manifest, parseManifest } from '../core/bundle/manifest.ts';
import type { BundleSource } from '../core/bundle/source.ts';
import type { Notice, Release } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import type { FileRef } from '../core/model/spec.ts';
import { decodeUtf8 } from '../core/text.ts';
import type { AssetCache } from './asset-cache.ts';
import { fetchManifest } from './fetch-asset.ts';

export interface CachedSourceOptions {
  /** `kept`: the last manifest where the device has it, without a look at the network. */
  readonly release?: Release;
  /** Told a manifest of the right form before any file that it names is read. */
  readonly onManifest?: (manifest: Manifest) => void;
}

/**
 * A bundle behind a URL, its files kept by hash: the second visit fetches the manifest and nothing else.
 * With no network the manifest of the last visit serves.
 */
export class CachedSource implements BundleSource {
  readonly where: string;
  readonly #cache: AssetCache;
  readonly #onManifest: (manifest: Manifest) => void;
  readonly #release: Release;
  #offline = false;

  /**
   * @param url absolute URL of the bundle's folder
   */
  constructor(url: string, cache: AssetCache, options: CachedSourceOptions = {}) {
    const { release = 'newest', onManifest = () => undefined } = options;
    this.where = url.replace(/\/+$/, '');
    this.#cache = cache;
    this.#release = release;
    this.#onManifest = onManifest;
  }

  notices(): readonly Notice[] {
    if (!this.#offline) return [];
    return [{ code: 'offline', message: 'No connection: searching what this device has kept.' }];
  }

  async manifest(): Promise<unknown> {
    const { store } = this.#cache;
    const url = `${this.where}/${MANIFEST_FILE}`;
    const key = `manifest:${this.where}`;
    const kept = await store.get(key);
    if (kept && this.#release === 'kept') {
      const manifest = parseManifest(parse(kept, url), url);
      this.#onManifest(manifest);
      return manifest;
    }
    let bytes: Uint8Array;
    try {
      bytes = await fetchManifest(url);
      this.#offline = false;
    } catch (error) {
      if (!kept || !(error instanceof SoutuError) || error.name !== 'NetworkError') throw error;
      this.#offline = true;
      bytes = kept;
    }
    // Checked before it is kept: a broken manifest must not replace one that works.
    const manifest = parseManifest(parse(bytes, url), url);
    this.#onManifest(manifest);
    if (bytes !== kept) {
      await store.put(key, bytes);
      if (kept) await this.#sweep(kept, manifest);
    }
    return manifest;
  }

  read(ref: FileRef): Promise<Uint8Array> {
    return this.#cache.read(`${this.where}/${ref.file}`, ref);
  }

  /** Forgets what the last visit's manifest named and this one does not. */
  async #sweep(kept: Uint8Array, now: Manifest): Promise<void> {
    const current = new Set(filesOf(now).map((ref) => ref.sha256));
    for (const { sha256 } of filesOf(JSON.parse(decodeUtf8(kept)) as Manifest)) {
      if (!current.has(sha256)) await this.#cache.store.delete(sha256);
    }
  }
}

function parse(bytes: Uint8Array, url: string): unknown {
  try {
    return JSON.parse(decodeUtf8(bytes));
  } catch (error) {
    throw new SoutuError(
      'BundleError',
      `${url}: expected the JSON of a bundle's manifest, got ${bytes.length} bytes of something else. ` +
        "Check the bundle's address.",
      { cause: error },
    );
  }
}
