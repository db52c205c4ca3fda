import { nearestName } from '../../core/nearest-name.ts';
import { CATALOGUE_PROPERTIES, ITEM_PROPERTIES, SIDE_CAR_PROPERTIES } from './catalogue-schema.ts';

type SideCarField = keyof typeof SIDE_CAR_PROPERTIES;

/** The fields of an item beside a photo. */
export const SIDE_CAR_FIELDS = Object.keys(SIDE_CAR_PROPERTIES) as readonly SideCarField[];
export const ITEM_FIELDS: readonly string[] = Object.keys(ITEM_PROPERTIES);
const CATALOGUE_FIELDS = Object.keys(CATALOGUE_PROPERTIES);

/** A long list would hide the other warnings. */
const MOST_WARNINGS = 8;

/** Fields of items that are not known are ignored: a line for each name. */
export function unknownItemFields(rows: readonly unknown[], path: string): string[] {
  const unknown = new UnknownFields(ITEM_FIELDS);
  rows.forEach((row, i) => {
    unknown.add(row, `item ${i + 1}`);
  });
  return unknown.lines(path, 'items');
}

/** Counts the unknown fields of many objects by name. */
export class UnknownFields {
  readonly #known: readonly string[];
  readonly #found = new Map<string, { count: number; first: string }>();

  constructor(known: readonly string[]) {
    this.#known = known;
  }

  /** @param name of the object, as it stands in the lines */
  add(object: unknown, name: string): void {
    for (const field of unknownIn(object, this.#known)) {
      const { count, first } = this.#found.get(field) ?? { count: 0, first: name };
      this.#found.set(field, { count: count + 1, first });
    }
  }

  /**
   * @param path of the file or folder with the objects
   * @param several what the objects are
   */
  lines(path: string, several: string): string[] {
    return shorten(
      [...this.#found].map(([name, { count, first }]) => {
        const where = count === 1 ? first : `${count} ${several}, first ${first}`;
        // What is not misspelt is likely an attribute in the wrong place.
        const meant = nearestName(name, this.#known) ?? `attributes.${name}`;
        return `${path}, ${where}: unknown field "${name}" is ignored; did you mean "${meant}"?`;
      }),
      path,
    );
  }
}

/** Warnings about unknown fields next to `items`. */
export function unknownCatalogueFields(catalogue: unknown, path: string): string[] {
  return shorten(
    unknownIn(catalogue, CATALOGUE_FIELDS).map((name) => {
      const nearest = nearestName(name, CATALOGUE_FIELDS);
      const advice = nearest
        ? `did you mean "${nearest}"?`
        : `expected ${CATALOGUE_FIELDS.join(', ')}.`;
      return `${path}: unknown field "${name}" is ignored; ${advice}`;
    }),
    path,
  );
}

/** Names such as `$schema`, `_comment` and `//` are notes by custom. */
function unknownIn(object: unknown, known: readonly string[]): string[] {
  if (typeof object !== 'object' || object === null) return [];
  return Object.keys(object).filter((name) => !known.includes(name) && !/^([$_]|\/\/)/.test(name));
}

function shorten(lines: readonly string[], path: string): string[] {
  const more = lines.length - MOST_WARNINGS;
  if (more <= 1) return [...lines];
  return [...lines.slice(0, MOST_WARNINGS), `${path}: ${more} more unknown fields are ignored.`];
}
