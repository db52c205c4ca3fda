/**
 * Stores a search in the fragment of the page's URL, which is never sent to a server:
 *
 *     #soutu.like=vase-001-1&soutu.is.kind=bowl&soutu.is.kind=mug&soutu.sort=-price&soutu.page=2
 *
 * `like` is the item searched for (never a photo), `is.NAME` the chosen values of an attribute, `sort` an attribute
 * (`-` for descending order), and `page` the number of visible pages. The prefix before the dot is the element's
 * `id`, or `soutu`, so that two elements do not conflict. Foreign and malformed parameters are ignored. Pure.
 */
import { PLAIN, type Refinement } from '../results/refinement.ts';

export interface Route {
  readonly like: string | null;
  readonly refinement: Refinement;
}

/** Maximum number of pages; nobody scrolls through more. */
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
    like: last('like') ?? null,
    refinement: {
      filter: Object.fromEntries(filter),
      sort: by === undefined ? null : { by, order: descending ? 'desc' : 'asc' },
      pages: Number.isInteger(page) && page > 0 && page <= MOST_PAGES ? page : PLAIN.pages,
    },
  };
}

/** The fragment with this element's parameters replaced, without `#`; empty if no parameters remain. */
export function writeRoute(fragment: string, key: string, { like, refinement }: Route): string {
  const params = new URLSearchParams(
    // A plain anchor is not a name=value pair and is dropped.
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

/** Whether the page stores a path of its own in the fragment, which routing would overwrite. */
export function isForeignRoute(fragment: string): boolean {
  return /^#[/!]/.test(fragment);
}
