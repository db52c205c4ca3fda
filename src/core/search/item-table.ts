import type { Filter } from '../contract.ts';
import { groupOf, type ItemDetails, type SearchItem } from '../item.ts';
import { lazy } from '../lazy.ts';
import { ownEntry } from '../own-entry.ts';
import { facetsOf, numericOf } from './facets.ts';
import { hasConditions, matcher, type Row } from './filter.ts';
import { foldedText, wordsMatcher } from './text-words.ts';

/** Rows that match a filter and a text. */
export interface Matches {
  /** 1 for each row that matches, else 0. */
  readonly accepts: Uint8Array;
  readonly count: number;
}

/** The items of an index, by row. */
export interface ItemTable {
  readonly count: number;
  /** Whether an item shows a copy of another one's picture. */
  readonly hasCopies: boolean;
  row(index: number): Row;
  item(index: number): SearchItem;
  /** The row of an id, −1 if there is none. */
  indexOf(id: string): number;
  /** Loads the titles, if `text` has words; only then may it be passed to `matching`. */
  prepareText(text: string): Promise<void>;
  /**
   * The rows that match; null if there are no conditions. Computed once per filter object, as long as the text stays
   * the same.
   */
  matching(filter: Filter, text: string): Matches | null;
  /** The attributes that divide the catalogue (`facets: ['*']`). */
  facets(): readonly string[];
  /** The numeric attributes (`ranges: ['*']`). */
  numeric(): readonly string[];
  /** What pages display of this row. */
  detailsOf(index: number): Promise<ItemDetails>;
  /** Whether another release has replaced the one that the details are of. */
  isReplaced(): Promise<boolean>;
}

export function rowOf(item: SearchItem): Row {
  const { attributes, copyOf } = item;
  return {
    id: item.id,
    group: groupOf(item),
    copyOf,
    attribute: (name) => attributes && ownEntry(attributes, name),
  };
}

/**
 * @param items sorted by id, as bundles hold them
 * @param detailsOf loads what pages display of these rows
 * @param titles loads the titles of all rows
 * @param isReplaced whether another release has replaced the one that the details are of
 */
export function createItemTable(
  items: readonly SearchItem[],
  detailsOf: (rows: readonly number[]) => Promise<readonly ItemDetails[]>,
  titles: () => Promise<readonly (string | undefined)[]> = async () =>
    (await detailsOf(items.map((_, index) => index))).map(({ title }) => title),
  isReplaced: () => Promise<boolean> = async () => false,
): ItemTable {
  const itemAt = (index: number) => items[index] as SearchItem;
  const row = (index: number) => rowOf(itemAt(index));
  const indexOf = (id: string): number => {
    let low = 0;
    let high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (itemAt(middle).id < id) low = middle + 1;
      else high = middle;
    }
    return items[low]?.id === id ? low : -1;
  };
  const known = new WeakMap<Filter, Matches & { readonly text: string }>();
  let allFacets: readonly string[] | null = null;
  let allNumeric: readonly string[] | null = null;
  let texts: readonly string[] | null = null;
  const loadTexts = lazy(async () => {
    const ofRows = await titles();
    texts = items.map((item, index) => foldedText(textsOf(item, ofRows[index])));
  });
  return {
    count: items.length,
    hasCopies: items.some(({ copyOf }) => copyOf !== undefined),
    row,
    item: itemAt,
    indexOf,
    async prepareText(text) {
      if (wordsMatcher(text)) await loadTexts();
    },
    matching(filter, text) {
      const hasWords = wordsMatcher(text);
      if (!hasConditions(filter) && !hasWords) return null;
      const before = known.get(filter);
      if (before?.text === text) return before;
      const matches = matcher(filter);
      const isMatch = (index: number) =>
        matches(row(index)) && (!hasWords || hasWords(texts?.[index] ?? ''));
      const found = { ...findMatches(items.length, isMatch), text };
      known.set(filter, found);
      return found;
    },
    facets() {
      allFacets ??= facetsOf(items);
      return allFacets;
    },
    numeric() {
      allNumeric ??= numericOf(items);
      return allNumeric;
    },
    detailsOf: async (index) => (await detailsOf([index]))[0] as ItemDetails,
    isReplaced,
  };
}

/** What a search for words looks at: the title and the attributes' values. A boolean is in words by the attribute's name. */
export function textsOf({ attributes = {} }: SearchItem, title = ''): string[] {
  const values = Object.entries(attributes).flatMap(([name, value]) => {
    if (typeof value === 'boolean') return value ? [name] : [];
    return typeof value === 'object' ? value : [String(value)];
  });
  return [title, ...values];
}

function findMatches(rows: number, isMatch: (index: number) => boolean): Matches {
  const accepts = new Uint8Array(rows);
  let count = 0;
  for (let index = 0; index < rows; index++) {
    if (!isMatch(index)) continue;
    accepts[index] = 1;
    count++;
  }
  return { accepts, count };
}
