import type { FileRef } from '../core/file-ref.ts';
import type { AssetStore } from './asset-store.ts';

/** A quick load is whole before its first part would be written; a slow one that is killed loses no more. */
const PART_MS = 250;

/**
 * The beginning of a file that is on its way. What arrives is kept in parts, so that a load that broke goes on
 * where it stopped, also after the tab was closed:
 *
 *     part:HASH:0000000000    bytes from 0
 *     part:HASH:0000065536    bytes from there, and so on without a gap
 *
 * Nothing is checked before the end: the hash is that of the whole.
 */
export class PartialFile {
  readonly #store: AssetStore;
  readonly #ref: FileRef;
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** Bytes that lie in the store. */
  #stored = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(store: AssetStore, ref: FileRef) {
    this.#store = store;
    this.#ref = ref;
  }

  /** With what an earlier load has left. */
  static async open(store: AssetStore, ref: FileRef): Promise<PartialFile> {
    const file = new PartialFile(store, ref);
    for (const key of await partsOf(store, ref.sha256)) {
      // Two loads side by side may have left gaps, and overlaps.
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

  /** @param keep whether the bytes are worth keeping before the file is whole */
  add(bytes: Uint8Array, keep: boolean): void {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    if (keep) this.#timer ??= setTimeout(() => void this.keep(), PART_MS);
  }

  /** Writes what has come since the last part. */
  async keep(): Promise<void> {
    this.#stopTimer();
    const from = this.#stored;
    if (this.#size > from) {
      this.#stored = this.#size;
      const key = partKey(this.#ref.sha256, from);
      const bytes = this.join(from);
      // Without its parts the download starts again; nothing else is lost.
      this.#writing = this.#writing.then(() => this.#store.put(key, bytes)).catch(() => undefined);
    }
    await this.#writing;
  }

  /** @returns a copy of the bytes from an offset on */
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

/** In the order of their offsets. */
async function partsOf(store: AssetStore, sha256: string): Promise<string[]> {
  const keys = await store.keys();
  return keys.filter((key) => key.startsWith(`part:${sha256}:`)).sort();
}

function partKey(sha256: string, offset: number): string {
  return `part:${sha256}:${String(offset).padStart(10, '0')}`;
}

/** The hash of the file that a key belongs to; null for what is no file. */
export function hashOfKey(key: string): string | null {
  return /^(?:part:)?([0-9a-f]{64})(?::\d+)?$/.exec(key)?.[1] ?? null;
}
