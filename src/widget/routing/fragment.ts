/**
 * Stores a search in the fragment of the page's URL, which is never sent to a server:
 *
 *     #soutu.like=vase-001-1&soutu.is.kind=bowl&soutu.is.kind=mug&soutu.sort=-price&soutu.page=2
 *     #soutu.like=a&soutu.like=b&soutu.less=c&soutu.from.price=10&soutu.to.price=50&soutu.text=blue+bowl
 *
 * `like` and `less` are the items that the hits should be like or unlike (never photos), `is.NAME` the chosen values of
 * an attribute, `from.NAME` and `to.NAME` the range of its number, `text` the words that hits contain, `sort` an
 * attribute (`-` for descending order), and `page` the number of visible pages. The prefix before the dot is the element's
 * `id`, or `soutu`, so that two elements do not conflict. Foreign and malformed parameters are ignored. Pure.
 */
import { MOST_PARTS, type NumberRange } from '../../core/contract.ts';
import { isValidRange } from '../../core/search/number-range.ts';
import { PLAIN, type Refinement } from '../results/refinement.ts';

/** Ids of items, in the order in which the visitor chose them. */
export interface ItemIds {
  readonly liked: readonly string[];
  readonly disliked: readonly string[];
}

export const NO_ITEMS: ItemIds = { liked: [], disliked: [] };

export interface Route extends ItemIds {
  readonly refinement: Refinement;
}

/** Maximum number of pages; visitors do not scroll through more. */
const MOST_PAGES = 20;
const MOST_CHOICES = 100;

/** @returns null if the fragment has no parameters of this element */
export function readRoute(fragment: string, key: string): Route | null {
  const ours = [...new URLSearchParams(fragment.replace(/^#/, ''))].flatMap(([name, value]) =>
    name.startsWith(`${key}.`) && value !== ''
      ? [[name.slice(key.length + 1), value] as const]
      : [],
  );
  if (ours.length === 0) return null;
  const last = (wanted: string) => ours.findLast(([name]) => name === wanted)?.[1];
  const all = (wanted: string) =>
    ours.flatMap(([name, value]) => (name === wanted ? [value] : [])).slice(0, MOST_PARTS);
  const liked = [...new Set(all('like'))];
  const disliked = [...new Set(all('less'))].filter((id) => !liked.includes(id));
  const filter = new Map<string, string[]>();
  for (const [name, text] of ours.slice(0, MOST_CHOICES)) {
    // Items use NFC; a link may have been typed on a system that decomposes "é".
    const attribute = /^is\.(.+)$/s.exec(name)?.[1]?.normalize('NFC');
    const value = text.normalize('NFC');
    if (attribute === undefined) continue;
    const chosen = filter.get(attribute) ?? [];
    if (!chosen.includes(value)) filter.set(attribute, [...chosen, value]);
  }
  const [, descending, by] = /^(-?)(.+)$/s.exec(last('sort') ?? '') ?? [];
  const page = Number(last('page'));
  return {
    liked,
    disliked: disliked.slice(0, MOST_PARTS - liked.length),
    refinement: {
      filter: Object.fromEntries(filter),
      ranges: Object.fromEntries(rangesIn(ours).filter(([name]) => !filter.has(name))),
      text: last('text') ?? '',
      sort: by === undefined ? null : { by, order: descending ? 'desc' : 'asc' },
      pages: Number.isInteger(page) && page > 0 && page <= MOST_PAGES ? page : PLAIN.pages,
    },
  };
}

/** The fragment with this element's parameters replaced, without `#`; empty if no parameters remain. */
export function writeRoute(
  fragment: string,
  key: string,
  { liked, disliked, refinement }: Route,
): string {
  const params = new URLSearchParams(
    // A plain anchor is not a name=value pair and is dropped.
    [...new URLSearchParams(fragment.replace(/^#/, ''))].filter(
      ([name, value]) => !name.startsWith(`${key}.`) && value !== '',
    ),
  );
  const { filter, ranges, text, sort, pages } = refinement;
  for (const id of liked) params.append(`${key}.like`, id);
  for (const id of disliked) params.append(`${key}.less`, id);
  for (const [attribute, values] of Object.entries(filter)) {
    for (const value of values) params.append(`${key}.is.${attribute}`, value);
  }
  for (const [attribute, { gte, lte }] of Object.entries(ranges)) {
    if (gte !== undefined) params.append(`${key}.from.${attribute}`, String(gte));
    if (lte !== undefined) params.append(`${key}.to.${attribute}`, String(lte));
  }
  if (text) params.append(`${key}.text`, text);
  if (sort) params.append(`${key}.sort`, `${sort.order === 'desc' ? '-' : ''}${sort.by}`);
  if (pages > 1) params.append(`${key}.page`, String(Math.min(pages, MOST_PAGES)));
  return params.toString();
}

/** Ranges that cannot be met, because they are not numbers or their ends are swapped, are ignored. */
function rangesIn(params: readonly (readonly [name: string, value: string])[]) {
  const ends = new Map<string, { gte?: number; lte?: number }>();
  for (const [name, value] of params.slice(0, MOST_CHOICES)) {
    const [, end, given] = /^(from|to)\.(.+)$/s.exec(name) ?? [];
    if (given === undefined || value.trim() === '') continue;
    const attribute = given.normalize('NFC');
    const number = Number(value);
    ends.set(attribute, {
      ...ends.get(attribute),
      ...(end === 'from' ? { gte: number } : { lte: number }),
    });
  }
  return [...ends].filter((entry): entry is [string, NumberRange] => isValidRange(entry[1]));
}

/** Whether the page stores a path of its own in the fragment, which routing would overwrite. */
export function isForeignRoute(fragment: string): boolean {
  return /^#[/!]/.test(fragment);
}
