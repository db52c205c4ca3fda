/**
 * Downloaded photos on this machine's disk. No name comes from a URL or a server:
 *
 *     FOLDER/urls/HASH.json     what the server said, by the SHA-256 of the URL
 *     FOLDER/content/HASH       the photo, by the SHA-256 of its bytes
 *     FOLDER/incoming/UUID      what is still being written
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KIND_BYTES } from '../../../core/image/kind.ts';
import { flush } from '../../files/atomic-write.ts';
import { sha256 } from '../../files/sha256.ts';
import { StorageFailure } from './failure.ts';

export interface CachedPhoto {
  readonly sha256: string;
  readonly bytes: number;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

/** A body on the disk that is not in the cache yet. */
export interface Received {
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** The first bytes, which tell what it is. */
  readonly head: Buffer;
}

/** What a crash left in `incoming` is deleted after this time. */
const LEFTOVER_MS = 24 * 60 * 60 * 1000;

export class PhotoCache {
  readonly #urls: string;
  readonly #content: string;
  readonly #incoming: string;

  private constructor(folder: string) {
    this.#urls = join(folder, 'urls');
    this.#content = join(folder, 'content');
    this.#incoming = join(folder, 'incoming');
  }

  /** @throws the system's error if the folder cannot be made */
  static async open(folder: string): Promise<PhotoCache> {
    const cache = new PhotoCache(folder);
    for (const part of [cache.#urls, cache.#content, cache.#incoming]) {
      await mkdir(part, { recursive: true });
    }
    for (const name of await readdir(cache.#incoming)) {
      const path = join(cache.#incoming, name);
      const changed = (await stat(path).catch(() => null))?.mtimeMs ?? Date.now();
      if (Date.now() - changed > LEFTOVER_MS) await rm(path, { force: true });
    }
    return cache;
  }

  /** @returns null if there is no complete copy */
  async find(url: string): Promise<CachedPhoto | null> {
    try {
      const found = JSON.parse(await readFile(this.#recordOf(url), 'utf8')) as CachedPhoto;
      if (!/^[0-9a-f]{64}$/.test(found.sha256)) return null;
      return (await stat(this.pathOf(found))).size === found.bytes ? found : null;
    } catch {
      return null;
    }
  }

  /**
   * Writes a body piece by piece, so that no photo is in memory as a whole.
   * @throws StorageFailure if the disk fails; what the body throws
   */
  async receive(body: AsyncIterable<Uint8Array>): Promise<Received> {
    const path = this.#temporary();
    const hash = createHash('sha256');
    const head: Uint8Array[] = [];
    let bytes = 0;
    const file = await stored(open(path, 'w'));
    try {
      for await (const piece of body) {
        if (bytes < KIND_BYTES) head.push(piece.slice(0, KIND_BYTES - bytes));
        bytes += piece.length;
        hash.update(piece);
        await stored(file.writeFile(piece));
      }
      await stored(flush(file));
    } catch (error) {
      await file.close().catch(() => undefined);
      await rm(path, { force: true }).catch(() => undefined);
      throw error;
    }
    await stored(file.close());
    return { path, sha256: hash.digest('hex'), bytes, head: Buffer.concat(head) };
  }

  /**
   * Stores a photo that has no URL.
   * @throws StorageFailure
   */
  async keep({ path, sha256: hash, bytes }: Received): Promise<CachedPhoto> {
    const photo = { sha256: hash, bytes };
    await stored(this.#place(path, this.pathOf(photo), bytes));
    return photo;
  }

  /** @returns null if no photo of these bytes is there */
  async findContent(
    hash: string,
    bytes: number,
  ): Promise<{ readonly sha256: string; readonly path: string } | null> {
    const path = this.pathOf({ sha256: hash, bytes });
    const found = await stat(path).catch(() => null);
    return found?.size === bytes ? { sha256: hash, path } : null;
  }

  async discard({ path }: Received): Promise<void> {
    await rm(path, { force: true });
  }

  /** @throws StorageFailure */
  async put(
    url: string,
    received: Received,
    validators: Pick<CachedPhoto, 'etag' | 'lastModified'>,
  ): Promise<CachedPhoto> {
    // The content first: a record never names a file that is not there.
    const photo = { ...(await this.keep(received)), ...validators };
    const record = this.#temporary();
    const file = await stored(open(record, 'w'));
    try {
      await stored(file.writeFile(JSON.stringify(photo)));
    } finally {
      await file.close();
    }
    await stored(rename(record, this.#recordOf(url)));
    return photo;
  }

  pathOf({ sha256: hash }: CachedPhoto): string {
    return join(this.#content, hash);
  }

  /** One photo at several URLs is stored once. */
  async #place(from: string, to: string, bytes: number): Promise<void> {
    const isThere = async () => (await stat(to).catch(() => null))?.size === bytes;
    if (await isThere()) return rm(from, { force: true });
    await rename(from, to).catch(async (error: unknown) => {
      // Windows does not replace a file that another build has just placed and reads.
      if (!(await isThere())) throw error;
      await rm(from, { force: true });
    });
  }

  #temporary(): string {
    return join(this.#incoming, randomUUID());
  }

  #recordOf(url: string): string {
    return join(this.#urls, `${sha256(Buffer.from(url))}.json`);
  }
}

/** Tells a fault of the disk from one of the network, whose codes are alike. */
async function stored<T>(action: Promise<T>): Promise<T> {
  return action.catch((error: unknown) => {
    throw new StorageFailure(error);
  });
}
