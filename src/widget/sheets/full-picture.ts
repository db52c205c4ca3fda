import { isUrl } from '../../browser/parse-url.ts';
import type { ShownItem } from '../results/picture.ts';

/**
 * The full picture, if the item has a URL of it. A path is relative to the catalogue, which is not part of the site.
 * @returns null if there is only a thumbnail
 */
export function fullPictureUrl({ image }: ShownItem): string | null {
  if (image === undefined || !/^(https?:)?\/|^data:image\//i.test(image)) return null;
  return isUrl(image, document.baseURI) ? new URL(image, document.baseURI).href : null;
}
