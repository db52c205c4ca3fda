/**
 * The items of a page with what it displays of them. If a file of details is missing, damaged or slow, its items come with
 * what is known without it, and the caller learns why.
 */
import { MissingFileError, messageOf, SoutuError } from '../core/errors.ts';
import type { DisplayItem, ItemDetails, SearchItem } from '../core/item.ts';
import { withTimeout } from '../core/timeout.ts';
import type { Call } from './retriever.ts';

export interface DetailsSource {
  /** What pages display of the item at this place of the list. */
  detailsOf(index: number): Promise<ItemDetails>;
  /** The title of the item, from a file of titles; asked for if there are no details. */
  titleOf?(index: number): Promise<string | undefined>;
  /** Whether another release has replaced this one, so that its files may be gone. */
  isReplaced(): Promise<boolean>;
  /** Milliseconds after which an answer no longer waits for details. */
  readonly slowMs: number;
}

/**
 * Reads what pages display, in the order of `items`.
 * @throws MissingFileError if another release has replaced this one; the signal's reason
 */
export async function displayItems(
  items: readonly SearchItem[],
  source: DetailsSource,
  { signal, onLack }: Call = {},
): Promise<readonly DisplayItem[]> {
  const { slowMs } = source;
  const details: (ItemDetails | undefined)[] = [];
  const failures: unknown[] = [];
  const read = async (index: number) => {
    try {
      details[index] = await source.detailsOf(index);
    } catch (error) {
      failures.push(error);
    }
  };
  const all = Promise.all(items.map((_, index) => read(index)));
  const what = `A file with pictures and titles took longer than ${slowMs / 1000} s to load.`;
  const tooSlow = () => new SoutuError('NetworkError', what);
  await withTimeout(all, slowMs, tooSlow).catch((late: unknown) => failures.push(late));
  signal?.throwIfAborted();
  const found = details.slice();
  const [reason] = failures;
  if (failures.length === 0) return items.map((item, i) => ({ ...item, ...found[i] }));
  const missing = failures.find((failure) => failure instanceof MissingFileError);
  if (missing && (await source.isReplaced())) throw missing;
  const shown = await Promise.all(
    items.map(async (item, i): Promise<DisplayItem> => {
      if (found[i]) return { ...item, ...found[i] };
      const title = await source.titleOf?.(i).catch(() => undefined);
      return title === undefined ? item : { ...item, title };
    }),
  );
  signal?.throwIfAborted();
  const failed = items.filter((_, i) => !found[i]).length;
  onLack?.({ failed, asked: items.length, reason: messageOf(reason) });
  return shown;
}
