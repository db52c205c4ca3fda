import type { Filter } from '../contract.ts';
import type { AttributeValue } from '../item.ts';
import { isRange, isWithin } from './number-range.ts';

/** What a search needs of one row of an index, independent of where its item is stored. */
export interface Row {
  readonly id: string;
  /** Rows of one group count as one hit in a grouped answer. */
  readonly group: string;
  /** The id of the first row with a copy of this picture; missing for that row itself. */
  readonly copyOf?: string | undefined;
  /** undefined if the row does not have the attribute. */
  attribute(name: string): AttributeValue | undefined;
}

/** The attribute's number to sort by, or null if it is not a number. */
export function numberOf(row: Row, attribute: string): number | null {
  const value = row.attribute(attribute);
  return typeof value === 'number' ? value : null;
}

/** The values of one attribute as texts; none if the row does not have it. */
export function valuesOf(row: Row, attribute: string): readonly string[] {
  const value = row.attribute(attribute);
  if (value === undefined) return [];
  return typeof value === 'object' ? value : [String(value)];
}

export function hasConditions(filter: Filter): boolean {
  return Object.keys(filter).length > 0;
}

/**
 * A test for each attribute that the filter names: the row has a number in the range, or at least one of the wanted
 * values. Items are normalised when they are parsed; the filter is here, because a keyboard, a URL and a file name may
 * spell "é" differently.
 */
export function conditionsOf(
  filter: Filter,
): readonly { readonly attribute: string; test(row: Row): boolean }[] {
  return Object.entries(filter).map(([name, condition]) => {
    const attribute = name.normalize('NFC');
    if (isRange(condition)) {
      return {
        attribute,
        test: (row) => {
          const number = numberOf(row, attribute);
          return number !== null && isWithin(number, condition);
        },
      };
    }
    const values = Array.isArray(condition) ? condition : [condition];
    const wanted = new Set(values.map((value) => String(value).normalize('NFC')));
    return {
      attribute,
      test: (row) => valuesOf(row, attribute).some((value) => wanted.has(value)),
    };
  });
}

/** A test for rows: every condition of the filter is met. */
export function matcher(filter: Filter): (row: Row) => boolean {
  const conditions = conditionsOf(filter);
  return (row) => conditions.every(({ test }) => test(row));
}

/** Splits a filter in two: conditions on other attributes, and conditions on the named attributes. */
export function splitFilter(
  filter: Filter,
  attributes: readonly string[],
): [others: Filter, named: Filter] {
  const entries = Object.entries(filter);
  const names = new Set(attributes.map((attribute) => attribute.normalize('NFC')));
  const isNamed = ([attribute]: [string, unknown]) => names.has(attribute.normalize('NFC'));
  return [
    Object.fromEntries(entries.filter((entry) => !isNamed(entry))),
    Object.fromEntries(entries.filter(isNamed)),
  ];
}
