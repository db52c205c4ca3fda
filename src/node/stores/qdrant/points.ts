/**
 * The points of a collection. Payload:
 *
 *     id, hash          texts
 *     terms             keywords (pushed-filter.ts)
 *     words             keywords: "=vase" a word, "^va" a beginning of one, "~瓶" a part of a word without spaces
 *     n3f2a…            a number for each numeric attribute; the key is a hash, because keys are paths
 *     long              words without spaces of more than 8 letters, as one text; only if there are some
 *     search, details   the item as JSON text (item-parts.ts)
 *
 * One more point has no vector, so that no search finds it: `soutu` in its payload describes the release.
 */
import { createHash } from 'node:crypto';
import { isUnspaced } from '../../../core/search/text-words.ts';
import { type PushedCondition, searchColumns } from '../pushed-filter.ts';
import type { StoreRow } from '../store.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The vector's name in a collection. */
export const VECTOR = 'unit';

/** Characters of a beginning of a word; a longer one is compared up to here. */
const LONGEST_BEGINNING = 64;
/** Characters of a part of a word without spaces. A longer one is found by its parts of this length, and tested again. */
const LONGEST_PART = 8;

/** Random, once: of ids of items, and of the release's description. */
const ITEM_NAMESPACE = '0f3c7a1e-5d0b-4c58-9a3e-6b1f0d9c2e47';
const OWN_NAMESPACE = '7c1d4e92-0b6f-4f7a-8e25-3a9d5c80f613';

/** UUID version 5 (RFC 9562): Qdrant's ids are numbers or UUIDs. */
export function uuid5(name: string, namespace: string): string {
  const bytes = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

export const pointId = (id: string) => uuid5(id, ITEM_NAMESPACE);
/** Of the point that describes the release. */
export const INFO_ID = uuid5('release', OWN_NAMESPACE);
/** Of the point of the lock's collection. */
export const LEASE_ID = uuid5('push', OWN_NAMESPACE);

export const numberKey = (attribute: string) =>
  `n${createHash('sha256').update(attribute).digest('hex').slice(0, 24)}`;

/** The numeric attributes of rows. */
export function numbersOf(rows: readonly StoreRow[]): ReadonlySet<string> {
  const names = rows.flatMap(({ item: { attributes = {} } }) =>
    Object.entries(attributes).flatMap(([name, value]) =>
      typeof value === 'number' ? [name] : [],
    ),
  );
  return new Set(names);
}

export function pointOf({ item, hash, search, details, vector }: StoreRow): string {
  const { terms, numbers, words } = searchColumns(item);
  const all = words.split(' ');
  const long = all.filter((word) => isUnspaced(word) && isLong(word));
  const point = JSON.stringify({
    id: pointId(item.id),
    payload: {
      id: item.id,
      hash,
      terms: [...new Set(terms)],
      words: [...new Set(all.flatMap(wordKeys))],
      ...Object.fromEntries(numbers.map(([name, number]) => [numberKey(name), number])),
      ...(long.length === 0 ? {} : { long: ` ${long.join(' ')} ` }),
      search,
      details,
    },
  });
  return `${point.slice(0, -1)},"vector":{"${VECTOR}":[${vector.join(',')}]}}`;
}

/** All that a word can be found by. */
function wordKeys(word: string): string[] {
  if (word === '') return [];
  const letters = Array.from(word);
  const beginnings = letters
    .slice(0, LONGEST_BEGINNING)
    .map((_, i) => `^${letters.slice(0, i + 1).join('')}`);
  return [`=${word}`, ...beginnings, ...(isUnspaced(word) ? partsOf(letters) : [])];
}

function partsOf(letters: readonly string[]): string[] {
  return letters.flatMap((_, i) =>
    Array.from(
      { length: Math.min(LONGEST_PART, letters.length - i) },
      (__, length) => `~${letters.slice(i, i + length + 1).join('')}`,
    ),
  );
}

const isLong = (word: string) =>
  word.length > LONGEST_PART && Array.from(word).length > LONGEST_PART;

/**
 * A filter finds a long word without spaces by its parts, which may be in several places of a point.
 * @returns what the payload `long` of a point must contain, too
 */
export function testedAgain(conditions: readonly PushedCondition[]): readonly string[] {
  return conditions.flatMap((condition) =>
    condition.kind === 'words' && !condition.contains.startsWith(' ') && isLong(condition.contains)
      ? [condition.contains]
      : [],
  );
}

/** Conditions as a filter of Qdrant; undefined if there are none. */
export function filterOf(conditions: readonly PushedCondition[]): Json | undefined {
  return conditions.length === 0 ? undefined : { must: conditions.flatMap(conditionsOf) };
}

function conditionsOf(condition: PushedCondition): Json[] {
  if (condition.kind === 'terms') return [{ key: 'terms', match: { any: condition.terms } }];
  if (condition.kind === 'range') {
    const { attribute, gte, lte } = condition;
    const range = { ...(gte === null ? {} : { gte }), ...(lte === null ? {} : { lte }) };
    return [{ key: numberKey(attribute), range }];
  }
  return keysOf(condition.contains).map((value) => ({ key: 'words', match: { value } }));
}

/** " vase " is a word, " va" the beginning of one; what has no spaces is found anywhere. */
function keysOf(contains: string): string[] {
  const word = contains.trim();
  const letters = Array.from(word);
  if (contains === ` ${word} `) return [`=${word}`];
  if (contains === ` ${word}`) return [`^${letters.slice(0, LONGEST_BEGINNING).join('')}`];
  if (letters.length <= LONGEST_PART) return [`~${word}`];
  return letters
    .slice(LONGEST_PART - 1)
    .map((_, i) => `~${letters.slice(i, i + LONGEST_PART).join('')}`);
}
