/** Refuses unsafe output folders. Compares real paths, because links can hide that two folders are the same. */
import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SoutuError } from '../../core/errors.ts';
import type { Catalogue } from '../catalogue/entry.ts';
import { isRemote } from '../catalogue/photo-path.ts';
import { isBelow, realPathOf } from '../files/real-path.ts';
import { BUNDLE_FOLDER } from '../search/folder-source.ts';
import { THUMBS } from './bundle-writer.ts';

/**
 * @param photos a folder or a catalogue; null for items in memory
 * @returns the real path of `out`
 * @throws SoutuError `UsageError`
 */
export async function checkOutput(photos: string | null, out: string): Promise<string> {
  const realOut = await realPathOf(out);
  const refuse = (what: string, example: string) => {
    throw new SoutuError('UsageError', `--out ${out} ${what} For example: --out ${example}`);
  };
  if (dirname(realOut) === realOut) {
    refuse('is the root of the file system. Choose a folder for the site.', join(out, 'srv/site'));
  }
  if (photos === null) return realOut;
  const isFolder = (await stat(photos).catch(() => null))?.isDirectory() ?? false;
  if (!isFolder) return realOut;
  const realPhotos = await realPathOf(photos);
  if (realOut === realPhotos) {
    const example = join(out, 'site');
    refuse(
      'is the folder of the photos itself. Choose another folder; it may lie inside.',
      example,
    );
  }
  if (isBelow(realPhotos, realOut)) {
    const example = join(out, basename(realPhotos) === 'site' ? 'search' : 'site');
    refuse(`contains the photos (${photos}). Choose a folder of its own for the site.`, example);
  }
  return realOut;
}

/**
 * Photos of a catalogue may be anywhere except in a folder where a build deletes files.
 * @throws SoutuError `CatalogueError` that names the item
 */
export async function checkPhotosOutside(
  { entries }: Catalogue,
  realOut: string,
  bundleOnly: boolean,
): Promise<void> {
  const places = bundleOnly ? [THUMBS] : [BUNDLE_FOLDER, 'assets'];
  const ours = places.map((place) => join(realOut, place));
  const real = new Map<string, string>();
  for (const { item, path } of entries) {
    if (isRemote(path)) continue;
    const folder = dirname(path);
    const realFolder = real.get(folder) ?? (await realPathOf(folder));
    real.set(folder, realFolder);
    const place = ours.find((one) => realFolder === one || isBelow(realFolder, one));
    if (place === undefined) continue;
    throw new SoutuError(
      'CatalogueError',
      `"image" of "${item.id}" lies in ${place}, where builds delete files. Move the photos out of the ` +
        'site, or choose another --out.',
    );
  }
}
