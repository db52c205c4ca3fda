import type { Attributes } from '../../../core/item.ts';

/** What a feed says about one thing, before it becomes items: one for each photo. */
export interface FeedRecord {
  readonly id: string | undefined;
  /** The main photo first. */
  readonly images: readonly string[];
  readonly group?: string | undefined;
  readonly title?: string | undefined;
  readonly url?: string | undefined;
  readonly attributes?: Attributes;
  /** Why it is left out, as the end of a sentence. */
  readonly leftOut?: string;
  /** Where it is, such as `line 12`. */
  readonly row: string;
}

/** Longer texts are no prices, and some would take the expression below quadratic time. */
const MAX_PRICE_LENGTH = 40;

/** `48.00 EUR`, `EUR 48.00` or a number: an amount, and a currency if it has one. */
export function priceOf(text = ''): Attributes {
  const price = text.trim();
  if (price.length > MAX_PRICE_LENGTH) return {};
  const [, before, amount, after] =
    /^([A-Z]{3})?\s*(\d+(?:\.\d+)?)\s*([A-Z]{3})?$/.exec(price) ?? [];
  if (amount === undefined) return {};
  const currency = before ?? after;
  return { price: Number(amount), ...(currency === undefined ? {} : { currency }) };
}

/** The attributes that have a value. */
export function given(
  attributes: Readonly<Record<string, string | readonly string[] | undefined>>,
): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === undefined || value.length === 0 ? [] : [[name, value]],
    ),
  );
}

/** What a file was recognised as, and what is in it. */
export interface Feed {
  /** For the output: `an RSS feed`. */
  readonly kind: string;
  readonly records: readonly FeedRecord[];
}
