/** Checks the answer of a service, as the readers of a bundle check its files: what a page shows must be safe. */
import { checkAttributes } from '../../core/attribute-info.ts';
import { checkedDetails } from '../../core/bundle/details.ts';
import { isRecord } from '../../core/check-record.ts';
import type { Hit, Notice, QueryPart, ScoredItem, SearchResponse } from '../../core/contract.ts';
import { describe } from '../../core/describe.ts';
import type { AttributeValue } from '../../core/item.ts';
import { notAService } from './ask-service.ts';

const MOST_NOTICES = 20;
const MOST_CHARACTERS = 500;

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param raw the answer's JSON
 * @throws SoutuError `BundleError`
 */
export function readResponse(raw: unknown, service: string): SearchResponse {
  const bad = (what: string): never => {
    throw notAService(service, `an answer in which ${what}`);
  };
  const record = (value: unknown, name: string): Fields =>
    isRecord(value) ? value : bad(`"${name}" is ${describe(value)}`);
  const number = (value: unknown, name: string): number =>
    // JSON has no infinity, but 1e999.
    Number.isFinite(value) ? (value as number) : bad(`"${name}" is ${describe(value)}`);
  const list = (value: unknown, name: string): readonly unknown[] =>
    Array.isArray(value) ? value : bad(`"${name}" is ${describe(value)}`);
  const item = (value: unknown, name: string) => readItem(record(value, name), bad);
  const scored = (value: unknown, name: string): ScoredItem => {
    const { score, item: own } = record(value, name);
    const known = item(own, `${name}.item`);
    return { id: known.id, score: number(score, `${name}.score`), item: known };
  };

  const answer = record(raw, 'the answer');
  const thresholds = record(answer.thresholds, 'thresholds');
  const engine = record(answer.engine, 'engine');
  const { attributes } = answer;
  checkAttributes(attributes, bad);
  const hits = list(answer.hits, 'hits').map((value, i): Hit => {
    const hit = record(value, `hits[${i}]`);
    const own = scored(hit, `hits[${i}]`);
    const others = (name: 'more' | 'copies') =>
      list(hit[name], `hits[${i}].${name}`).map((one, j) =>
        scored(one, `hits[${i}].${name}[${j}]`),
      );
    const group = typeof hit.group === 'string' ? hit.group : own.id;
    return { ...own, group, more: others('more'), copies: others('copies') };
  });
  const parts = answer.parts ? list(answer.parts, 'parts') : null;
  const best = answer.bestScore;
  return {
    hits,
    total: number(answer.total, 'total'),
    totalRelation: relation(answer.totalRelation),
    matches: number(answer.matches, 'matches'),
    matchesRelation: relation(answer.matchesRelation),
    bestScore: best === null ? null : number(best, 'bestScore'),
    thresholds: {
      match: number(thresholds.match, 'thresholds.match'),
      related: number(thresholds.related, 'thresholds.related'),
    },
    facets: readCounts(record(answer.facets, 'facets')),
    ranges: readExtents(record(answer.ranges, 'ranges')),
    timings: { embed: 0, search: 0, total: 0 },
    engine: {
      index: indexOf(engine.index),
      embedder: null,
      ...(engine.words === false ? { words: false } : {}),
    },
    model: String(answer.model),
    minScore: number(answer.minScore, 'minScore'),
    frame: null,
    subjects: [],
    vector: null,
    soft: false,
    queryItem: answer.queryItem ? item(answer.queryItem, 'queryItem') : null,
    parts: parts
      ? parts.map((value, i): QueryPart => {
          const part = record(value, `parts[${i}]`);
          const weight = number(part.weight, `parts[${i}].weight`);
          const own = part.item ? item(part.item, `parts[${i}].item`) : null;
          return { weight, vector: null, item: own };
        })
      : null,
    ...(attributes ? { attributes: attributes as NonNullable<SearchResponse['attributes']> } : {}),
    notices: readNotices(answer.notices),
  };
}

const INDEXES = ['flat', 'hnsw', 'parts'] as const;

function indexOf(value: unknown): (typeof INDEXES)[number] {
  return INDEXES.find((one) => one === value) ?? 'flat';
}

/** Why an answer is partial, for example. */
function readNotices(raw: unknown): readonly Notice[] {
  if (!Array.isArray(raw)) return [];
  return raw.slice(0, MOST_NOTICES).flatMap((one): Notice[] => {
    const { code, message, detail }: Fields = isRecord(one) ? one : {};
    if (typeof code !== 'string' || typeof message !== 'string') return [];
    return [
      {
        code: code as Notice['code'],
        message: message.slice(0, MOST_CHARACTERS),
        ...(typeof detail === 'string' ? { detail: detail.slice(0, MOST_CHARACTERS) } : {}),
      },
    ];
  });
}

function readItem(raw: Fields, bad: (what: string) => never): ScoredItem['item'] {
  const { id, group, copyOf, attributes } = raw;
  if (typeof id !== 'string') return bad(`an item's "id" is ${describe(id)}`);
  const { image, ...details } = checkedDetails(raw);
  return {
    id,
    ...(typeof raw.image === 'string' ? { image } : {}),
    ...details,
    ...(typeof group === 'string' ? { group } : {}),
    ...(typeof copyOf === 'string' ? { copyOf } : {}),
    ...(isRecord(attributes) ? { attributes: readAttributes(attributes) } : {}),
  };
}

function readAttributes(raw: Fields): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(raw).filter((entry): entry is [string, AttributeValue] => isValue(entry[1])),
  );
}

function isValue(value: unknown): value is AttributeValue {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'string');
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function relation(value: unknown): 'eq' | 'gte' {
  return value === 'gte' ? 'gte' : 'eq';
}

function readCounts(raw: Fields): Record<string, Record<string, number>> {
  const counts = Object.entries(raw).map(([attribute, values]) => {
    const entries = Object.entries(isRecord(values) ? values : {});
    const known = entries.filter((entry): entry is [string, number] => Number.isFinite(entry[1]));
    return [attribute, Object.fromEntries(known)];
  });
  return Object.fromEntries(counts);
}

function readExtents(raw: Fields): Record<string, { min: number; max: number }> {
  const extents = Object.entries(raw).flatMap(([attribute, value]) => {
    const { min, max } = isRecord(value) ? value : {};
    return typeof min === 'number' && typeof max === 'number' ? [[attribute, { min, max }]] : [];
  });
  return Object.fromEntries(extents);
}
