import { bundleFile, bundleUrl } from '../browser/bundle-url.ts';
import type { EarlyBytes, Release } from '../browser/worker-api.ts';
import {
  isSameManifest,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
} from '../core/bundle/manifest.ts';
import { searchFilesOf } from '../core/bundle/manifest-files.ts';
import type { BundleSource } from '../core/bundle/source.ts';
import type { Notice } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import type { FileRef } from '../core/file-ref.ts';
import { lazy } from '../core/lazy.ts';
import { loadScript } from '../core/load-script.ts';
import { decodeUtf8, encodeUtf8 } from '../core/text.ts';
import { withTimeout } from '../core/timeout.ts';
import type { AssetCache } from './asset-cache.ts';
import type { AssetStore } from './asset-store.ts';
import { DEFAULT_PATIENCE, type Patience, StatusError } from './fetch-asset.ts';
import { Mirrors } from './mirrors.ts';
import { hashOfKey } from './partial-file.ts';
import { manifestOf, readManifest } from './read-manifest.ts';

export interface CachedSourceOptions {
  readonly release?: Release;
  /** Absolute URLs of copies of the bundle, which are tried if this one fails. */
  readonly mirrors?: readonly string[];
  /** Files outside the bundle that its search needs; cached as long as the bundle is. */
  readonly engine?: readonly FileRef[];
  /** Called with a valid manifest before any file that it references is read. */
  readonly onManifest?: (manifest: Manifest) => void;
  /** Begins with the manifest of the last visit if that is recent, and reads the newest for the next visit. */
  readonly slowLine?: boolean;
  /** Asked for the newest manifest at the first reading. */
  readonly early?: EarlyBytes;
  /** Delays in milliseconds before each retry of a truncated manifest. */
  readonly retryMs?: readonly number[];
  /** Most bytes of shards that are stored. */
  readonly partBytes?: number;
}

/**
 * A bundle at a URL, with its files cached by hash. A repeat visit downloads only the manifest. Offline, the
 * manifest of the last visit is used; on a slow line, too, if it is less than a day old: it saves a round trip, and the
 * newest manifest is ready for the next visit.
 *
 *     manifest:URL    the manifest of the last visit
 *     checked:URL     when it was read from the network, in milliseconds since 1970
 *     needed:URL      the hashes of all files that a search over the bundle may need
 *     parts:URL       the shards of its index that were used last, see part-store.ts
 *     HASH            a file; deleted when no bundle of this origin needs it any more
 */
export class CachedSource implements BundleSource {
  readonly where: string;
  readonly #url: string;
  readonly #cache: AssetCache;
  readonly #engine: readonly FileRef[];
  readonly #onManifest: (manifest: Manifest) => void;
  readonly #release: Release;
  readonly #retryMs: readonly number[];
  /** The error because of which the manifest of the last visit is used. */
  #failure: SoutuError | null = null;
  /** Only for the first reading: if a file is missing, there is a newer manifest. */
  #mayBeRecent: boolean;
  /** Until the first reading. */
  #early: EarlyBytes | null;
  /** Only an index in parts needs it. */
  readonly #parts;
  readonly #hosts: Mirrors;

  /**
   * @param url absolute URL of the bundle's folder
   */
  constructor(url: string, cache: AssetCache, options: CachedSourceOptions = {}) {
    const { release = 'newest', engine = [], onManifest = () => undefined } = options;
    this.#url = bundleUrl(url);
    this.where = this.#url.replace(/\/?(\?.*)?$/, '');
    this.#hosts = new Mirrors([this.#url, ...(options.mirrors ?? [])]);
    this.#cache = cache;
    this.#release = release;
    this.#engine = engine;
    this.#onManifest = onManifest;
    this.#mayBeRecent = options.slowLine ?? false;
    this.#early = options.early ?? null;
    this.#retryMs = options.retryMs ?? DEFAULT_PATIENCE.retryMs;
    this.#parts = lazy(async () => {
      const { PartStore } = await loadScript(import('./part-store.ts'));
      return new PartStore(cache, this.#url, options.partBytes);
    });
  }

  notices(): readonly Notice[] {
    if (!this.#failure) return [];
    const meanwhile = 'searching the copy saved on this device.';
    if (!(this.#failure instanceof StatusError)) {
      return [{ code: 'offline', message: `No connection: ${meanwhile}` }];
    }
    const { status } = this.#failure;
    const message = `The server of this site returned ${status}: ${meanwhile}`;
    return [{ code: 'server-failed', message, detail: status }];
  }

  async manifest(): Promise<unknown> {
    const url = bundleFile(this.#url, MANIFEST_FILE);
    if (this.#release !== 'newest') {
      const manifest = parseManifest(this.#release, url);
      this.#onManifest(manifest);
      return manifest;
    }
    const key = `manifest:${this.#url}`;
    const recent = this.#mayBeRecent ? await this.#recentManifest(key) : null;
    this.#mayBeRecent = false;
    if (recent) {
      this.#onManifest(recent);
      // Not swept: this visit still reads the files of its own release.
      void this.#readNewest(key).catch(() => undefined);
      return recent;
    }
    try {
      // Checked before it is cached: a broken manifest must not replace a working one.
      const manifest = await this.#readNewest(key, (read) => {
        this.#failure = null;
        this.#onManifest(read);
      });
      await this.#sweep(manifest);
      return manifest;
    } catch (error) {
      if (!(error instanceof SoutuError) || error.name !== 'NetworkError') throw error;
      const manifest = await this.#cachedManifest(key);
      if (!manifest) throw error;
      this.#failure = error;
      this.#onManifest(manifest);
      return manifest;
    }
  }

  /** @param onRead called before the manifest is stored */
  async #readNewest(
    key: string,
    onRead: (manifest: Manifest) => void = () => undefined,
  ): Promise<Manifest> {
    const { store } = this.#cache;
    const { bytes, manifest } = await this.#hosts.ask(MANIFEST_FILE, async (url, patience) => {
      const given = await this.#takeEarly(url, patience);
      return readManifest(url, patience?.retryMs ?? this.#retryMs, given, patience?.stallMs);
    });
    onRead(manifest);
    await store.put(key, bytes);
    await store.put(`${CHECKED}${this.#url}`, encodeUtf8(String(Date.now())));
    return manifest;
  }

  /**
   * What the page has asked the first host for.
   * @throws SoutuError `NetworkError` if that host is silent and there is another one
   */
  async #takeEarly(url: string, patience: Patience | undefined): Promise<Uint8Array | null> {
    const early = this.#early;
    this.#early = null;
    if (!early || !patience) return early ? early() : null;
    const { stallMs } = patience;
    const silent = () =>
      new SoutuError(
        'NetworkError',
        `${url}: nothing came for ${stallMs / 1000} s. Try again later.`,
      );
    return withTimeout(early(), stallMs, silent);
  }

  /** The manifest of the last visit, if it was read from the network less than a day ago. */
  async #recentManifest(key: string): Promise<Manifest | null> {
    const checked = await this.#cache.store.get(`${CHECKED}${this.#url}`);
    const age = Date.now() - Number(checked ? decodeUtf8(checked) : Number.NaN);
    return age >= 0 && age < RECENT_MS ? this.#cachedManifest(key) : null;
  }

  /** The manifest of the last visit; null if there is none or it is damaged. */
  async #cachedManifest(key: string): Promise<Manifest | null> {
    const bytes = await this.#cache.store.get(key);
    try {
      return bytes ? manifestOf(bytes, key) : null;
    } catch {
      return null;
    }
  }

  read(ref: FileRef): Promise<Uint8Array> {
    return this.#hosts.ask(ref.file, (url, patience) =>
      this.#cache.read(url, ref, undefined, patience),
    );
  }

  async readPart(ref: FileRef): Promise<Uint8Array> {
    const parts = await this.#parts();
    return this.#hosts.ask(ref.file, (url, patience) => parts.read(url, ref, patience));
  }

  /** The files of an index in parts that the device lacks. */
  async lackingParts(refs: readonly FileRef[]): Promise<FileRef[]> {
    return (await this.#parts()).lacking(refs);
  }

  /** Reads the manifest again; false without a connection. */
  async isReplaced(manifest: Manifest): Promise<boolean> {
    try {
      const newest = await this.#hosts.ask(MANIFEST_FILE, (url, patience) =>
        readManifest(url, patience?.retryMs ?? this.#retryMs, null, patience?.stallMs),
      );
      return !isSameManifest(newest.manifest, manifest);
    } catch {
      return false;
    }
  }

  /** Deletes files and partial downloads of old releases that no bundle of this origin needs any more. */
  async #sweep(manifest: Manifest): Promise<void> {
    const { store } = this.#cache;
    const hashes = [...searchFilesOf(manifest), ...this.#engine].map((ref) => ref.sha256);
    const key = `${NEEDED}${this.#url}`;
    const before = hashesOf(await store.get(key));
    if (before.join() === hashes.join()) return;
    await store.put(key, encodeUtf8(JSON.stringify(hashes)));
    const needed = await neededBy(store, () => true);
    await this.#cache.keepOnly(new Set([...needed, ...(await partsOf(store))]));
  }
}

/** The files of all indexes in parts that this origin has stored. */
async function partsOf(store: AssetStore): Promise<readonly string[]> {
  if (!(await store.keys()).some((key) => key.startsWith(PARTS))) return [];
  const { partHashes } = await loadScript(import('./part-store.ts'));
  return partHashes(store);
}

const PARTS = 'parts:';
const NEEDED = 'needed:';
const CHECKED = 'checked:';
const RECENT_MS = 24 * 3_600_000;

/** @returns the hashes of all files that the bundles of these URLs need */
async function neededBy(
  store: AssetStore,
  isOf: (bundle: string) => boolean,
): Promise<Set<string>> {
  const keys = (await store.keys()).filter(
    (key) => key.startsWith(NEEDED) && isOf(key.slice(NEEDED.length)),
  );
  const lists = await Promise.all(keys.map((key) => store.get(key)));
  return new Set(lists.flatMap(hashesOf));
}

/** A damaged list counts as empty. */
function hashesOf(needed: Uint8Array | undefined): string[] {
  try {
    if (!needed) return [];
    const hashes: unknown = JSON.parse(decodeUtf8(needed));
    return Array.isArray(hashes) ? hashes.filter((hash) => typeof hash === 'string') : [];
  } catch {
    return [];
  }
}

/**
 * Frees space on a full device: deletes the files of other bundles, and the parts of the file that is now complete.
 * @param bundle absolute URL of the bundle in use
 * @param key the key that is about to be written
 */
export async function makeRoomFor(bundle: string, store: AssetStore, key: string): Promise<void> {
  const own = bundleUrl(bundle);
  const needed = await neededBy(store, (url) => url === own);
  for (const other of await store.keys()) {
    const hash = hashOfKey(other);
    if (hash === null || other === key) continue;
    if (!needed.has(hash) || hash === key) await store.delete(other);
  }
}
