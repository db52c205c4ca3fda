/** Photos that are not files: bytes of a database or of a script, stored in the cache by their content. */
import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { kindOf } from '../../core/image/kind.ts';
import { sha256 } from '../files/sha256.ts';
import { cacheFolder } from '../model/cache-folder.ts';
import { StorageFailure } from '../photos/download/failure.ts';
import { PhotoCache } from '../photos/download/photo-cache.ts';

export interface StoredPhoto {
  /** For the item, such as `0123456789abcdef.jpeg`. It depends on the bytes alone. */
  readonly image: string;
  /** The file in the cache. */
  readonly path: string;
}

/** Where this user's photos are stored that are not files of the owner. */
function photosFolder(): string {
  return join(cacheFolder(), 'photos');
}

/** Opens the cache when the first photo comes. */
export class PhotoStore {
  readonly #folder: string;
  #cache: Promise<PhotoCache> | null = null;

  constructor(folder = photosFolder()) {
    this.#folder = folder;
  }

  /**
   * Writes nothing if the same photo is there already.
   * @throws SoutuError `OutputError` if the disk fails
   */
  async addBytes(bytes: Uint8Array): Promise<StoredPhoto> {
    try {
      this.#cache ??= PhotoCache.open(this.#folder);
      const found = await (await this.#cache).findContent(sha256(bytes), bytes.length);
      if (found === null) return await this.add([bytes]);
      return { image: nameOf(found.sha256, bytes), path: found.path };
    } catch (error) {
      throw faultOfCache(error, this.#folder);
    }
  }

  /** @throws SoutuError `OutputError` if the disk fails; what the body throws */
  async add(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<StoredPhoto> {
    try {
      this.#cache ??= PhotoCache.open(this.#folder);
      const cache = await this.#cache;
      const received = await cache.receive(toAsync(body));
      const photo = await cache.keep(received);
      return { image: nameOf(photo.sha256, received.head), path: cache.pathOf(photo) };
    } catch (error) {
      throw faultOfCache(error, this.#folder);
    }
  }
}

function nameOf(hash: string, head: Uint8Array): string {
  const kind = kindOf(head);
  return `${hash.slice(0, 16)}${kind === null ? '' : `.${kind}`}`;
}

/** @returns an `OutputError` for a fault of the disk; any other error as it is */
export function faultOfCache(error: unknown, folder: string): unknown {
  const isOfDisk =
    error instanceof StorageFailure || (error instanceof Error && 'syscall' in error);
  if (!isOfDisk) return error;
  return new SoutuError(
    'OutputError',
    `${folder}: photos cannot be stored (${messageOf(error)}). Free some space, or set SOUTU_CACHE to ` +
      'another folder.',
    { cause: error },
  );
}

async function* toAsync(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* body;
}
