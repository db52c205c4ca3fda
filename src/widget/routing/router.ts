/**
 * Keeps what is shown and the page's address in step: the visitor's back and forward go through his searches,
 * and a link opens with the search that it names.
 *
 *     state ─▶ route ─▶ fragment + mark of the photo      a new entry for another subject or filter
 *     back, forward, a link ─▶ route ─▶ find, refine or reset
 *
 * A photo is never in the address: an entry only carries the mark of one that this page has in memory.
 */
import { PLAIN, type Refinement, sameRefinement } from '../results/refinement.ts';
import { photoSubject, refinementIn, type State, type Subject, subjectOf } from '../state.ts';
import { isForeignRoute, type Route, readRoute, writeRoute } from './fragment.ts';

/** What shows the searches: a `SearchFlow`. */
export interface RouterHost {
  readonly state: State;
  find(subject: Subject, refinement: Refinement): unknown;
  refine(refinement: Refinement): unknown;
  reset(): void;
  /** For the next photo. */
  preset(refinement: Refinement): void;
}

type Photo = Extract<Subject, { kind: 'photo' }>;

/** A route with the photo that only this page knows; null: none. */
interface Entry extends Route {
  readonly photo: string | null;
}

const NOTHING: Entry = { like: null, photo: null, refinement: PLAIN };
/** As the mark of an entry: nothing was searched there yet. */
const NO_PHOTO = 'none';
const MOST_PHOTOS = 12;

/** Of two elements with the same key only the first speaks with the address. */
const taken = new Map<string, FragmentRouter>();
let marks = 0;

export class FragmentRouter {
  readonly #host: RouterHost;
  #key: string | null = null;
  #current: Entry = NOTHING;
  #moving = false;
  readonly #photos = new Map<string, Photo>();
  readonly #markOf = new WeakMap<Blob, string>();
  #listening: AbortController | null = null;

  constructor(host: RouterHost) {
    this.#host = host;
  }

  /** @param key the element's part of the fragment; null leaves the address alone */
  connect(key: string | null): void {
    this.disconnect();
    if (key === null || taken.has(key) || isForeignRoute(location.hash)) return;
    taken.set(key, this);
    this.#key = key;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener('popstate', this.#onMove, { signal });
    addEventListener('hashchange', this.#onMove, { signal });
    // What the page sets in the same turn, as its own search, is there by then.
    queueMicrotask(() => {
      if (!signal.aborted && this.#host.state.state === 'empty') this.#begin();
    });
  }

  disconnect(): void {
    this.#listening?.abort();
    this.#listening = null;
    if (this.#key !== null) taken.delete(this.#key);
    this.#key = null;
  }

  /** Writes what is visible now into the address. */
  update(state: State): void {
    if (this.#key === null || this.#moving || state.state === 'fetching') return;
    const subject = subjectOf(state);
    if (!subject && state.state !== 'empty') return;
    const entry: Entry = {
      like: subject?.kind === 'item' ? subject.id : null,
      photo: subject?.kind === 'photo' ? this.#keep(subject) : null,
      refinement: subject ? refinementIn(state) : PLAIN,
    };
    const before = this.#current;
    if (sameEntry(entry, before)) return;
    this.#current = entry;
    this.#write(entry, isNewPlace(before, entry) ? before : null);
  }

  #begin(): void {
    const route = readRoute(location.hash, this.#key as string);
    if (!route) return;
    this.#current = { ...route, photo: null };
    if (route.like !== null) this.#host.find(itemSubject(route.like), route.refinement);
    else this.#host.preset(route.refinement);
  }

  readonly #onMove = (): void => {
    const key = this.#key as string;
    const route = readRoute(location.hash, key);
    const mark = markIn(history.state, key);
    // An anchor of the page, or an entry of somebody else: what is shown stays.
    if (!route && mark === null) return;
    const { like, refinement } = route ?? NOTHING;
    const photo = like === null && mark !== null ? this.#photos.get(mark) : undefined;
    const entry: Entry = { like, photo: photo && mark ? mark : null, refinement };
    const before = this.#current;
    if (sameEntry(entry, before)) return;
    this.#current = entry;
    // The address says it already.
    this.#moving = true;
    this.#move(before, entry, photo);
    this.#moving = false;
  };

  #move(before: Entry, entry: Entry, photo: Photo | undefined): void {
    const { like, refinement } = entry;
    const isSame = entry.like === before.like && entry.photo === before.photo;
    if (isSame && (like !== null || photo)) this.#host.refine(refinement);
    else if (like !== null) this.#host.find(itemSubject(like), refinement);
    else if (photo) this.#host.find(photoSubject(photo.blob, photo.view), refinement);
    else {
      this.#host.reset();
      this.#host.preset(refinement);
    }
  }

  /** @param left the entry that stays behind in the history; null: it is replaced */
  #write(entry: Entry, left: Entry | null): void {
    const key = this.#key as string;
    const fragment = writeRoute(location.hash, key, entry);
    const url = `${location.pathname}${location.search}${fragment ? `#${fragment}` : ''}`;
    try {
      if (left) {
        history.replaceState(marked(key, left), '');
        history.pushState(marked(key, entry), '', url);
      } else {
        history.replaceState(marked(key, entry), '', url);
      }
    } catch {
      // Browsers refuse it in some frames and where it comes too often: then the address stays as it is.
    }
  }

  #keep(photo: Photo): string {
    const { blob } = photo;
    const mark = this.#markOf.get(blob) ?? `${performance.timeOrigin}-${++marks}`;
    this.#markOf.set(blob, mark);
    this.#photos.delete(mark);
    this.#photos.set(mark, photo);
    for (const oldest of [...this.#photos.keys()].slice(0, -MOST_PHOTOS)) {
      this.#photos.delete(oldest);
    }
    return mark;
  }
}

/** The page's first photo is no new place: back leaves the page, as one expects there. */
function isNewPlace(before: Entry, now: Entry): boolean {
  if (before.like === null && before.photo === null) return now.like !== null;
  if (now.like === null && now.photo === null) return false;
  const isFilter = (of: Entry): Refinement => ({ ...PLAIN, filter: of.refinement.filter });
  return (
    before.like !== now.like ||
    before.photo !== now.photo ||
    !sameRefinement(isFilter(before), isFilter(now))
  );
}

function sameEntry(a: Entry, b: Entry): boolean {
  return a.like === b.like && a.photo === b.photo && sameRefinement(a.refinement, b.refinement);
}

/** What the page itself keeps in the entry stays. */
function marked(key: string, { like, photo }: Entry): unknown {
  const state: unknown = history.state;
  const page = typeof state === 'object' && state !== null ? state : {};
  const others = 'soutu' in page && typeof page.soutu === 'object' ? page.soutu : {};
  const mark = like === null ? (photo ?? NO_PHOTO) : undefined;
  return { ...page, soutu: { ...others, [key]: mark } };
}

function markIn(state: unknown, key: string): string | null {
  const marks = (state as { soutu?: Record<string, unknown> } | null)?.soutu;
  const mark = marks?.[key];
  return typeof mark === 'string' ? mark : null;
}

/** Title and picture come with the answer. */
function itemSubject(id: string): Subject {
  return { kind: 'item', id, title: '', url: null };
}
