/** Finds what previous builds computed for a photo: in the archive of the previous release, or in this user's cache. */
import type { ArchivedThumb } from '../../../../core/bundle/archive.ts';
import type { BundleWriter } from '../../bundle-writer.ts';
import type { PreviousArchive } from '../previous-archive.ts';
import type { PhotoHashes } from './photo-hashes.ts';
import type { PhotoVectors } from './photo-record.ts';
import type { VectorCache } from './vector-cache.ts';

export interface PreviousPhotos {
  readonly hashes: PhotoHashes;
  /** Null if there is no previous release, or if nothing in it can be used. */
  readonly archive: PreviousArchive | null;
  readonly cache: VectorCache | null;
  /** Reads a thumbnail of the release that is not in the folder; null if it cannot be loaded. */
  readonly thumbOf?: (thumb: ArchivedThumb) => Promise<Uint8Array | null>;
}

export interface WantedVectors {
  readonly maxPixels: number;
  /** Whether the small copy's vector is needed, too. */
  readonly soft: boolean;
}

/** @param photo SHA-256 of its file */
export async function findVectors(
  { archive, cache }: PreviousPhotos,
  photo: string,
  { maxPixels, soft }: WantedVectors,
): Promise<PhotoVectors | null> {
  const isEnough = (found: PhotoVectors | null) =>
    found !== null &&
    (found.soft !== null || !soft) &&
    // A larger photo is refused, even if a previous build with a higher limit embedded it.
    found.pixels <= maxPixels;
  const archived = archive?.vectors(photo) ?? null;
  if (isEnough(archived)) return archived;
  const cached = (await cache?.vectors(photo)) ?? null;
  return isEnough(cached) ? cached : null;
}

/**
 * Finds a photo's thumbnail and puts it into the bundle.
 * @param photo SHA-256 of its file
 * @param writer null if the bundle needs no file of it
 */
export async function findThumb(
  { archive, cache, thumbOf }: PreviousPhotos,
  photo: string,
  writer: BundleWriter | null,
): Promise<ArchivedThumb | null> {
  const archived = archive?.thumb(photo) ?? null;
  if (archived) {
    if (!writer || (await writer.hasThumb(archived))) return archived;
    const content = await thumbOf?.(archived);
    if (content) {
      await writer.writeThumb(content);
      return archived;
    }
  }
  const cached = (await cache?.thumb(photo)) ?? null;
  if (!cached) return null;
  const { content, ...thumb } = cached;
  await writer?.writeThumb(content);
  return thumb;
}
