/** Opens what a build reuses of previous builds: the release in its folder, and this user's cache. */
import { join } from 'node:path';
import type { MadeWith } from '../../../../core/bundle/archive.ts';
import { encodeUtf8 } from '../../../../core/text.ts';
import { sha256 } from '../../../files/sha256.ts';
import { folderSource } from '../../../search/folder-source.ts';
import type { BundleWriter } from '../../bundle-writer.ts';
import { PreviousArchive } from '../previous-archive.ts';
import { PhotoHashes } from './photo-hashes.ts';
import type { PreviousPhotos } from './previous-photos.ts';
import { pruneCache } from './prune-cache.ts';
import { VectorCache } from './vector-cache.ts';

export interface OpenedPhotos extends PreviousPhotos {
  /** Prunes the cache. Call it after the release is published. */
  close(): Promise<void>;
}

/** Embeds every photo, and records nothing. */
export function noPreviousPhotos(): OpenedPhotos {
  return {
    hashes: new PhotoHashes(),
    archive: null,
    cache: null,
    close: async () => undefined,
  };
}

/**
 * @param cache the folder of this user
 * @param made what this build's vectors and thumbnails are made with
 * @param warn takes a line about what cannot be reused, and why
 * @param thumbOf reads thumbnails of a release that was built elsewhere
 */
export async function openPreviousPhotos(
  cache: string,
  writer: BundleWriter,
  made: MadeWith,
  dimension: number,
  warn: (line: string) => void,
  thumbOf?: PreviousPhotos['thumbOf'],
): Promise<OpenedPhotos> {
  const folder = join(cache, 'build');
  const hashes = join(folder, 'hashes', `${sha256(encodeUtf8(writer.folder))}.json`);
  const manifest = await writer.previous();
  const vectors = new VectorCache(folder, made, dimension, warn);
  return {
    hashes: await PhotoHashes.open(hashes),
    archive:
      manifest &&
      (await PreviousArchive.open(folderSource(writer.folder), manifest, made, dimension, warn)),
    cache: vectors,
    ...(thumbOf ? { thumbOf } : {}),
    close: () => pruneCache(folder, vectors.written),
  };
}
