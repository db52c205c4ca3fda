/**
 * The documents of an index:
 *
 *     id, hash                keywords
 *     terms, words, numbers   what filters look at (pushed-filter.ts); a field for each numeric attribute
 *     search, details         the item as JSON text (item-parts.ts), stored only
 *     unit                    the vector as base64 of little-endian float32, stored only: 4 bytes a number instead of 20
 *     vector                  the same for the graph; `_source` does not have it
 */

import { encodeUtf8 } from '../../../core/text.ts';
import { sha256 } from '../../files/sha256.ts';
import type { PushedCondition } from '../pushed-filter.ts';
import { searchColumns } from '../pushed-filter.ts';
import type { StoreSettings } from '../settings.ts';
import type { StoreRow } from '../store.ts';
import type { Dialect, Json } from './dialect.ts';

/** The most numeric attributes of a catalogue; every field costs the whole cluster memory. */
const MOST_FIELDS = 2000;
/** Of a word, as Lucene allows 32,766 bytes for a term. */
const LONGEST_WORD = 4000;

const STORED = { type: 'keyword', index: false, doc_values: false } as const;

/** @param meta see indices.ts */
export function indexBody(
  dialect: Dialect,
  dimension: number,
  settings: StoreSettings,
  meta: Json,
): Json {
  return {
    settings: {
      index: {
        ...dialect.indexSettings,
        number_of_shards: settings.shards ?? 1,
        // Copied when it is whole, which is faster than writing every row twice.
        number_of_replicas: 0,
        refresh_interval: '-1',
        'mapping.total_fields.limit': MOST_FIELDS,
      },
    },
    mappings: {
      _meta: meta,
      _source: { excludes: ['vector'] },
      dynamic: false,
      properties: {
        id: { type: 'keyword' },
        hash: { type: 'keyword', index: false },
        terms: { type: 'keyword' },
        words: { type: 'keyword' },
        numbers: { type: 'object', dynamic: true },
        search: STORED,
        details: STORED,
        unit: STORED,
        vector: dialect.vectorField(dimension, settings),
      },
      dynamic_templates: [{ numbers: { path_match: 'numbers.*', mapping: { type: 'double' } } }],
    },
  };
}

/** `_id` has at most 512 bytes. In a path, "." and ".." would be folders. */
export function documentId(id: string): string {
  const bytes = encodeUtf8(id);
  return bytes.length <= 512 && !/^\.{1,2}$/.test(id) ? id : `sha256-${sha256(bytes)}`;
}

export function documentOf({ item, hash, search, details, vector }: StoreRow): string {
  const { terms, numbers, words } = searchColumns(item);
  const document = JSON.stringify({
    id: item.id,
    hash,
    ...(terms.length > 0 ? { terms } : {}),
    words: [...new Set(words.split(' '))].filter(
      (word) => word !== '' && word.length <= LONGEST_WORD,
    ),
    ...(numbers.length > 0
      ? { numbers: Object.fromEntries(numbers.map(([name, number]) => [fieldOf(name), number])) }
      : {}),
    search,
    details,
    unit: encodeUnit(vector),
  });
  return `${document.slice(0, -1)},"vector":${encodeNumbers(vector)}}`;
}

/**
 * The vector in billionths: `[12345678e-9,…]`. A number of float32 as JavaScript writes it has 20 digits and takes
 * several times as long. No number of a unit vector is above 1, so that a billionth is finer than most of its float32.
 */
export function encodeNumbers(vector: Float32Array): string {
  let text = '';
  for (let i = 0; i < vector.length; i++) {
    text += `${i === 0 ? '' : ','}${Math.round((vector[i] as number) * 1e9)}e-9`;
  }
  return `[${text}]`;
}

function encodeUnit(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

export function decodeUnit(text: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float32Array(bytes.buffer);
}

/** Any text as the name of a field: a dot would make an object of it. */
function fieldOf(attribute: string): string {
  const plain = /^[\p{L}\p{N}_-]{1,100}$/u.test(attribute);
  return plain ? attribute : `sha256-${sha256(encodeUtf8(attribute))}`;
}

/** A condition as a query of Lucene. */
export function conditionQuery(condition: PushedCondition): Json {
  if (condition.kind === 'terms') return { terms: { terms: condition.terms } };
  if (condition.kind === 'range') {
    const { attribute, gte, lte } = condition;
    const ends = { ...(gte === null ? {} : { gte }), ...(lte === null ? {} : { lte }) };
    return { range: { [`numbers.${fieldOf(attribute)}`]: ends } };
  }
  // " vase " is a word, " va" the beginning of one; what has no spaces is found anywhere. Words have letters only.
  const { contains } = condition;
  const word = contains.trim();
  if (contains === ` ${word} `) return { term: { words: word } };
  if (contains === ` ${word}`) return { prefix: { words: word } };
  return { wildcard: { words: { value: `*${word}*` } } };
}
