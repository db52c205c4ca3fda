/** The numeric attributes that a response can be filtered by. */
import type { Extent, NumberRange, SearchResponse } from '../../core/contract.ts';
import { ownEntry } from '../../core/own-entry.ts';
import type { Words } from '../words/words.ts';
import type { Refinement } from './refinement.ts';

export interface RangeFacet {
  readonly attribute: string;
  /** Lowest and highest number among the hits, if they were not filtered by this attribute. */
  readonly extent: Extent | null;
  readonly chosen: NumberRange | null;
  /** The currency of prices, if all visible hits have the same. */
  readonly currency: string | undefined;
}

/** More would push the pictures out of view. */
const MOST_RANGES = 4;

/** Attributes with different numbers among the hits, or with a range set by the visitor. */
export function rangesIn(
  { ranges, hits }: Pick<SearchResponse, 'ranges' | 'hits'>,
  refinement: Refinement,
): RangeFacet[] {
  const currencies = new Set(hits.map(({ item }) => item.attributes?.currency));
  const [only] = currencies;
  const currency = currencies.size === 1 && typeof only === 'string' ? only : undefined;
  return [...new Set([...Object.keys(ranges), ...Object.keys(refinement.ranges)])]
    .map((attribute): RangeFacet => {
      return {
        attribute,
        extent: ownEntry(ranges, attribute) ?? null,
        chosen: ownEntry(refinement.ranges, attribute) ?? null,
        currency: attribute === 'price' ? currency : undefined,
      };
    })
    .filter(({ extent, chosen }) => chosen !== null || (extent && extent.min < extent.max))
    .filter(({ chosen }, i) => i < MOST_RANGES || chosen !== null);
}

/** A range with units or currency: "€10 to €50", "from 12 cm". */
export function rangeWords(
  { attribute, currency }: Pick<RangeFacet, 'attribute' | 'currency'>,
  { gte, lte }: NumberRange,
  words: Words,
): string {
  const said = (n: number) => words.figure(attribute, n, currency);
  if (gte === undefined) return words.text('rangeAtMost', { to: said(lte as number) });
  if (lte === undefined) return words.text('rangeAtLeast', { from: said(gte) });
  return words.text('rangeBetween', { from: said(gte), to: said(lte) });
}
