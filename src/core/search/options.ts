import { checkRecord, isRecord, isText, type Rule, type RulesFor } from '../check-record.ts';
import type { SearchOptions } from '../contract.ts';
import type { IndexedItem } from '../item.ts';
import { isValidRange } from './number-range.ts';

export type CheckedOptions = Required<Omit<SearchOptions, 'fields' | 'sort'>> &
  Pick<SearchOptions, 'fields' | 'sort'>;

const wholeFrom = (least: number): Rule => [
  (value) => Number.isSafeInteger(value) && (value as number) >= least,
  `a whole number from ${least} up`,
];

const YES_OR_NO: Rule = [(value) => typeof value === 'boolean', 'true or false'];

/** Every field of an item, so that the compiler finds one that is missing here. */
const FIELDS: Readonly<Record<keyof IndexedItem, true>> = {
  id: true,
  image: true,
  group: true,
  copyOf: true,
  title: true,
  url: true,
  links: true,
  attributes: true,
  thumb: true,
  thumbSize: true,
  thumbHash: true,
};

export const SEARCH_RULES: RulesFor<SearchOptions> = {
  size: wholeFrom(1),
  from: wholeFrom(0),
  ef: wholeFrom(1),
  minScore: [
    (value) => typeof value === 'number' && value >= -1 && value <= 1,
    'a cosine from -1 to 1',
  ],
  group: YES_OR_NO,
  foldCopies: YES_OR_NO,
  filter: [
    (value) => isRecord(value) && Object.values(value).every(isCondition),
    '{ attribute: a value, a list of values or a range { gte: lowest, lte: highest } }',
  ],
  text: [isText, 'a text'],
  sort: [isSort, '{ by: "an attribute", order: "asc" or "desc" }'],
  facets: [isTexts, 'a list of attributes'],
  ranges: [isTexts, 'a list of attributes'],
  exact: YES_OR_NO,
  fields: [
    (value) => isTexts(value) && value.every((name) => Object.hasOwn(FIELDS, name)),
    `a list of ${Object.keys(FIELDS).join(', ')}`,
  ],
};

/**
 * Validates options as far as possible without the bundle, so that the page can do it before it calls a worker.
 * @throws SoutuError `UsageError` that names the option, what it accepts and what it got
 */
export function checkSearchOptions(options: unknown): asserts options is SearchOptions {
  checkRecord(options, SEARCH_RULES, 'Search option');
}

/**
 * Fills in the defaults.
 * @throws as `checkSearchOptions`
 */
export function checkOptions(options: SearchOptions): CheckedOptions {
  checkSearchOptions(options);
  return {
    size: 10,
    from: 0,
    ef: 64,
    minScore: -1,
    group: false,
    foldCopies: true,
    filter: {},
    text: '',
    facets: [],
    ranges: [],
    exact: false,
    ...withoutUndefined(options),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isCondition(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isAttributeValue);
  return isAttributeValue(value) || isValidRange(value);
}

function isAttributeValue(value: unknown): boolean {
  return isText(value) || typeof value === 'boolean' || Number.isFinite(value);
}

function isSort(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { by, order, ...others } = value;
  const isOrder = order === undefined || order === 'asc' || order === 'desc';
  return isText(by) && isOrder && Object.keys(others).length === 0;
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
