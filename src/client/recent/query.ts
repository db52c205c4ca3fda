/**
 * A visitor's recent queries, stored only on the device: a thumbnail to recognize each query, and a small copy of
 * the photo to repeat the search.
 */
import type { PhotoView } from '../../core/image/view.ts';

/** Maximum number of stored queries per bundle; the oldest is deleted first. */
export const MOST_RECENT = 12;

export type Asked =
  | {
      readonly kind: 'photo';
      /** The whole photo, upright and downscaled. */
      readonly photo: Blob;
      readonly view: PhotoView;
      /** Square, of the searched region. */
      readonly thumb: Blob;
      /** The key of the same photo in the history entries, to recognize it after a reload. */
      readonly mark?: string;
    }
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly title: string;
      /** Absolute URL of the item's picture; null if it has none. */
      readonly url: string | null;
    };

export interface RecentQuery {
  /** A later query has a greater key. */
  readonly key: number;
  readonly asked: Asked;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface RecentQueries {
  /** Newest first. */
  list(): Promise<readonly RecentQuery[]>;
  /**
   * @param instead the key of a query that this one replaces
   * @returns the new query's key
   */
  keep(asked: Asked, instead?: number): Promise<number>;
  /** Deletes the queries of all bundles. */
  clear(): Promise<void>;
}

export function isSameItem(a: Asked, b: Asked): boolean {
  return a.kind === 'item' && b.kind === 'item' && a.id === b.id;
}
