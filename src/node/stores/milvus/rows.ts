/**
 * The fields of a collection:
 *
 *     key               SHA-256 of the id, shortened: the primary key
 *     id, hash          texts
 *     terms             an array of hashes of terms (pushed-filter.ts)
 *     words             " vase red blue "
 *     numbers           JSON; the key of a numeric attribute is a hash
 *     search, details   the item as JSON text (item-parts.ts)
 *     unit              the vector
 *
 * Filters are text, so that nothing of a visitor's is in one: terms and attributes are hashes, words have letters and
 * digits only.
 */
import { createHash } from 'node:crypto';
import { type PushedCondition, searchColumns } from '../pushed-filter.ts';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M, type StoreSettings } from '../settings.ts';
import type { StoreRow } from '../store.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Bytes of a text in Milvus. */
const LONGEST_TEXT = 65_535;
/** Milvus' limit for an array. */
const MOST_TERMS = 4096;
const DIGITS = 24;

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, DIGITS);

export const keyOf = (id: string) => digest(id);

export interface MilvusSettings extends StoreSettings {
  /** Releases of up to so many rows have no graph: every search compares all rows. Default 10,000. */
  readonly exactUpTo?: number;
}

export const isFlat = (count: number, { exactUpTo = 10_000 }: MilvusSettings) => count <= exactUpTo;

const text = (fieldName: string, longest = LONGEST_TEXT) => ({
  fieldName,
  dataType: 'VarChar',
  elementTypeParams: { max_length: longest },
});

/** `params` of the index, by whether the release has a graph. */
export function createBody(
  dimension: number,
  count: number,
  settings: MilvusSettings,
): { schema: Json; indexParams: readonly Json[]; params: Json } {
  const { m = DEFAULT_M, efConstruction = DEFAULT_EF_CONSTRUCTION, shards = 1 } = settings;
  const graph = { indexType: 'HNSW', params: { M: m, efConstruction } };
  const index = isFlat(count, settings) ? { indexType: 'FLAT', params: {} } : graph;
  return {
    schema: {
      autoID: false,
      enableDynamicField: false,
      fields: [
        { ...text('key', DIGITS), isPrimary: true },
        text('id'),
        text('hash', 64),
        {
          fieldName: 'terms',
          dataType: 'Array',
          elementDataType: 'VarChar',
          elementTypeParams: { max_capacity: MOST_TERMS, max_length: DIGITS },
        },
        text('words'),
        { fieldName: 'numbers', dataType: 'JSON' },
        text('search'),
        text('details'),
        { fieldName: 'unit', dataType: 'FloatVector', elementTypeParams: { dim: dimension } },
      ],
    },
    indexParams: [{ fieldName: 'unit', indexName: 'unit', metricType: 'COSINE', ...index }],
    params: { shardsNum: shards },
  };
}

export function rowText({ item, hash, search, details, vector }: StoreRow): string {
  const { terms, numbers, words } = searchColumns(item);
  const digits = numbers.map(([name, number]) => `"n${digest(name)}":${literal(number)}`);
  const row = JSON.stringify({
    key: keyOf(item.id),
    id: item.id,
    hash,
    terms: [...new Set(terms)].map(digest),
    // As it is: in a language without spaces, a title is one word. Milvus refuses a row whose words are too long.
    words,
    search,
    details,
  });
  return `${row.slice(0, -1)},"numbers":{${digits.join(',')}},"unit":[${vector.join(',')}]}`;
}

/** Conditions as an expression; empty if there are none. */
export function expressionOf(conditions: readonly PushedCondition[]): string {
  return conditions.map((condition) => `(${conditionText(condition)})`).join(' and ');
}

function conditionText(condition: PushedCondition): string {
  if (condition.kind === 'terms') {
    if (condition.terms.length === 0) return 'key == ""';
    return `array_contains_any(terms, ${listOf(condition.terms.map(digest))})`;
  }
  if (condition.kind === 'range') {
    const field = `numbers["n${digest(condition.attribute)}"]`;
    const { gte, lte } = condition;
    return [
      ...(gte === null ? [] : [`${field} >= ${literal(gte)}`]),
      ...(lte === null ? [] : [`${field} <= ${literal(lte)}`]),
    ].join(' and ');
  }
  return `words like "%${condition.contains}%"`;
}

/** @param texts hexadecimal digits */
export const listOf = (texts: readonly string[]) => `["${texts.join('", "')}"]`;

/** With a point or an exponent, so that Milvus reads a number in floating point: it has no integers beyond 64 bits. */
function literal(number: number): string {
  const digits = String(number);
  return /[.e]/.test(digits) ? digits : `${digits}.0`;
}
