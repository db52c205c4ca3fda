/**
 * Downloaded photos on this machine's disk. No name comes from a URL or a server:
 *
 *     FOLDER/urls/HASH.json     what the server said, by the SHA-256 of the URL
 *     FOLDER/content/HASH       the photo, by the SHA-256 of its bytes
 */
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '../../files/atomic-write.ts';
import { sha256 } from '../../files/sha256.ts';

export interface CachedPhoto {
  readonly sha256: string;
  readonly bytes: number;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export class PhotoCache {
  readonly #urls: string;
  readonly #content: string;
  readonly #writing = new Map<string, Promise<void>>();

  private constructor(folder: string) {
    this.#urls = join(folder, 'urls');
    this.#content = join(folder, 'content');
  }

  /** @throws the system's error if the folder cannot be made */
  static async open(folder: string): Promise<PhotoCache> {
    const cache = new PhotoCache(folder);
    await mkdir(cache.#urls, { recursive: true });
    await mkdir(cache.#content, { recursive: true });
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

  async put(
    url: string,
    content: Uint8Array,
    validators: Pick<CachedPhoto, 'etag' | 'lastModified'>,
  ): Promise<CachedPhoto> {
    const photo = { sha256: sha256(content), bytes: content.length, ...validators };
    // The content first: a record never names a file that is not there.
    await this.#store(this.pathOf(photo), content);
    await writeAtomically(this.#recordOf(url), JSON.stringify(photo));
    return photo;
  }

  pathOf({ sha256: hash }: CachedPhoto): string {
    return join(this.#content, hash);
  }

  /** One photo at several URLs is written once, also if its copies arrive at the same time. */
  async #store(path: string, content: Uint8Array): Promise<void> {
    const underWay = this.#writing.get(path);
    if (underWay) return underWay;
    const writing = (async () => {
      const size = (await stat(path).catch(() => null))?.size;
      if (size !== content.length) await writeAtomically(path, content);
    })();
    this.#writing.set(path, writing);
    try {
      await writing;
    } finally {
      this.#writing.delete(path);
    }
  }

  #recordOf(url: string): string {
    return join(this.#urls, `${sha256(Buffer.from(url))}.json`);
  }
}
