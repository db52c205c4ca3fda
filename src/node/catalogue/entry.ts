import type { AttributeInfo } from '../../core/attribute-info.ts';
import type { Item } from '../../core/item.ts';
import type { CatalogueHead, Place } from './source.ts';

/** One photo to be indexed: what the page will know of it, and where its file lies. */
export interface Entry {
  readonly item: Item;
  /** A file; before the downloads, perhaps an http(s) URL. */
  readonly path: string;
  /** Why the photo could not be downloaded. */
  readonly failure?: string;
  /** Why the server did not give the photo again, so that the copy of an earlier download is used. */
  readonly stale?: string;
  /** Where the item is described. */
  readonly place: Place;
}

/** All items of a source. */
export interface Catalogue
  extends Pick<CatalogueHead, 'page' | 'thresholds' | 'notes' | 'servedBelow'> {
  /** The attributes of the items, in display order. */
  readonly attributes: readonly AttributeInfo[];
  readonly entries: readonly Entry[];
  /** What the owner should know, a line each. */
  readonly warnings: readonly string[];
  /** Number of items that the source lists without a photo; default 0. They are left out. */
  readonly withoutPhoto?: number;
}
