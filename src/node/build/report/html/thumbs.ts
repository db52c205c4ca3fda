/** Small pictures within the page itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexedItem } from '../../../../core/item.ts';
import { shrinkThumb } from '../../../photos/thumb.ts';
import { html, type Markup } from './markup.ts';

/** Longest side in pixels; the page shows them at 88 to 128. */
const SIDE = 104;

/** All pictures together, in characters; what does not fit has none. */
const MAX_CHARACTERS = 760_000;

export class Thumbs {
  readonly #pictures = new Map<string, string>();

  /**
   * Reads the thumbnails of these items, the first ones first.
   * @param folder of the bundle
   */
  static async read(folder: string, items: Iterable<IndexedItem>): Promise<Thumbs> {
    const thumbs = new Thumbs();
    let characters = 0;
    for (const { thumb } of items) {
      if (!thumb || thumbs.#pictures.has(thumb)) continue;
      const bytes = await readFile(join(folder, thumb))
        .then((file) => shrinkThumb(file, SIDE))
        .catch(() => null);
      if (!bytes) continue;
      const url = `data:image/webp;base64,${Buffer.from(bytes).toString('base64')}`;
      characters += url.length;
      if (characters > MAX_CHARACTERS) break;
      thumbs.#pictures.set(thumb, url);
    }
    return thumbs;
  }

  /** null without a picture */
  of({ thumb, thumbSize }: Pick<IndexedItem, 'thumb' | 'thumbSize'>): Markup | null {
    const url = thumb === undefined ? undefined : this.#pictures.get(thumb);
    if (url === undefined) return null;
    const [width, height] = thumbSize ?? [SIDE, SIDE];
    return html`<img src="${url}" alt="" width="${width}" height="${height}" loading="lazy">`;
  }
}
