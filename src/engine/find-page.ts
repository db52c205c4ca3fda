import type { Thresholds } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import { groupOf, type SearchItem } from '../core/item.ts';
import { matcher, type Row, splitFilter } from '../core/search/filter.ts';
import type { CheckedOptions } from '../core/search/options.ts';
import { pictureOf, rank } from '../core/search/rank.ts';
import type { Call, FoundPage, Nearest, Retriever, Wanted } from './retriever.ts';

export interface PageCall extends Pick<Call, 'signal'> {
  /** Called by an index in parts after the first wave of shards of each search: `look` returns the page as it is by then. */
  readonly onFirst?: ((look: () => Promise<FoundPage>) => void) | undefined;
}

/**
 * One page of ranked hits.
 * @param own the items in the query, which are left out; with groups all of their groups
 */
export async function findPage(
  retriever: Retriever,
  unit: Float32Array,
  own: readonly SearchItem[],
  options: CheckedOptions,
  thresholds: Thresholds,
  call: PageCall,
): Promise<FoundPage> {
  const search = (part: Partial<CheckedOptions>) =>
    searchPage(retriever, unit, own, { ...options, ...part }, thresholds, call);
  if (options.exact || options.sort || !retriever.laterPage) return search({});
  return retriever.laterPage(options, retriever, (end) => search({ from: 0, size: end }));
}

/**
 * Asks for more neighbours until the page is full, `minScore` is reached or there are no more, so that filter, groups,
 * `minScore` and page mean the same with every retriever.
 */
async function searchPage(
  retriever: Retriever,
  unit: Float32Array,
  own: readonly SearchItem[],
  options: CheckedOptions,
  { match }: Thresholds,
  { signal, onFirst }: PageCall,
): Promise<FoundPage> {
  const call = { signal };
  const { can } = retriever;
  const { group, facets, ranges, text, sort, ef } = options;
  // Rounding may push the cosine of opposite vectors below −1.
  const minScore = options.minScore > -1 ? options.minScore : Number.NEGATIVE_INFINITY;
  // To count a facet without its own condition, rows that fail that condition are needed.
  const [early, late] = can.preFilter
    ? splitFilter(options.filter, [...facets, ...ranges])
    : [{}, options.filter];
  if (!can.preFilter && text !== '') {
    throw new SoutuError(
      'UsageError',
      'This index cannot search titles. Ask for an answer without "text".',
    );
  }
  const folds = options.foldCopies && retriever.hasCopies === true;
  const ownIds = new Set(own.map(({ id }) => id));
  const ownGroups = new Set(own.map(groupOf));
  // The picture of an item in the query is no answer, whichever item shows it.
  const ownPictures = new Set(folds ? own.map(pictureOf) : []);
  const isOwn = (row: Row) =>
    ownIds.has(row.id) || (group && ownGroups.has(row.group)) || ownPictures.has(pictureOf(row));
  const needsAll = sort !== undefined;
  const everyMatch =
    needsAll ||
    group ||
    folds ||
    facets.length > 0 ||
    ranges.length > 0 ||
    own.length > 0 ||
    Object.keys(late).length > 0;
  const exact = options.exact || needsAll;

  /** The rows that counts without an attribute's own condition need, found once. */
  let others: readonly Nearest[] | null = null;
  const beside = async (wanted: Omit<Wanted, 'filter'>): Promise<readonly Nearest[]> => {
    others ??= await Promise.all(
      Object.keys(late).map((name) => {
        const rest = Object.entries(late).filter(([other]) => other !== name);
        const filter = { ...early, ...Object.fromEntries(rest) };
        return retriever.nearest(unit, { ...wanted, filter }, call);
      }),
    );
    return others;
  };

  const pageOf = (found: Nearest, filter: CheckedOptions['filter']): FoundPage => {
    const neighbours = own.length > 0 ? found.rows.filter(({ row }) => !isOwn(row)) : found.rows;
    const ranked = rank(neighbours, { ...options, filter }, match);
    const { engine, lack = null, items } = found;
    // A scan has seen all matches if its last row is none. A search in parts also lacks the rows of shards it did not read.
    const sawAllMatches = engine !== 'parts' && (found.rows.at(-1)?.score ?? -1) < match;
    const matchesRelation = found.exhausted || sawAllMatches ? 'eq' : 'gte';
    const came = items ? { items } : {};
    return { ...ranked, ...came, engine, lack, matchesRelation, totalRelation: 'gte' };
  };

  let isFirst = true;
  const wanted = options.from + options.size;
  // Several neighbours may be of one group.
  let need = wanted + own.length;
  const display = needsAll ? undefined : ([options.from, need] as const);
  // Rows below the page would only be counted: of a query without conditions, their number says little.
  const isPlain =
    !everyMatch && text === '' && minScore < -1 && Object.keys(options.filter).length === 0;
  const fewest =
    can.rowsCost && isPlain ? need : Math.max(ef, group || folds ? wanted * 4 : wanted);
  for (let k = fewest; ; k *= 4, need *= 4) {
    k = Math.min(k, can.maxK);
    const common = {
      ...{ k, ef, text, exact, minScore, everyMatch, need: Math.min(need, k) },
      ...(display ? { display } : {}),
    };
    const isApart = can.countsApart === true && !exact && Object.keys(late).length > 0;
    const filter = isApart ? { ...early, ...late } : early;
    const mayShow = isFirst ? onFirst : undefined;
    isFirst = false;
    const first = (look: () => Promise<Nearest>) =>
      mayShow?.(async () => pageOf(await look(), late));
    const nearest = await retriever.nearest(
      unit,
      { ...common, filter },
      { signal, onFirst: first },
    );
    const found = isApart ? merged(nearest, await beside(common), matcher(late)) : nearest;
    const answer = pageOf(found, late);
    const inParts = found.engine === 'parts';
    if (found.exhausted) return { ...answer, totalRelation: 'eq' };
    // All rows are known, though some only by their coarse codes.
    const isCounted = nearest.total !== null && nearest.total === nearest.rows.length;
    // Each row is a hit: the retriever has counted them.
    if (!everyMatch && found.total !== null) {
      return { ...answer, total: found.total, totalRelation: 'eq' };
    }
    if (found.isSpent) return { ...answer, totalRelation: isCounted ? 'eq' : 'gte' };
    const isFull = answer.page.length === options.size && !needsAll;
    if (isFull) return answer;
    // An index in parts reads more files for a larger `need`, and is spent before `need` exceeds its rows.
    if (k === can.maxK && !(inParts && need < k)) {
      throw new SoutuError(
        'UsageError',
        `This index finds at most ${k} neighbours, too few for ${sort ? 'a sorted answer' : 'this page'}. ` +
          `Ask for ${sort ? 'an answer without "sort"' : 'an earlier or smaller page'}, or raise "minScore".`,
      );
    }
  }
}

/**
 * @param found with all conditions
 * @param others each without that of a counted attribute
 * @param matches all conditions
 */
function merged(
  found: Nearest,
  others: readonly Nearest[],
  matches: (row: Row) => boolean,
): Nearest {
  const byId = new Map(found.rows.map((neighbour) => [neighbour.row.id, neighbour]));
  for (const neighbour of others.flatMap(({ rows }) => rows)) {
    const { row } = neighbour;
    // By its whole codes, a row may be below the cut-off that its coarse codes reach.
    const isKnown = byId.has(row.id) || (found.exhausted && matches(row));
    if (!isKnown) byId.set(row.id, neighbour);
  }
  const rows = [...byId.values()].sort(
    (a, b) => b.score - a.score || (a.row.id < b.row.id ? -1 : 1),
  );
  const lack = [found, ...others].find((one) => one.lack)?.lack ?? null;
  return { ...found, rows, lack };
}
