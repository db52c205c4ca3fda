/**
 * The files of an index in parts that this device has read last, up to a number of bytes:
 *
 *     parts:URL    [[HASH, bytes], …], the last used at the end
 *     HASH         a file, as all others; here the first 24 digits of its hash, or the key of a sealed file
 */
import type { FileRef } from '../core/file-ref.ts';
import { decodeUtf8, encodeUtf8 } from '../core/text.ts';
import type { AssetCache } from './asset-cache.ts';
import type { AssetStore } from './asset-store.ts';
import type { Patience } from './fetch-asset.ts';

const LIST = 'parts:';
/** All shards of a catalogue of 150,000 items. */
const PART_BYTES = 48 << 20;
/** The list is written at most this often, in milliseconds. */
const WRITE_MS = 500;

export class PartStore {
  readonly #cache: AssetCache;
  readonly #key: string;
  readonly #mostBytes: number;
  #parts: Promise<Map<string, number>> | null = null;
  readonly #evicted = new Set<string>();
  #writing: Promise<void> | null = null;

  /** @param bundle absolute URL of its folder */
  constructor(cache: AssetCache, bundle: string, mostBytes = PART_BYTES) {
    this.#cache = cache;
    this.#key = `${LIST}${bundle}`;
    this.#mostBytes = mostBytes;
  }

  /** @throws the errors of `AssetCache.read` */
  async read(url: string, ref: FileRef, patience?: Patience): Promise<Uint8Array> {
    const bytes = await this.#cache.read(url, ref, undefined, patience);
    await this.#use(ref.sha256, bytes.length);
    return bytes;
  }

  /** The files that the device lacks. The others count as just used, so that the lacking ones do not push them out. */
  async lacking(refs: readonly FileRef[]): Promise<FileRef[]> {
    const parts = await this.#known();
    const stored = new Set(await this.#cache.store.keys());
    return refs.filter(({ sha256 }) => {
      const bytes = parts.get(sha256);
      if (bytes === undefined || !stored.has(sha256)) return true;
      parts.delete(sha256);
      parts.set(sha256, bytes);
      return false;
    });
  }

  #known(): Promise<Map<string, number>> {
    this.#parts ??= this.#cache.store.get(this.#key).then(partsIn, () => new Map());
    return this.#parts;
  }

  async #use(sha256: string, bytes: number): Promise<void> {
    const parts = await this.#known();
    parts.delete(sha256);
    parts.set(sha256, bytes);
    this.#evicted.delete(sha256);
    let sum = 0;
    for (const own of parts.values()) sum += own;
    for (const [hash, own] of parts) {
      // The newest stays, however large it is.
      if (sum <= this.#mostBytes || hash === sha256) break;
      parts.delete(hash);
      this.#evicted.add(hash);
      sum -= own;
      await this.#cache.store.delete(hash).catch(() => undefined);
    }
    this.#writing ??= this.#write(parts);
  }

  async #write(parts: Map<string, number>): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, WRITE_MS));
    this.#writing = null;
    const { store } = this.#cache;
    // Another tab may have listed others meanwhile.
    const stored = partsIn(await store.get(this.#key).catch(() => undefined));
    const others = [...stored].filter(([hash]) => !parts.has(hash) && !this.#evicted.has(hash));
    const all = [...others, ...parts];
    parts.clear();
    for (const [hash, bytes] of all) parts.set(hash, bytes);
    // Without the list, the next release deletes the files.
    await store.put(this.#key, encodeUtf8(JSON.stringify([...parts]))).catch(() => undefined);
  }
}

/** The hashes of all parts that bundles of this origin use. */
export async function partHashes(store: AssetStore): Promise<string[]> {
  const keys = (await store.keys()).filter((key) => key.startsWith(LIST));
  const lists = await Promise.all(keys.map((key) => store.get(key)));
  return lists.flatMap((list) => [...partsIn(list).keys()]);
}

/** A damaged list counts as empty. */
function partsIn(list: Uint8Array | undefined): Map<string, number> {
  try {
    const rows: unknown = list ? JSON.parse(decodeUtf8(list)) : [];
    if (!Array.isArray(rows)) return new Map();
    const isPart = (row: unknown): row is [string, number] =>
      Array.isArray(row) && /^[0-9a-f]{24}$/.test(row[0]) && Number.isSafeInteger(row[1]);
    return new Map(rows.filter(isPart));
  } catch {
    return new Map();
  }
}
