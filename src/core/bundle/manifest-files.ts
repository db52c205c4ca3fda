/** The files that a manifest names, by who needs them. */
import type { FileRef } from '../file-ref.ts';
import type { Manifest } from './manifest.ts';
import type { RowFile } from './row-files.ts';

/** The files that every search begins with: what codes mean, and where shards are; none in other indexes. */
export function spaceFilesOf(index: Manifest['index']): readonly FileRef[] {
  if (index.type === 'parts') {
    const { root, delta } = index.parts;
    return delta ? [root, delta.file] : [root];
  }
  return index.type === 'codes' ? [index.codes.space] : [];
}

/** The columns that searches load; those of an index in parts are in its shards. */
function searchColumnsOf({ items, index }: Manifest): readonly RowFile[] {
  return index.type === 'parts' ? [] : items.columns;
}

/** The files of an index, except the vectors. */
export function graphOf(index: Manifest['index']): readonly FileRef[] {
  return index.type === 'hnsw' || index.type === 'codes' ? (index.graph ?? []) : [];
}

/** The files that are loaded for the first soft photo. */
export function softFilesOf({ soft }: Manifest['index']): readonly RowFile[] {
  return soft?.vectors ?? [];
}

/** The files that are loaded when a bundle is opened. Details are included only if they are a single file. */
export function openingFilesOf(manifest: Manifest): FileRef[] {
  const { items, index } = manifest;
  const details = items.details.length === 1 ? items.details : [];
  return [...searchColumnsOf(manifest), ...details, ...spaceFilesOf(index), ...index.vectors];
}

/**
 * The files that a search in a browser may download: all except the archive and the similar items. Without the shards of an
 * index in parts, which the manifest does not name.
 */
export function searchFilesOf(manifest: Manifest): FileRef[] {
  const { model, items, index } = manifest;
  return [
    ...model.weights.files,
    ...searchColumnsOf(manifest),
    ...items.details,
    ...spaceFilesOf(index),
    ...index.vectors,
    ...graphOf(index),
    ...softFilesOf(index),
  ];
}

/** All files that a manifest references. `listingsOf` names the files with further ones. */
export function filesOf(manifest: Manifest): FileRef[] {
  return [
    ...searchFilesOf(manifest),
    ...(manifest.index.type === 'parts'
      ? [...manifest.items.columns, ...listingsOf(manifest)]
      : []),
    ...(manifest.items.similar?.files ?? []),
    ...manifest.archive,
  ];
}

/** The files that list those of an index in parts; none in other indexes. */
export function listingsOf({ index }: Manifest): readonly FileRef[] {
  if (index.type !== 'parts') return [];
  const { list, delta } = index.parts;
  return delta ? [list, delta.list] : [list];
}
