/**
 * Vectors and thumbnails of photos in this user's cache, so that no build embeds a photo twice. Entries are written
 * while a build runs, so a build that was interrupted continues where it was.
 *
 *     CACHE/build/vectors/AB/KEY    AB begins the key, which is the hash of
 *     CACHE/build/thumbs/AB/KEY       the photo's SHA-256 and the settings (see made-with.ts)
 *
 *     an entry:  SHA-256 of the rest (32 bytes), then a container (core/container.ts) of kind
 *       `cached-vectors`   { pixels, print, trimmed, damage }, plain f16 [dimension], soft f16 [dimension] if embedded
 *       `cached-thumb`     { size, hash }, webp u8
 *
 * An entry that was cut off or damaged does not match its hash and counts as missing. Entries are not flushed to the
 * disk: after a power failure some photos are embedded again.
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MadeWith } from '../../../../core/bundle/archive.ts';
import { readContainer, sectionOf, writeContainer } from '../../../../core/container.ts';
import { nonFiniteHalf } from '../../../../core/half.ts';
import { isFingerprint } from '../../../../core/image/hash-distance.ts';
import { encodeUtf8 } from '../../../../core/text.ts';
import { isThumbHash } from '../../../../core/thumb-hash.ts';
import { freeBytes } from '../../../files/disk-space.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { sha256 } from '../../../files/sha256.ts';
import type { Thumb } from '../../../photos/thumb.ts';
import { fingerprint } from '../made-with.ts';
import type { PhotoVectors, ThumbFile } from './photo-record.ts';

const HASH_BYTES = 32;

/** Nothing is written to a disk with less free space. */
const MIN_FREE_BYTES = 1 << 30;
/** How often the free space is looked at, in bytes written. */
const CHECK_EVERY_BYTES = 64 << 20;

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0;

type Kind = 'vectors' | 'thumbs';

export class VectorCache {
  /** Bytes written by this build. */
  written = 0;
  readonly #folder: string;
  readonly #dimension: number;
  readonly #keys: Readonly<Record<Kind, string>>;
  readonly #warn: (line: string) => void;
  #unchecked = Number.POSITIVE_INFINITY;
  #isFull = false;

  /**
   * @param folder is created with the first entry
   * @param warn takes a line if entries cannot be written; the build goes on without
   */
  constructor(folder: string, made: MadeWith, dimension: number, warn: (line: string) => void) {
    this.#folder = folder;
    this.#dimension = dimension;
    this.#keys = { vectors: fingerprint(made.vectors), thumbs: fingerprint(made.thumbs) };
    this.#warn = warn;
  }

  /** @param photo SHA-256 of its file */
  async vectors(photo: string): Promise<PhotoVectors | null> {
    return this.#read('vectors', photo, (entry, where) => {
      const container = readContainer(entry, 'cached-vectors', where);
      const { pixels, print, trimmed, damage } = container.meta;
      const plain = sectionOf(container, 'plain', 'f16', where);
      const hasSoft = container.sections.some(({ name }) => name === 'soft');
      const soft = hasSoft ? sectionOf(container, 'soft', 'f16', where) : null;
      const isWhole = (one: Uint16Array) =>
        one.length === this.#dimension && nonFiniteHalf(one) < 0;
      if (!isWhole(plain) || (soft && !isWhole(soft)) || !isFingerprint(print)) return null;
      if (!isCount(pixels)) return null;
      return {
        plain,
        soft,
        pixels,
        print,
        isTrimmed: trimmed === true,
        damage: typeof damage === 'string' ? damage : null,
      };
    });
  }

  async putVectors(photo: string, vectors: PhotoVectors): Promise<void> {
    const { plain, soft, pixels, print, isTrimmed, damage } = vectors;
    const section = (name: string, data: Uint16Array) =>
      ({ name, dtype: 'f16', shape: [data.length], data }) as const;
    const entry = writeContainer({
      kind: 'cached-vectors',
      meta: { pixels, print, trimmed: isTrimmed, damage },
      sections: [section('plain', plain), ...(soft ? [section('soft', soft)] : [])],
    });
    await this.#write('vectors', photo, entry);
  }

  async thumb(photo: string): Promise<ThumbFile | null> {
    return this.#read('thumbs', photo, (entry, where) => {
      const container = readContainer(entry, 'cached-thumb', where);
      const { size, hash } = container.meta as unknown as Pick<ThumbFile, 'size' | 'hash'>;
      const content = sectionOf(container, 'webp', 'u8', where);
      const isSize = Array.isArray(size) && size.length === 2 && size.every(isCount);
      if (!isSize || !isThumbHash(hash) || content.length === 0) return null;
      return { content, bytes: content.length, sha256: sha256(content), size, hash };
    });
  }

  async putThumb(photo: string, { bytes, size, hash }: Thumb): Promise<void> {
    const entry = writeContainer({
      kind: 'cached-thumb',
      meta: { size, hash },
      sections: [{ name: 'webp', dtype: 'u8', shape: [bytes.length], data: bytes }],
    });
    await this.#write('thumbs', photo, entry);
  }

  #pathOf(kind: Kind, photo: string): string {
    const key = sha256(encodeUtf8(`${photo} ${this.#keys[kind]}`));
    return join(this.#folder, kind, key.slice(0, 2), key);
  }

  async #read<T>(
    kind: Kind,
    photo: string,
    parse: (entry: Uint8Array, where: string) => T | null,
  ): Promise<T | null> {
    const path = this.#pathOf(kind, photo);
    const file = await readFile(path).catch(() => null);
    if (!file) return null;
    const entry = file.subarray(HASH_BYTES);
    try {
      const isWhole = sha256(entry) === file.subarray(0, HASH_BYTES).toString('hex');
      const parsed = isWhole ? parse(entry, path) : null;
      if (parsed) {
        const now = new Date();
        await utimes(path, now, now).catch(() => undefined);
      }
      return parsed;
    } catch {
      return null;
    }
  }

  async #write(kind: Kind, photo: string, entry: Uint8Array): Promise<void> {
    if (this.#isFull) return;
    const path = this.#pathOf(kind, photo);
    // Another build may write the same entry.
    const temporary = `${path}.${randomUUID()}.tmp`;
    try {
      await makeFolder(dirname(path));
      await this.#checkSpace(entry.length, path);
      if (this.#isFull) return;
      await writeFile(temporary, Buffer.concat([Buffer.from(sha256(entry), 'hex'), entry]));
      await rename(temporary, path);
      this.written += HASH_BYTES + entry.length;
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      this.#stop((error as Error).message);
    }
  }

  async #checkSpace(bytes: number, path: string): Promise<void> {
    this.#unchecked += bytes;
    if (this.#unchecked < CHECK_EVERY_BYTES) return;
    this.#unchecked = 0;
    const free = await freeBytes(dirname(path));
    if (free !== null && free < MIN_FREE_BYTES) this.#stop('less than 1 GB is free');
  }

  #stop(reason: string): void {
    if (this.#isFull) return;
    this.#isFull = true;
    this.#warn(
      `${this.#folder}: vectors and thumbnails are no longer cached (${reason}). The build goes on; the next one may ` +
        'embed photos again. Free some space, or set SOUTU_CACHE to another folder.',
    );
  }
}
