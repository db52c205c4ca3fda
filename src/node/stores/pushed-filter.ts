/**
 * Filters as engines can apply them, with the meaning of core/search/filter.ts. What a row is compared by is computed
 * when it is pushed, because no engine writes the number 1e21 or folds "É" as JavaScript does:
 *
 *     attributes { colour: ["red", "blue"], price: 9.5, new: true }, title "Vase"
 *     terms      ["colour","red"] ["colour","blue"] ["price","9.5"] ["new","true"]   each as JSON: values, as texts;
 *                                                                                   long ones as #SHA-256
 *     numbers    { price: 9.5 }                                                      for ranges
 *     words      " vase red blue 9 5 new "                                           for texts
 */
import type { Filter } from '../../core/contract.ts';
import type { IndexedItem } from '../../core/item.ts';
import { textsOf } from '../../core/search/item-table.ts';
import { isRange } from '../../core/search/number-range.ts';
import { foldedText, wantedWords } from '../../core/search/text-words.ts';
import { encodeUtf8 } from '../../core/text.ts';
import { sha256 } from '../files/sha256.ts';

export interface SearchColumns {
  readonly terms: readonly string[];
  readonly numbers: readonly (readonly [attribute: string, number: number])[];
  readonly words: string;
}

export function searchColumns(item: IndexedItem): SearchColumns {
  // Loops, because a push does this for every row: lists of lists take twice as long.
  const terms: string[] = [];
  const numbers: [string, number][] = [];
  for (const [name, value] of Object.entries(item.attributes ?? {})) {
    if (typeof value === 'object') for (const one of value) terms.push(termOf(name, one));
    else terms.push(termOf(name, String(value)));
    if (typeof value === 'number') numbers.push([name, value]);
  }
  return { terms, numbers, words: wordsOf(item) };
}

function wordsOf(item: IndexedItem): string {
  const text = textsOf(item, item.title).join(' ');
  // As `foldedText` does it, several times as fast.
  if (PLAIN.test(text))
    return ` ${text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, ' ')
      .trim()} `;
  return foldedText([text]);
}

/** Letters, digits and signs without accents. */
const PLAIN = /^[ -~]*$/;

/** All of these conditions must hold. */
export type PushedCondition =
  /** The row has one of these terms. An empty list matches nothing. */
  | { readonly kind: 'terms'; readonly terms: readonly string[] }
  /** The row has this attribute as a number in the range; both ends are inclusive. */
  | {
      readonly kind: 'range';
      readonly attribute: string;
      readonly gte: number | null;
      readonly lte: number | null;
    }
  /** The row's words contain this text. */
  | { readonly kind: 'words'; readonly contains: string };

/** @param text as `SearchOptions.text` */
export function pushedConditions(filter: Filter, text = ''): readonly PushedCondition[] {
  const conditions = Object.entries(filter).map(([name, condition]): PushedCondition => {
    const attribute = name.normalize('NFC');
    if (isRange(condition)) {
      return {
        kind: 'range',
        attribute,
        gte: condition.gte ?? null,
        lte: condition.lte ?? null,
      };
    }
    const values = Array.isArray(condition) ? condition : [condition];
    const terms = values.map((value) => termOf(attribute, String(value).normalize('NFC')));
    return { kind: 'terms', terms: [...new Set(terms)] };
  });
  if (text === '') return conditions;
  const words = [...new Set(wantedWords(text) ?? [])].map(
    (contains): PushedCondition => ({ kind: 'words', contains }),
  );
  return [...conditions, ...words];
}

/** Engines index terms of some hundred bytes only (PostgreSQL's GIN: 2,712), so longer ones are hashed. */
const LONGEST_TERM = 200;

/** What JSON writes as it is. */
const UNESCAPED = /^[ !#-[\]-~\u00a0-\u024f]*$/;

function termOf(attribute: string, value: string): string {
  const isPlain = UNESCAPED.test(attribute) && UNESCAPED.test(value);
  const term = isPlain ? `["${attribute}","${value}"]` : JSON.stringify([attribute, value]);
  return term.length <= LONGEST_TERM ? term : `#${sha256(encodeUtf8(term))}`;
}
