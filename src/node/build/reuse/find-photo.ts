/** Where a build finds what earlier builds found out about a photo: in a release, or in the cache. */
import type { ArchivedThumb } from '../../../core/bundle/archive.ts';
import type { BundleWriter } from '../bundle-writer.ts';
import type { ArchivedRelease } from './archived-release.ts';
import type { PhotoHashes } from './photo-hashes.ts';
import type { PhotoVectors } from './photo-record.ts';
import type { VectorCache } from './vector-cache.ts';

export interface Reuse {
  readonly hashes: PhotoHashes;
  /** null embeds every photo again */
  readonly release: ArchivedRelease | null;
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
  { release, cache }: Reuse,
  photo: string,
  { maxPixels, soft }: WantedVectors,
): Promise<PhotoVectors | null> {
  const isEnough = (found: PhotoVectors | null) =>
    found !== null &&
    (found.soft !== null || !soft) &&
    // A larger photo is refused, even if an earlier build with a higher limit embedded it.
    found.pixels <= maxPixels;
  const archived = release?.vectors(photo) ?? null;
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
  { release, cache, thumbOf }: Reuse,
  photo: string,
  writer: BundleWriter | null,
): Promise<ArchivedThumb | null> {
  const archived = release?.thumb(photo) ?? null;
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
