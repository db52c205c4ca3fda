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
