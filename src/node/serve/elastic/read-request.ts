/**
 * The body of `POST /INDEX/_search`, as back ends of Elasticsearch with a vector plug-in send it:
 *
 *     { "query": { "hnsw": { "FIELD": { "vector": [ … ], "size": 100, "ef": 200 } } },
 *       "from": 0, "size": 10, "min_score": 0.65, "sort": [ … ], "track_scores": false, "track_total_hits": true,
 *       "collapse": { "field": "relation_id", "inner_hits": { "name": "views", "size": 3 } },
 *       "_source": { "includes": [ … ], "excludes": [ … ] } }
 *
 * or, as Elasticsearch itself since version 8:
 *
 *     { "knn": { "field": "FIELD", "query_vector": [ … ], "k": 100, "num_candidates": 200, "similarity": 0.7 }, … }
 */
import { isRecord, isText } from '../../../core/check-record.ts';
import { describe } from '../../../core/describe.ts';
import { cap } from '../handler/check-caps.ts';
import type { ServeLimits } from '../handler/limits.ts';
import { ElasticError } from './elastic-error.ts';
import { readSource, type SourceFilter } from './source-filter.ts';

export interface ElasticRequest {
  readonly vector: unknown;
  /** Neighbours to find; hits are paged, sorted and collapsed among them. */
  readonly k: number;
  readonly ef: number;
  readonly from: number;
  readonly size: number;
  /** In the convention of the answer's scores; null for none. */
  readonly minScore: number | null;
  /** The raw cosine, as `knn.similarity`; null for none. */
  readonly minCosine: number | null;
  readonly sort: { readonly by: string; readonly order: 'asc' | 'desc' } | null;
  readonly trackScores: boolean;
  readonly hasTotal: boolean;
  readonly collapse: Collapse | null;
  readonly source: SourceFilter;
}

export interface Collapse {
  readonly field: string;
  readonly innerHits: {
    readonly name: string;
    readonly size: number;
    readonly from: number;
  } | null;
}

/** What a client sent is quoted, but not whatever its length. */
const MOST_CHARACTERS = 300;

type Fields = Readonly<Record<string, unknown>>;

const KNOWN = [
  'query',
  'knn',
  'from',
  'size',
  'min_score',
  'sort',
  'track_scores',
  'track_total_hits',
  'collapse',
  '_source',
  'timeout',
];
/** The names that the group of an item has for those who collapse on it. */
export const GROUP_FIELDS: readonly string[] = ['relation_id', 'group'];

/** @throws ElasticError 400 in Elasticsearch's words */
export function readElasticRequest(body: unknown, limits: ServeLimits): ElasticRequest {
  if (!isRecord(body)) throw parsing(`Expected [START_OBJECT] but found ${describe(body)}`);
  const unknown = Object.keys(body).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw parsing(`Unknown key for a VALUE in [${unknown}].`);
  const { query, knn } = body;
  if ((query === undefined) === (knn === undefined)) {
    throw parsing('Expected either [query] with [hnsw], or [knn].');
  }
  const from = whole(body.from, 'from', 0) ?? 0;
  const size = whole(body.size, 'size', 0) ?? 10;
  const wanted = knn === undefined ? readHnsw(query) : readKnn(knn, limits);
  cap('[size]', size, limits.size);
  cap('[from] + [size]', from + size, limits.depth);
  cap('The number of neighbours', wanted.k, limits.depth);
  cap('[ef], or [num_candidates],', wanted.ef, limits.ef);
  const sort = readSort(body.sort);
  return {
    ...wanted,
    from,
    size,
    minScore: finite(body.min_score, 'min_score'),
    sort,
    trackScores: sort === null || body.track_scores === true,
    hasTotal: body.track_total_hits !== false,
    collapse: readCollapse(body.collapse, limits),
    source: readSource(body._source),
  };
}

function readHnsw(query: unknown): Pick<ElasticRequest, 'vector' | 'k' | 'ef' | 'minCosine'> {
  const hnsw = isRecord(query) ? query.hnsw : undefined;
  const [kind = ''] = isRecord(query) ? Object.keys(query) : [];
  if (!isRecord(hnsw) || Object.keys(query as Fields).length !== 1) {
    throw parsing(`unknown query [${kind}]; this service answers [hnsw] and [knn]`);
  }
  const fields = Object.entries(hnsw);
  const [[, options] = []] = fields;
  if (fields.length !== 1 || !isRecord(options)) {
    throw parsing('[hnsw] query malformed, expected one field with [vector], [size] and [ef]');
  }
  const unknown = Object.keys(options).find((name) => !['vector', 'size', 'ef'].includes(name));
  if (unknown !== undefined) throw parsing(`[hnsw] query does not support [${unknown}]`);
  const k = whole(options.size, 'hnsw.size', 1) ?? 10;
  return {
    vector: options.vector,
    k,
    ef: whole(options.ef, 'hnsw.ef', 1) ?? Math.min(k, 64),
    minCosine: null,
  };
}

function readKnn(
  knn: unknown,
  limits: ServeLimits,
): Pick<ElasticRequest, 'vector' | 'k' | 'ef' | 'minCosine'> {
  if (!isRecord(knn)) throw parsing(`[knn] must be an object, found ${describe(knn)}`);
  const { field, query_vector: vector, k, num_candidates: candidates, similarity } = knn;
  const known = ['field', 'query_vector', 'k', 'num_candidates', 'similarity'];
  const unknown = Object.keys(knn).find((name) => !known.includes(name));
  if (unknown !== undefined) throw parsing(`[knn] does not support [${unknown}] here`);
  if (!isText(field)) throw parsing('Required [field]');
  const least = whole(k, 'k', 1) ?? 10;
  return {
    vector,
    k: least,
    ef: whole(candidates, 'num_candidates', 1) ?? Math.min(least, limits.ef),
    minCosine: finite(similarity, 'similarity'),
  };
}

/** `_score` alone is the order anyway, and Elasticsearch then adds no sort values. */
function readSort(sort: unknown): ElasticRequest['sort'] {
  if (sort === undefined) return null;
  const keys = (Array.isArray(sort) ? sort : [sort]).map(readKey);
  const [first, second, ...others] = keys;
  if (!first || (first.by === '_score' && !second)) {
    if (!first || first.order === 'desc') return null;
  }
  const isUsual = first.by !== '_score' && (!second || second.by === '_score');
  if (isUsual && others.length === 0) return first as NonNullable<ElasticRequest['sort']>;
  throw parsing('[sort] must be [_score], or one field, which [_score] may follow');
}

function readKey(key: unknown): { by: string; order: 'asc' | 'desc' } {
  if (isRecord(key) && !isOneKey(key)) throw parsing(`[sort] malformed: ${describe(key)}`);
  const [by, how] = isRecord(key) ? (Object.entries(key)[0] ?? ['', null]) : [key, undefined];
  const order = isRecord(how) ? (how.order ?? 'asc') : (how ?? (by === '_score' ? 'desc' : 'asc'));
  if (typeof by === 'string' && by !== '' && (order === 'asc' || order === 'desc')) {
    return { by, order };
  }
  throw parsing(`[sort] malformed: ${describe(key)}`);
}

/** One field, and of its options only the order: others would change it silently. */
function isOneKey(key: Fields): boolean {
  const [how, ...others] = Object.values(key);
  return (
    others.length === 0 && (!isRecord(how) || Object.keys(how).every((name) => name === 'order'))
  );
}

function readCollapse(collapse: unknown, limits: ServeLimits): Collapse | null {
  if (collapse === undefined) return null;
  const { field, inner_hits: inner, ...others }: Fields = isRecord(collapse) ? collapse : {};
  if (typeof field !== 'string' || Object.keys(others).length > 0) {
    throw parsing(`[collapse] malformed, expected [field] and [inner_hits]: ${describe(collapse)}`);
  }
  if (!GROUP_FIELDS.includes(field)) {
    throw new ElasticError(
      400,
      'illegal_argument_exception',
      `no mapping found for \`${field}\` in order to collapse on`,
    );
  }
  if (inner === undefined) return { field, innerHits: null };
  if (!isRecord(inner)) throw parsing(`[inner_hits] must be one object, found ${describe(inner)}`);
  const { name = field, size, from, ...rest } = inner;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw parsing(`[inner_hits] does not support [${unknown}] here`);
  const hits = whole(size, 'inner_hits.size', 0) ?? 3;
  cap('[inner_hits.size]', hits, limits.size);
  return {
    field,
    innerHits: { name: String(name), size: hits, from: whole(from, 'inner_hits.from', 0) ?? 0 },
  };
}

function whole(value: unknown, name: string, least: number): number | null {
  if (value === undefined) return null;
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  const message = `[${name}] must be a whole number from ${least} up but was [${describe(value)}]`;
  throw new ElasticError(400, 'illegal_argument_exception', message);
}

function finite(value: unknown, name: string): number | null {
  if (value === undefined) return null;
  if (Number.isFinite(value)) return value as number;
  throw parsing(`[${name}] must be a number, found ${describe(value)}`);
}

function parsing(reason: string): ElasticError {
  return new ElasticError(400, 'parsing_exception', reason.slice(0, MOST_CHARACTERS));
}
