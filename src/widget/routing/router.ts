/**
 * Synchronizes the element's state with the page's URL: Back and Forward step through the visitor's searches,
 * and a link opens the search in its fragment.
 *
 *     state ─▶ route ─▶ fragment + photo mark      new history entry for another subject or filter
 *     back, forward, link ─▶ route ─▶ find, refine or reset
 *
 * A photo is never part of the URL: its history entry only stores a mark (a key) of a photo in this page's memory.
 */
import { PLAIN, type Refinement, sameRefinement } from '../results/refinement.ts';
import { photoSubject, refinementIn, type State, type Subject, subjectOf } from '../state.ts';
import { isForeignRoute, type Route, readRoute, writeRoute } from './fragment.ts';

/** The part of `SearchFlow` that the router controls. */
export interface RouterHost {
  readonly state: State;
  find(subject: Subject, refinement: Refinement): unknown;
  refine(refinement: Refinement): unknown;
  reset(): void;
  /** Sets the refinement for the next photo. */
  preset(refinement: Refinement): void;
}

type Photo = Extract<Subject, { kind: 'photo' }>;

/** A route plus the mark of a photo in this page's memory; null without a photo. */
interface Entry extends Route {
  readonly photo: string | null;
}

const NOTHING: Entry = { like: null, photo: null, refinement: PLAIN };
/** The mark of a history entry without a search. */
const NO_PHOTO = 'none';
const MOST_PHOTOS = 12;

/** If two elements have the same key, only the first reads and writes the URL. */
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

  /** @param key the prefix of the element's parameters in the fragment; null disables routing */
  connect(key: string | null): void {
    this.disconnect();
    if (key === null || taken.has(key) || isForeignRoute(location.hash)) return;
    taken.set(key, this);
    this.#key = key;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener('popstate', this.#onMove, { signal });
    addEventListener('hashchange', this.#onMove, { signal });
    // Deferred so that properties the page sets in the same task, such as `search`, apply first.
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

  /** Writes the current state to the URL. */
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
    // An anchor of the page or another script's history entry: keep the current state.
    if (!route && mark === null) return;
    const { like, refinement } = route ?? NOTHING;
    const photo = like === null && mark !== null ? this.#photos.get(mark) : undefined;
    const entry: Entry = { like, photo: photo && mark ? mark : null, refinement };
    const before = this.#current;
    if (sameEntry(entry, before)) return;
    this.#current = entry;
    // The URL already matches.
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

  /** @param left the current entry, which stays in the history; null replaces it instead */
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
      // Browsers reject this in some frames, or if it is called too often: the URL stays unchanged.
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

/** The page's first photo adds no history entry, so that Back leaves the page as expected. */
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

/** Keeps the page's own data in the history entry. */
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

/** The title and picture are filled in from the response. */
function itemSubject(id: string): Subject {
  return { kind: 'item', id, title: '', url: null };
}
