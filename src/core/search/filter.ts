import type { Filter } from '../contract.ts';
import type { AttributeValue, Item } from '../item.ts';

/** Own properties only: "constructor" is no attribute. */
function attributeOf({ attributes }: Item, attribute: string): AttributeValue | undefined {
  return attributes && Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
}

/** What an attribute sorts by: a number, or null where it is none. */
export function numberOf(item: Item, attribute: string): number | null {
  const value = attributeOf(item, attribute);
  return typeof value === 'number' ? value : null;
}

/** The values of one attribute as texts; an item without it has none. */
export function valuesOf(item: Item, attribute: string): readonly string[] {
  const value = attributeOf(item, attribute);
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}

/**
 * A test for items: one of the wanted values in every attribute that the filter names. Items are normalised when
 * they are parsed; the filter is here, because a keyboard, a URL and a file name may spell "é" differently.
 */
export function matcher(filter: Filter): (item: Item) => boolean {
  const wanted = Object.entries(filter).map(([attribute, values]) => ({
    attribute: attribute.normalize('NFC'),
    values: new Set(
      (Array.isArray(values) ? values : [values]).map((value) => String(value).normalize('NFC')),
    ),
  }));
  return (item) =>
    wanted.every(({ attribute, values }) =>
      valuesOf(item, attribute).some((value) => values.has(value)),
    );
}
