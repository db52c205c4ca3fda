import type { Bundle } from '../../../core/bundle/bundle.ts';
import { asStored } from '../../../core/bundle/vectors.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { IndexedItem } from '../../../core/item.ts';
import { placed } from '../../../core/vector/space.ts';
import { rowHash } from '../row-hash.ts';
import type { StoreRow } from '../store.ts';

/**
 * The rows of a bundle in its order, file by file, with the vectors that a flat index of it has: the archive's, in the
 * space of the index, rounded as its files are. So an engine gives the scores of a page.
 * @throws SoutuError `BundleError`
 */
export async function* readRows(
  bundle: Bundle,
  items: readonly IndexedItem[],
): AsyncGenerator<StoreRow[]> {
  const { dimension, neighbours } = bundle.manifest.index;
  // Averaged vectors depend on all others; the build has computed them.
  const averaged = neighbours === undefined ? null : await bundle.vectors();
  let first = 0;
  for await (const { ids, vectors } of bundle.archive()) {
    const own = new Float32Array(vectors.length);
    if (averaged) own.set(averaged.subarray(first * dimension, first * dimension + own.length));
    else {
      for (let i = 0; i < ids.length; i++) {
        const plain = vectors.subarray(i * dimension, (i + 1) * dimension);
        own.set(placed(plain, bundle.space), i * dimension);
      }
    }
    const stored = averaged ? own : asStored(own, dimension);
    yield ids.map((id, i) => {
      const item = items[first + i];
      if (item?.id !== id) {
        throw new SoutuError(
          'BundleError',
          `row ${first + i} of the archive is "${id}", the item there is "${item?.id}". Build the bundle again.`,
        );
      }
      const vector = stored.slice(i * dimension, (i + 1) * dimension);
      return { item, vector, hash: rowHash(item, vector) };
    });
    first += ids.length;
  }
}
