/**
 * A search in Elasticsearch's words. As there, `k` neighbours are found first; collapsing, sorting and paging happen among
 * them, and `hits.total` counts them before they are collapsed.
 */
import { thresholdsOf } from '../../../core/bundle/info.ts';
import type { DisplayItem } from '../../../core/item.ts';
import { cosineOf, type Neighbour, type RankedHit, rank } from '../../../core/search/rank.ts';
import { placed } from '../../../core/vector/space.ts';
import { readVector } from '../handler/read-vector.ts';
import type { OpenRelease } from '../handler/releases.ts';
import { ElasticError } from './elastic-error.ts';
import { type ElasticRequest, GROUP_FIELDS } from './read-request.ts';
import type { SourceFilter } from './source-filter.ts';

/**
 * `cosine`: −1…1. `original`: 1 / (1 + d²) of the squared distance between unit vectors, so 0.65 is a cosine of 0.731.
 * `elasticsearch`: (1 + cosine) / 2, as its dense vectors since version 8.
 */
export type ScoreKind = 'cosine' | 'original' | 'elasticsearch';

interface Score {
  of(cosine: number): number;
  /** The cosine of a score. */
  back(score: number): number;
}

const SCORES: Readonly<Record<ScoreKind, Score>> = {
  cosine: { of: (cosine) => cosine, back: (score) => score },
  original: {
    of: (cosine) => 1 / (1 + (2 - 2 * cosine)),
    back: (score) => (score > 0 ? 1 - (1 / score - 1) / 2 : Number.NEGATIVE_INFINITY),
  },
  elasticsearch: { of: (cosine) => (1 + cosine) / 2, back: (score) => 2 * score - 1 },
};

/** Only what its caller reads is named. */
interface ElasticAnswer {
  readonly [name: string]: unknown;
  readonly hits: { readonly [name: string]: unknown; readonly hits: readonly object[] };
}

export async function elasticSearch(
  index: string,
  request: ElasticRequest,
  { info, manifest, space, retriever }: OpenRelease,
  kind: ScoreKind,
  signal: AbortSignal,
): Promise<ElasticAnswer> {
  const start = performance.now();
  const score = SCORES[kind];
  const unit = placed(readVector(request.vector, info.dimension, '[vector]'), space);
  const least = Math.max(
    request.minScore === null ? Number.NEGATIVE_INFINITY : score.back(request.minScore),
    request.minCosine ?? Number.NEGATIVE_INFINITY,
  );
  const { sort } = request;
  if (sort && !(await retriever.numeric()).includes(sort.by)) {
    const reason = `No mapping found for [${sort.by.slice(0, 100)}] in order to sort on`;
    throw new ElasticError(400, 'illegal_argument_exception', reason);
  }
  const k = Math.min(request.k, retriever.can.maxK);
  const wanted = { k, ef: request.ef, filter: {}, exact: false, minScore: least };
  const found = await retriever.nearest(unit, { ...wanted, everyMatch: false }, { signal });
  const neighbours = found.rows.slice(0, k);
  const { collapse, from, size } = request;
  const { match } = thresholdsOf(manifest.index);
  const all = { filter: {}, facets: [], ranges: [], foldCopies: false };
  // A group is represented by its first document in the order that was asked for, so documents are sorted one by one.
  const ordered = sort
    ? rank(neighbours, { ...all, from: 0, size: k, group: false, sort }, match).page
    : null;
  const ranked = rank(
    ordered?.map((hit) => hit.best) ?? neighbours,
    { ...all, from, size, group: collapse !== null },
    match,
  );
  const inner = collapse?.innerHits ?? null;
  const membersOf = ({ best, more }: RankedHit): readonly Neighbour[] =>
    inner ? [best, ...more].slice(inner.from, inner.from + inner.size) : [];
  const rows = ranked.page.flatMap((hit) => [hit.best, ...membersOf(hit)]);
  const ids = [...new Set(rows.map(({ row }) => row.id))];
  const items = new Map((await retriever.items(ids, { signal })).map((item) => [item.id, item]));
  const hitOf = (neighbour: Neighbour, scored: boolean) => ({
    _index: index,
    _type: '_doc',
    _id: neighbour.row.id,
    _score: scored ? score.of(cosineOf(neighbour)) : null,
    ...sourceOf(items.get(neighbour.row.id) as DisplayItem, neighbour.row.group, request.source),
  });
  const [best] = neighbours;
  return {
    took: Math.round(performance.now() - start),
    timed_out: false,
    _shards: { total: 1, successful: 1, skipped: 0, failed: 0 },
    hits: {
      ...(request.hasTotal ? { total: { value: neighbours.length, relation: 'eq' } } : {}),
      max_score: best && request.trackScores ? score.of(cosineOf(best)) : null,
      hits: ranked.page.map((hit) => {
        const { row } = hit.best;
        const members = [hit.best, ...hit.more];
        return {
          ...hitOf(hit.best, request.trackScores),
          ...(collapse ? { fields: { [collapse.field]: [row.group] } } : {}),
          ...(sort ? { sort: [row.attribute(sort.by) ?? null] } : {}),
          ...(inner
            ? {
                inner_hits: {
                  [inner.name]: {
                    hits: {
                      total: { value: members.length, relation: 'eq' },
                      max_score: score.of(cosineOf(hit.best)),
                      hits: membersOf(hit).map((member) => hitOf(member, true)),
                    },
                  },
                },
              }
            : {}),
        };
      }),
    },
  };
}

/** The item as a document: its fields, and its attributes beside them. */
function sourceOf(
  { attributes, group: _, ...item }: DisplayItem,
  group: string,
  filter: SourceFilter,
): { _source?: object } {
  if (filter === null) return {};
  const fields = {
    ...attributes,
    ...item,
    ...Object.fromEntries(GROUP_FIELDS.map((field) => [field, group])),
  };
  return { _source: Object.fromEntries(Object.entries(fields).filter(([name]) => filter(name))) };
}
