import type { Filter } from '../contract.ts';
import type { AttributeValue, Item } from '../item.ts';

/** The values of one attribute as texts; an item without it has none. */
export function valuesOf(item: Item, attribute: string): readonly string[] {
  const attributes = item.attributes;
  // Own properties only: "constructor" is no attribute.
  const value: AttributeValue | undefined =
    attributes && Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined;
  if (value === undefined) return [];
  return typeof value === 'string' || typeof value === 'number' ? [String(value)] : value;
}

/** A test for items: one of the wanted values in every attribute that the filter names. */
export function matcher(filter: Filter): (item: Item) => boolean {
  const wanted = Object.entries(filter).map(([attribute, values]) => ({
    attribute,
    values: new Set((Array.isArray(values) ? values : [values]).map(String)),
  }));
  return (item) =>
    wanted.every(({ attribute, values }) =>
      valuesOf(item, attribute).some((value) => values.has(value)),
    );
}
