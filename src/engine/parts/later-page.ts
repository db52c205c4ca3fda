/**
 * Pages of an index in parts. It reads more shards for a longer page, and may find other rows for its beginning. So that
 * pages neither overlap nor miss a hit, later ones begin with the hits of those before:
 *
 *     page 1 │ page 2 │ pages 3 and 4 │ pages 5 to 8 │ …      each │ is a search for all hits up to there
 *
 * A search that finds fewer hits than that, and may have missed some, is followed by one for as many as there are items,
 * the last one. Every page is the same whatever was asked before; what earlier searches have read is in memory.
 */
import { type Neighbour, pictureOf, type RankedHit } from '../../core/search/rank.ts';
import type { LaterPage } from '../retriever.ts';

export const laterPage: LaterPage = async (
  { from, size, group, foldCopies },
  retriever,
  search,
) => {
  const folds = foldCopies && retriever.hasCopies === true;
  /** What a hit is told apart by, whichever of its rows is the best of a search. */
  const keyOf = ({ row }: Neighbour) => (group ? row.group : folds ? pictureOf(row) : row.id);
  const hits: RankedHit[] = [];
  const seen = new Set<string>();
  const isSeen = ({ best, copies }: RankedHit) =>
    [best, ...copies].some((one) => seen.has(keyOf(one)));
  for (let end = size; ; ) {
    const found = await search(end);
    const fresh = found.page.filter((hit) => !isSeen(hit)).slice(0, end - hits.length);
    for (const hit of fresh) seen.add(keyOf(hit.best));
    hits.push(...fresh);
    const isShort = hits.length < end;
    if (
      end >= retriever.count ||
      hits.length >= from + size ||
      (isShort && found.totalRelation === 'eq')
    ) {
      return { ...found, page: hits.slice(from, from + size) };
    }
    end = isShort ? retriever.count : 2 * end;
  }
};
