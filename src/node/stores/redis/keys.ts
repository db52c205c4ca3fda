/**
 * The keys of a catalogue "soutu" with a release "3f2a…". All are in one slot of a cluster, by the part in braces.
 *
 *     {soutu}:current       release that searches answer from
 *     {soutu}:releases      hash: release → info as JSON (release-info.ts)
 *     {soutu}:order         sorted set: releases by when they were begun
 *     {soutu}:lock          exists while a push is running; expires
 *     {soutu}:3f2a…:near    vector set: id → vector in full precision, with attributes for filters
 *     {soutu}:3f2a…:search, :details, :hash, :unit    hashes: id → JSON (item-parts.ts), hash, vector as float32
 */
import { createHash } from 'node:crypto';
import { SoutuError } from '../../../core/errors.ts';
import { type PushedCondition, searchColumns } from '../pushed-filter.ts';
import type { StoreRow } from '../store.ts';

export const HASHES = ['search', 'details', 'hash', 'unit'] as const;

export interface Keys {
  readonly near: string;
  readonly search: string;
  readonly details: string;
  readonly hash: string;
  readonly unit: string;
}

export const nameKey = (name: string, key: 'current' | 'releases' | 'order' | 'lock') =>
  `{${name}}:${key}`;

export function keysOf(name: string, release: string): Keys {
  const key = (part: string) => `{${name}}:${release}:${part}`;
  return {
    near: key('near'),
    search: key('search'),
    details: key('details'),
    hash: key('hash'),
    unit: key('unit'),
  };
}

/** Terms and names in hexadecimal: filters are text, in which nothing of a visitor's may be quoted. */
const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 24);

/** The attributes of a row, as JSON: terms, words, and a field for each number. */
export function attributesOf({ item }: StoreRow): string {
  const { terms, numbers, words } = searchColumns(item);
  const digests = (texts: readonly string[]) => [...new Set(texts)].map(digest);
  return JSON.stringify({
    t: digests(terms),
    w: digests(words.split(' ').filter((word) => word !== '')),
    ...Object.fromEntries(numbers.map(([name, number]) => [`n${digest(name)}`, number])),
  });
}

/** @throws SoutuError `UsageError` for a condition that Redis cannot apply */
export function filterOf(conditions: readonly PushedCondition[]): string {
  return conditions.map((condition) => `(${expressionOf(condition)})`).join(' and ');
}

function expressionOf(condition: PushedCondition): string {
  if (condition.kind === 'terms') {
    if (condition.terms.length === 0) return '1 == 0';
    return condition.terms.map((term) => `"${digest(term)}" in .t`).join(' or ');
  }
  if (condition.kind === 'range') {
    const { attribute, gte, lte } = condition;
    const field = `.n${digest(attribute)}`;
    const ends = [
      ...(gte === null ? [] : [`${field} >= ${literal(gte)}`]),
      ...(lte === null ? [] : [`${field} <= ${literal(lte)}`]),
    ];
    return ends.join(' and ');
  }
  const word = condition.contains.trim();
  if (condition.contains === ` ${word} `) return `"${digest(word)}" in .w`;
  throw new SoutuError(
    'UsageError',
    'This index cannot search for the beginning of a word. Ask for an answer without "text".',
  );
}

/** Redis reads digits, and no sign in an exponent. */
function literal(number: number): string {
  const text = String(number);
  if (!text.includes('e')) return text;
  return text.includes('e+') ? text.replace('e+', 'e') : number.toFixed(60);
}
