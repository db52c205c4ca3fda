/** The averaged vectors of a bundle with what they were averaged from, so that a query can be left out of them. */
import type { Bundle } from '../../../core/bundle/bundle.ts';
import { placeRows } from '../../../core/bundle/place-rows.ts';
import { concat } from '../../../core/concat.ts';
import { AveragedVectors } from '../../../core/vector/averaged.ts';

/** @returns null if the bundle's vectors are not averaged */
export async function averagedOf(bundle: Bundle): Promise<AveragedVectors | null> {
  const { dimension, neighbours } = bundle.manifest.index;
  if (neighbours === undefined) return null;
  return new AveragedVectors(await archivedVectors(bundle), dimension, neighbours);
}

/** The vectors of the archive in the space of the index, before anything was averaged or coded. */
export async function archivedVectors(bundle: Bundle): Promise<Float32Array<ArrayBuffer>> {
  const { dimension } = bundle.manifest.index;
  const units: Float32Array[] = [];
  for await (const { halves } of bundle.archive()) {
    units.push(placeRows(halves, dimension, bundle.space));
  }
  return concat(Float32Array, units);
}
