import type { FileRef } from '../core/file-ref.ts';
import type { AssetStore } from './asset-store.ts';

/** Milliseconds between writes. A fast download finishes before the first write; a slow one loses no more than this. */
const PART_MS = 250;

/**
 * A partly downloaded file. Received data is stored in parts, so that an interrupted download resumes where it
 * stopped, even after the tab was closed:
 *
 *     part:HASH:0000000000    bytes from 0
 *     part:HASH:0000065536    bytes from there, and so on without a gap
 *
 * Parts are not verified on their own, because the hash covers the whole file.
 */
export class PartialFile {
  readonly #store: AssetStore;
  readonly #ref: FileRef;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Number of bytes written to the store. */
  #stored = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(store: AssetStore, ref: FileRef) {
    this.#store = store;
    this.#ref = ref;
  }

  /** Opens the file with the parts of an earlier download. */
  static async open(store: AssetStore, ref: FileRef): Promise<PartialFile> {
    const file = new PartialFile(store, ref);
    for (const key of await partsOf(store, ref.sha256)) {
      // Two concurrent downloads may have left gaps and overlaps.
      if (key !== partKey(ref.sha256, file.#size)) continue;
      const bytes = await store.get(key);
      if (!bytes) break;
      file.#chunks.push(bytes);
      file.#size += bytes.length;
    }
    file.#stored = file.#size;
    return file;
  }

  get size(): number {
    return this.#size;
  }

  /** @param keep whether to store the bytes before the file is complete */
  add(bytes: Uint8Array, keep: boolean): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    if (keep) this.#timer ??= setTimeout(() => void this.keep(), PART_MS);
  }

  /** Writes the data received since the last part. */
  async keep(): Promise<void> {
    this.#stopTimer();
    const from = this.#stored;
    if (this.#size > from) {
      this.#stored = this.#size;
      const key = partKey(this.#ref.sha256, from);
      const bytes = this.join(from);
      // If a write fails, an interrupted download restarts from an earlier point; nothing else is lost.
      this.#writing = this.#writing.then(() => this.#store.put(key, bytes)).catch(() => undefined);
    }
    await this.#writing;
  }

  /** @returns a copy of the bytes starting at an offset */
  join(from = 0): Uint8Array {
    const bytes = new Uint8Array(this.#size - from);
    let at = this.#size;
    for (let i = this.#chunks.length - 1; i >= 0 && at > from; i--) {
      const chunk = this.#chunks[i] as Uint8Array;
      at -= chunk.length;
      const skip = Math.max(0, from - at);
      bytes.set(skip > 0 ? chunk.subarray(skip) : chunk, at + skip - from);
    }
    return bytes;
  }

  /** Called when the download restarts or is complete. */
  async clear(): Promise<void> {
    this.#stopTimer();
    await this.#writing;
    this.#chunks = [];
    this.#size = 0;
    this.#stored = 0;
    for (const key of await partsOf(this.#store, this.#ref.sha256)) await this.#store.delete(key);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

/** The keys of a file's parts, in order of offset. */
async function partsOf(store: AssetStore, sha256: string): Promise<string[]> {
  const keys = await store.keys();
  return keys.filter((key) => key.startsWith(`part:${sha256}:`)).sort();
}

function partKey(sha256: string, offset: number): string {
  return `part:${sha256}:${String(offset).padStart(10, '0')}`;
}

/** The hash of the file that a key belongs to; null if the key is not a file's. */
export function hashOfKey(key: string): string | null {
  return /^(?:part:)?([0-9a-f]{64}|[0-9a-f]{24})(?::\d+)?$/.exec(key)?.[1] ?? null;
}
