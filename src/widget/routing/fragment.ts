/**
 * What the page's address tells of a search, in its fragment, so that it never reaches a server:
 *
 *     #soutu.like=vase-001-1&soutu.is.kind=bowl&soutu.is.kind=mug&soutu.sort=-price&soutu.page=2
 *
 * `like` is the item that is searched for (a photo never stands here), `is.NAME` the chosen values of an
 * attribute, `sort` an attribute (`-` from high to low), `page` how many pages are shown. The word before
 * the dot is the element's `id`, or `soutu`, so that two elements do not fight. What is not ours, or
 * malformed, is left aside. Pure.
 */
import { PLAIN, type Refinement } from '../results/refinement.ts';

export interface Route {
  readonly like: string | null;
  readonly refinement: Refinement;
}

/** Of one answer; more is no page that anybody has looked through. */
const MOST_PAGES = 20;
const MOST_CHOICES = 100;

/** @returns null where the fragment says nothing of this element */
export function readRoute(fragment: string, key: string): Route | null {
  const ours = [...new URLSearchParams(fragment.replace(/^#/, ''))].flatMap(([name, value]) =>
    name.startsWith(`${key}.`) && value !== ''
      ? [[name.slice(key.length + 1), value] as const]
      : [],
  );
  if (ours.length === 0) return null;
  const last = (wanted: string) => ours.findLast(([name]) => name === wanted)?.[1];
  const filter = new Map<string, string[]>();
  for (const [name, text] of ours.slice(0, MOST_CHOICES)) {
    // As items are: a link may have been typed on a system that decomposes "é".
    const attribute = /^is\.(.+)$/s.exec(name)?.[1]?.normalize('NFC');
    const value = text.normalize('NFC');
    if (attribute === undefined) continue;
    const chosen = filter.get(attribute) ?? [];
    if (!chosen.includes(value)) filter.set(attribute, [...chosen, value]);
  }
  const [, descending, by] = /^(-?)(.+)$/s.exec(last('sort') ?? '') ?? [];
  const page = Number(last('page'));
  return {
    like: last('like') ?? null,
    refinement: {
      filter: Object.fromEntries(filter),
      sort: by === undefined ? null : { by, order: descending ? 'desc' : 'asc' },
      pages: Number.isInteger(page) && page > 0 && page <= MOST_PAGES ? page : PLAIN.pages,
    },
  };
}

/** The fragment with this element's part replaced, without `#`; empty where nothing is left. */
export function writeRoute(fragment: string, key: string, { like, refinement }: Route): string {
  const params = new URLSearchParams(
    // A plain anchor is no pair; the place it names is left with this.
    [...new URLSearchParams(fragment.replace(/^#/, ''))].filter(
      ([name, value]) => !name.startsWith(`${key}.`) && value !== '',
    ),
  );
  const { filter, sort, pages } = refinement;
  if (like !== null) params.append(`${key}.like`, like);
  for (const [attribute, values] of Object.entries(filter)) {
    for (const value of values) params.append(`${key}.is.${attribute}`, value);
  }
  if (sort) params.append(`${key}.sort`, `${sort.order === 'desc' ? '-' : ''}${sort.by}`);
  if (pages > 1) params.append(`${key}.page`, String(Math.min(pages, MOST_PAGES)));
  return params.toString();
}

/** Pages that keep a path of their own in the fragment would lose it. */
export function isForeignRoute(fragment: string): boolean {
  return /^#[/!]/.test(fragment);
}
