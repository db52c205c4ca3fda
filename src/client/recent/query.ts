/**
 * The last queries of a visitor, kept on his device and nowhere else: a thumbnail to know each by, and the
 * photo small, so that it can be searched again.
 */
import type { PhotoView } from '../../core/image/view.ts';

/** Queries of one bundle that are kept; the oldest goes. */
export const MOST_RECENT = 12;

export type Asked =
  | {
      readonly kind: 'photo';
      /** Reduced, but upright and whole. */
      readonly photo: Blob;
      readonly view: PhotoView;
      /** Of the part that was searched, square. */
      readonly thumb: Blob;
    }
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly title: string;
      /** Absolute; null where the item has no picture. */
      readonly url: string | null;
    };

export interface RecentQuery {
  /** Greater is later. */
  readonly key: number;
  readonly asked: Asked;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface RecentQueries {
  /** The latest first. */
  list(): Promise<readonly RecentQuery[]>;
  /**
   * @param instead the key of a query that this one takes the place of
   * @returns the new query's key
   */
  keep(asked: Asked, instead?: number): Promise<number>;
  /** Of all bundles. */
  clear(): Promise<void>;
}

export function isSameItem(a: Asked, b: Asked): boolean {
  return a.kind === 'item' && b.kind === 'item' && a.id === b.id;
}
