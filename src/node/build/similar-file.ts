/**
 * `similar.json`: the similar items of each item with everything that a page displays, for sites that render their
 * pages at build time. It lies next to the bundle's manifest; visitors never download it.
 *
 *     { "format": "soutu-similar", "version": 1,
 *       "items":   { "ID": { "title", "url", "thumb", "thumbSize", "group", "attributes", … } },
 *       "similar": { "ID": [{ "id": "OTHER", "score": 0.8123 }] } }        best first, then by id
 */
import type { SimilarRow } from '../../core/bundle/similar.ts';
import type { IndexedItem } from '../../core/item.ts';

export const SIMILAR_FILE = 'similar.json';
export const SIMILAR_FORMAT = 'soutu-similar';

/** @param items sorted by id */
export function similarJson(
  items: readonly IndexedItem[],
  similar: readonly (readonly SimilarRow[])[],
): string {
  const content = {
    format: SIMILAR_FORMAT,
    version: 1,
    items: Object.fromEntries(items.map(({ id, ...item }) => [id, item])),
    similar: Object.fromEntries(
      items.map(({ id }, row) => [
        id,
        (similar[row] ?? []).map((other) => ({
          id: items[other.row]?.id,
          score: Math.round(other.score * 1e4) / 1e4,
        })),
      ]),
    ),
  };
  return `${JSON.stringify(content)}\n`;
}
