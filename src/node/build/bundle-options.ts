/** The options of a bundle, with the defaults of a build applied. */
import type { NeighboursOption } from './choose/neighbours.ts';
import type { SpaceOptions } from './choose/space.ts';
import type { IndexOptions } from './index/choose-index.ts';
import type { ItemOutcome } from './outcome.ts';
import type { IndexedCatalogue } from './report/analysis.ts';
import type { ThumbsOption } from './thumbs.ts';

export interface BundleOptions extends SpaceOptions, IndexOptions {
  readonly maxPixels: number;
  /** Cuts away borders before embedding. Thumbnails keep them. */
  readonly trim: boolean;
  /** Longest side of the thumbnails in pixels. */
  readonly thumbSide: number;
  /** Default `auto`. */
  readonly thumbs?: ThumbsOption | undefined;
  /** Whether to make vectors for soft photos; default: up to `SOFT_UP_TO` photos. */
  readonly soft?: boolean | undefined;
  /** Moves each vector towards this many of its neighbours; default 0, none. */
  readonly neighbours?: NeighboursOption | undefined;
  /** Ignores the release in the folder, that is, its centre and its division into files. */
  readonly fresh: boolean;
  /** Similar items per item in `similar.json`; default 0, no such file. */
  readonly similar?: number;
  /** Most bytes of manifest, items and index that a first search downloads; default: any. */
  readonly maxBytes?: number | undefined;
  /** Indexes of vectors of more items than this get a graph, for tests; default: if searches are faster with one. */
  readonly graphAbove?: number;
  /** Called with a new release before it is written. */
  readonly onIndexed?: (catalogue: IndexedCatalogue) => void;
  /** Called when the outcome of every item is known. If it throws, the build ends. */
  readonly onOutcomes?: (outcomes: readonly ItemOutcome[], withoutPhoto?: number) => void;
}

/** With more photos, the second embedding takes long, and the vectors for soft photos are a large download. */
export const SOFT_UP_TO = 2000;
