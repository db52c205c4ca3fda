/**
 * Photos of searches that a visitor may return to with Back or a reload: stored on the device, because a page's memory
 * ends with the page. A history entry contains only the mark.
 */
import type { PhotoView, Region } from '../../core/image/view.ts';

export interface SavedPhoto {
  /** Unique in the browser; stored in the history entry. */
  readonly mark: string;
  /** Absolute URL of the bundle's folder. */
  readonly bundle: string;
  readonly photo: Blob;
  readonly view: PhotoView;
  /** The things found in the photo, for their dots; missing if no search has looked for any. */
  readonly things?: readonly Region[];
  /** The photo's embedding and its model's name, to search again without the model. */
  readonly vector: Float32Array;
  /** `SearchResponse.soft` of its search. */
  readonly soft: boolean;
  readonly model: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Limits of all bundles of the origin together; the oldest photos are deleted first. */
export const MOST_SAVED = 12;
export const MOST_SAVED_BYTES = 48_000_000;
/** Nobody goes back to an older one; in milliseconds. */
export const OLDEST_SAVED = 24 * 3_600_000;
