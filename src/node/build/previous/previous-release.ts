/** The previous release: the one that a build replaces. Its files are reused where the new release would say the same. */
import { Bundle } from '../../../core/bundle/bundle.ts';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import type { FileRef } from '../../../core/file-ref.ts';
import { folderSource } from '../../search/folder-source.ts';

export interface PreviousRelease {
  readonly bundle: Bundle;
  read(ref: FileRef): Promise<Uint8Array>;
}

/** @param manifest the release in the folder */
export async function openPrevious(folder: string, manifest: Manifest): Promise<PreviousRelease> {
  const source = folderSource(folder, manifest);
  return { bundle: await Bundle.open(source), read: (ref) => source.read(ref) };
}

/** The row of each id; ids that are gone have none. */
export function rowsById(ids: readonly string[]): ReadonlyMap<string, number> {
  return new Map(ids.map((id, row) => [id, row]));
}
