import type { AttributeInfo } from '../../core/attribute-info.ts';
import type { Thresholds } from '../../core/contract.ts';
import type { Item } from '../../core/item.ts';
import type { PageTexts } from './page-texts.ts';

/** One photo to be indexed: what the page will know of it, and where its file lies. */
export interface Entry {
  readonly item: Item;
  readonly path: string;
}

export interface Catalogue {
  /** What the page says beside the search. */
  readonly page: PageTexts;
  /** The owner's own thresholds, which replace the calibrated ones. */
  readonly thresholds: Partial<Thresholds>;
  /** The attributes of the items, in display order. */
  readonly attributes: readonly AttributeInfo[];
  readonly entries: readonly Entry[];
  /** What the owner should know, a line each. */
  readonly warnings: readonly string[];
}
