import { nearestName } from '../../core/nearest-name.ts';

const ITEM_FIELDS = ['id', 'image', 'group', 'title', 'url', 'attributes'];
const CATALOGUE_FIELDS = [
  'items',
  'title',
  'subtitle',
  'note',
  'lang',
  'queries',
  'browse',
  'thresholds',
  'attributes',
  'currency',
];

/** A long list would hide the other warnings. */
const MOST_WARNINGS = 8;

/** Fields of items that are not known are ignored: a line for each name. */
export function unknownItemFields(rows: readonly unknown[], path: string): string[] {
  const found = new Map<string, { count: number; first: number }>();
  rows.forEach((row, i) => {
    for (const name of unknownIn(row, ITEM_FIELDS)) {
      const { count, first } = found.get(name) ?? { count: 0, first: i + 1 };
      found.set(name, { count: count + 1, first });
    }
  });
  return shorten(
    [...found].map(([name, { count, first }]) => {
      const where = count === 1 ? `item ${first}` : `${count} items, first item ${first}`;
      // What is not misspelt is likely an attribute in the wrong place.
      const meant = nearestName(name, ITEM_FIELDS) ?? `attributes.${name}`;
      return `${path}, ${where}: unknown field "${name}" is ignored; did you mean "${meant}"?`;
    }),
    path,
  );
}

/** The same for the fields next to `items`. */
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
