import type { Bundle } from '../../../core/bundle/bundle.ts';
import { placeRows } from '../../../core/bundle/place-rows.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { IndexedItem } from '../../../core/item.ts';
import type { StoreRow } from '../store.ts';
import { storeRow } from '../store-row.ts';

/** A file has up to 10 MB. Between its pieces, rows that are being sent go on. */
const ROWS_PER_PIECE = 250;

/**
 * The rows of a bundle in its order, with the vectors that a flat index of it has: the archive's, in the space of the
 * index, rounded as its files are. So an engine gives the scores of a page.
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
  for await (const { ids, halves } of bundle.archive()) {
    for (let from = 0; from < ids.length; from += ROWS_PER_PIECE) {
      const end = Math.min(ids.length, from + ROWS_PER_PIECE);
      const stored = averaged
        ? averaged.slice((first + from) * dimension, (first + end) * dimension)
        : placeRows(halves.subarray(from * dimension, end * dimension), dimension, bundle.space);
      yield ids.slice(from, end).map((id, i) => {
        const row = first + from + i;
        const item = items[row];
        if (item?.id !== id) {
          throw new SoutuError(
            'BundleError',
            `row ${row} of the archive is "${id}", the item there is "${item?.id}". Build the bundle again.`,
          );
        }
        return storeRow(item, stored.subarray(i * dimension, (i + 1) * dimension));
      });
    }
    first += ids.length;
  }
}
