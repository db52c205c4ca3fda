/**
 * Which items get a thumbnail file of their own. Static hosts limit the number of files, often to 20,000. In large catalogues,
 * pages show the picture that an item has on the site already, behind the ThumbHash of its details.
 */
import type { Item } from '../../core/item.ts';
import { isRemote } from '../catalogue/photo-path.ts';

/**
 * `auto`: `all` up to 10,000 items, otherwise `missing`. `all`: every item. `missing`: only items whose `image` is a path that is
 * not part of the site, so that pages have nothing else to show.
 */
export type ThumbsOption = 'auto' | 'all' | 'missing';
export const THUMBS_OPTIONS: readonly ThumbsOption[] = ['auto', 'all', 'missing'];

/** Up to this many items, `auto` gives all of them a thumbnail: other files of a bundle of 110,000 items are about 5,000. */
export const MOST_THUMBS = 10_000;

/** @param path where the build reads the photo */
export type HasThumbFile = (item: Pick<Item, 'image'>, path: string) => boolean;

/** @param count items of the catalogue */
export function thumbsFor(option: ThumbsOption, count: number): HasThumbFile {
  const isAll = option === 'all' || (option === 'auto' && count <= MOST_THUMBS);
  return ({ image }, path) => isAll || !isShownAsItIs(image, path);
}

/** Whether the element can show `image`: a URL, or a path from the root of the site, which is no path on this machine. */
function isShownAsItIs(image: string, path: string): boolean {
  return isRemote(image) || (image.startsWith('/') && image !== path);
}
