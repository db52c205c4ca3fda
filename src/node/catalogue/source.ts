/**
 * Sources of items: a folder of photos, a catalogue in JSON and so on, one file each. `collect` makes a catalogue of
 * any of them.
 */

import type { DeclaredAttribute } from '../../core/attribute-info.ts';
import type { Thresholds } from '../../core/contract.ts';
import type { Item } from '../../core/item.ts';
import type { PageTexts } from './page-texts.ts';

/** Where an item is described, for messages. */
export interface Place {
  /** The path or URL that the owner gave, or one below it. */
  readonly file: string;
  /** Such as `item 3` or `row 17`; missing if the file describes one item. */
  readonly row?: string;
}

export interface SourceItem {
  readonly item: Item;
  readonly place: Place;
  /** The file of the photo, or its http(s) URL. */
  readonly path: string;
  /** Why the photo cannot be used, which is known already. */
  readonly failure?: string;
}

/** What a source says about the catalogue as a whole. */
export interface CatalogueHead {
  /** What the page says beside the search. */
  readonly page: PageTexts;
  /** The owner's own thresholds, which replace the calibrated ones. */
  readonly thresholds: Partial<Thresholds>;
  /** Labels, units and order of attributes. */
  readonly attributes: readonly DeclaredAttribute[];
  /** The currency of prices that name none: an ISO 4217 code. */
  readonly currency: string | null;
  /** How the source is read, a line each: which column is which field. */
  readonly notes: readonly string[];
  /** The path below which a built site will be served, such as `/` or `/shop/`. */
  readonly servedBelow?: string;
}

export interface CatalogueSource {
  /** The folder or file, as the owner gave it. */
  readonly name: string;
  readonly head: CatalogueHead;
  /**
   * All items, in the order of the source. An id may come again: the later item counts. Every call reads from the start.
   * @param warn takes what the owner should know, a line each, beginning with the place
   * @param missing takes the number of items that are listed without a photo, after the last item
   * @throws SoutuError `CatalogueError` that begins with the place
   */
  items(warn: (line: string) => void, missing?: (count: number) => void): AsyncIterable<SourceItem>;
}

/** `catalogue.json, item 3` */
export function textOf({ file, row }: Place): string {
  return row === undefined ? file : `${file}, ${row}`;
}
