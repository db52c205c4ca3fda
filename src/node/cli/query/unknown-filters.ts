/** What `soutu query` says of a filter that leaves nothing because of a slip: which attributes and values there are. */
import type { Query, SearchOptions, SearchResponse } from '../../../core/contract.ts';
import { nearestName } from '../../../core/nearest-name.ts';

/** More would fill the terminal. */
const MOST_VALUES = 8;

type Search = (query: Query, options: SearchOptions) => Promise<SearchResponse>;

/**
 * @param response the answer to the query
 * @param search asks the same bundle again, for the values of its attributes
 */
export async function unknownFilterLines(
  query: Query,
  filter: NonNullable<SearchOptions['filter']>,
  response: SearchResponse,
  search: Search,
): Promise<string[]> {
  const { attributes = [], total, vector, soft } = response;
  const names = attributes.map(({ name }) => name);
  const known =
    names.length > 0 ? `The attributes are: ${names.join(', ')}.` : 'The items have no attributes.';
  const unknown = Object.keys(filter).filter((name) => !names.includes(name.normalize('NFC')));
  const lines = unknown.map((name) => `No item has the attribute "${name}". ${known}`);
  const texts = Object.entries(filter).flatMap(([name, condition]) =>
    Array.isArray(condition) && !unknown.includes(name)
      ? [[name, condition.map(String)] as const]
      : [],
  );
  if (total > 0 || texts.length === 0) return lines;
  // The vector, so that no photo is embedded twice. `exact`, because other searches of parts see only some of the items.
  const { facets } = await search(vector ? { vector, soft } : query, {
    ...{ size: 1, minScore: -1, exact: true, foldCopies: false },
    facets: texts.map(([name]) => name),
  });
  return [
    ...lines,
    ...texts.flatMap(([name, values]) => valueLines(name, values, facets[name] ?? {})),
  ];
}

/** A line for each value that no item has. */
export function valueLines(
  attribute: string,
  wanted: readonly string[],
  counts: Readonly<Record<string, number>>,
): string[] {
  const common = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const shown = common.slice(0, MOST_VALUES).map(([value, count]) => `${value} (${count})`);
  const more = common.length - shown.length;
  return wanted
    .filter((value) => (counts[value.normalize('NFC')] ?? 0) === 0)
    .map((value) => {
      const nearest = nearestName(
        value,
        common.map(([one]) => one),
      );
      return (
        `No item has "${value}" as its "${attribute}".${nearest === null ? '' : ` Did you mean "${nearest}"?`}` +
        (shown.length === 0
          ? ''
          : ` The ${more > 0 ? 'most common ' : ''}values are: ${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''}.`)
      );
    });
}
