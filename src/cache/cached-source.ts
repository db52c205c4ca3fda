import { filesOf, MANIFEST_FILE, type Manifest, parseManifest } from '../core/bundle/manifest.ts';
import type { BundleSource } from '../core/bundle/source.ts';
import type { Notice } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import type { FileRef } from '../core/model/spec.ts';
import { decodeUtf8 } from '../core/text.ts';
import type { AssetStore } from './asset-store.ts';
import { fetchAsset, fetchManifest } from './fetch-asset.ts';
import { sha256 } from './sha256.ts';

export interface SourceEvents {
  /** A manifest of the right form, before any file it names. */
  onManifest(manifest: Manifest): void;
  /** How far one file is: `cached` where it comes from the device. */
  onFile(ref: FileRef, loaded: number, cached: boolean): void;
}

const silent: SourceEvents = { onManifest: () => undefined, onFile: () => undefined };

/**
 * A bundle behind a URL, its files kept in the store by hash: the second visit fetches the manifest and
 * nothing else. With no network the manifest of the last visit serves.
 */
export class CachedSource implements BundleSource {
  readonly where: string;
  readonly #store: AssetStore;
  readonly #events: SourceEvents;
  #offline = false;

  /** @param url absolute URL of the bundle's folder */
  constructor(url: string, store: AssetStore, events: SourceEvents = silent) {
    this.where = url.replace(/\/+$/, '');
    this.#store = store;
    this.#events = events;
  }

  notices(): readonly Notice[] {
    if (!this.#offline) return [];
    return [{ code: 'offline', message: 'No connection: searching what this device has kept.' }];
  }

  async manifest(): Promise<unknown> {
    const url = `${this.where}/${MANIFEST_FILE}`;
    const key = `manifest:${this.where}`;
    const kept = await this.#store.get(key);
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
    this.#events.onManifest(manifest);
    if (bytes !== kept) {
      await this.#store.put(key, bytes);
      if (kept) await this.#sweep(kept, manifest);
    }
    return manifest;
  }

  async read(ref: FileRef): Promise<Uint8Array> {
    const kept = await this.#store.get(ref.sha256);
    if (kept) {
      if ((await sha256(kept)) === ref.sha256) {
        this.#events.onFile(ref, ref.bytes, true);
        return kept;
      }
      await this.#store.delete(ref.sha256);
    }
    const url = `${this.where}/${ref.file}`;
    const bytes = await fetchAsset(url, ref, (loaded) => this.#events.onFile(ref, loaded, false));
    await this.#store.put(ref.sha256, bytes);
    return bytes;
  }

  /** Forgets what the last visit's manifest named and this one does not. */
  async #sweep(kept: Uint8Array, now: Manifest): Promise<void> {
    const current = new Set(filesOf(now).map((ref) => ref.sha256));
    for (const { sha256: key } of filesOf(JSON.parse(decodeUtf8(kept)) as Manifest)) {
      if (!current.has(key)) await this.#store.delete(key);
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
