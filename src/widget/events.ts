/** The events of `<soutu-search>`, which listeners on it or on any ancestor receive. They stay in the page. */
import type { SearchResponse } from '../core/contract.ts';
import { isWhole, type PhotoView } from '../core/image/view.ts';
import type { HitClick } from './results/hit-clicks.ts';
import type { Refinement } from './results/refinement.ts';
import { photosOf, type Subject } from './subject.ts';

/** What a search looks for, without the photo. */
export type SearchStart =
  /** `part`: only a part of the photo is searched, or the photo is rotated. */
  | { readonly kind: 'photo'; readonly part: boolean }
  | { readonly kind: 'item'; readonly id: string }
  /** Several photos, and the ids of items that the results should be like or unlike. */
  | {
      readonly kind: 'several';
      readonly photos: number;
      readonly liked: readonly string[];
      readonly disliked: readonly string[];
    };

/** The visitor's filters and order. */
export type FilterUse = Omit<Refinement, 'pages'>;

export interface SoutuEventMap {
  'soutu-search': CustomEvent<SearchStart>;
  'soutu-results': CustomEvent<SearchResponse>;
  'soutu-no-match': CustomEvent<SearchResponse>;
  'soutu-hit': CustomEvent<HitClick>;
  'soutu-filter': CustomEvent<FilterUse>;
  'soutu-error': CustomEvent<Error>;
  'soutu-offline': CustomEvent<{ readonly kept: boolean; readonly error?: Error }>;
}

declare global {
  interface GlobalEventHandlersEventMap extends SoutuEventMap {}
}

export function startOf(subject: Subject): SearchStart {
  if (subject.kind === 'item') return { kind: 'item', id: subject.id };
  if (subject.kind === 'photo') return { kind: 'photo', part: isPart(subject.view) };
  const idsOf = (wanted: boolean) =>
    subject.parts.flatMap(({ of, liked }) =>
      of.kind === 'item' && liked === wanted ? [of.id] : [],
    );
  const photos = photosOf(subject).length;
  return { kind: 'several', photos, liked: idsOf(true), disliked: idsOf(false) };
}

/** Borders are no choice of the visitor's. */
function isPart({ turns, region, borders }: PhotoView): boolean {
  return !isWhole({ turns, region: borders === 'trimmed' ? null : region });
}

/** A list of hits that the visitor asked for, and no match in it: not a further page. */
export function isNoMatch({ matches }: SearchResponse, from: number): boolean {
  return matches === 0 && from === 0;
}

export function filterUse({ pages: _, ...use }: Refinement): FilterUse {
  return use;
}
