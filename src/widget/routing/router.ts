/**
 * Synchronizes the element's state with the page's URL: Back and Forward step through the visitor's searches,
 * and a link opens the search in its fragment.
 *
 *     state ─▶ route ─▶ fragment + photo mark      new history entry for another subject or filter
 *     back, forward, link ─▶ route ─▶ find, refine or reset
 *
 * Photos are never part of the URL: the history entry only stores marks (keys) of photos in this page's memory, or,
 * after a reload or Back from another page, of photos saved on the device. A link to a search for photos and items
 * therefore searches for the items alone.
 */
import type { SavedPhoto } from '../../client/history/saved-photo.ts';
import { PLAIN, type Refinement, sameRefinement } from '../results/refinement.ts';
import { refinementIn, type State, subjectOf } from '../state.ts';
import {
  type ItemSubject,
  type Part,
  type PhotoSubject,
  partsOf,
  photoSubject,
  photosOf,
  type Subject,
  subjectOfParts,
} from '../subject.ts';
import { isForeignRoute, NO_ITEMS, type Route, readRoute, writeRoute } from './fragment.ts';
import { deeper } from './open-entry.ts';

/** The part of `SearchFlow` that the router controls. */
export interface RouterHost {
  readonly state: State;
  find(subject: Subject, refinement: Refinement): unknown;
  refine(refinement: Refinement): unknown;
  reset(): void;
  /** Sets the refinement for the next photo. */
  preset(refinement: Refinement): void;
  /** Repeats a search of an earlier page. */
  restore(subject: Subject, saved: readonly SavedPhoto[], refinement: Refinement): unknown;
}

/** What the router needs for searches of an earlier page. */
export interface RouterHistory {
  /** @returns the saved photos among those with these marks */
  find(marks: readonly string[]): Promise<readonly SavedPhoto[]>;
  /** A search of an earlier page is about to appear. */
  onReturn(entry: string): void;
}

/** A route plus the marks of photos in this page's memory, separated by spaces; null without a photo. */
interface Entry extends Route {
  readonly photo: string | null;
}

const NOTHING: Entry = { ...NO_ITEMS, photo: null, refinement: PLAIN };
/** The mark of a history entry without a search. */
const NO_PHOTO = 'none';
const MOST_PHOTOS = 12;

/** If two elements have the same key, only the first reads and writes the URL. */
const taken = new Map<string, FragmentRouter>();
let marks = 0;

export class FragmentRouter {
  readonly #host: RouterHost;
  readonly #history: RouterHistory;
  #key: string | null = null;
  #current: Entry = NOTHING;
  #moving = false;
  #isReturning = false;
  readonly #photos = new Map<string, PhotoSubject>();
  readonly #markOf = new WeakMap<Blob, string>();
  #listening: AbortController | null = null;

  constructor(host: RouterHost, history: RouterHistory) {
    this.#host = host;
    this.#history = history;
  }

  /** Identifies the search of the current history entry; null if there is none, or without routing. */
  get entry(): string | null {
    return this.#key !== null && isSearch(this.#current) ? entryOf(this.#current) : null;
  }

  /** The photo's key in the history entries; null if it has none. */
  markOf(photo: Blob): string | null {
    return this.#key === null ? null : (this.#markOf.get(photo) ?? null);
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
    // A search of an earlier page is being read from the device.
    if (this.#isReturning && state.state === 'empty') return;
    const subject = subjectOf(state);
    if (!subject && state.state !== 'empty') return;
    const entry: Entry = {
      liked: subject ? idsIn(subject, true) : [],
      disliked: subject ? idsIn(subject, false) : [],
      photo: subject ? this.#keepAll(photosOf(subject)) : null,
      refinement: subject ? refinementIn(state) : PLAIN,
    };
    const before = this.#current;
    if (sameEntry(entry, before)) return;
    this.#current = entry;
    this.#write(entry, isNewPlace(before, entry) ? before : null);
  }

  #begin(): void {
    const key = this.#key as string;
    const route = readRoute(location.hash, key);
    const marks = photoMarks(markIn(history.state, key));
    if (!route && marks.length === 0) return;
    this.#current = { ...(route ?? NOTHING), photo: null };
    if (marks.length > 0) void this.#reopen(marks);
    else this.#open(this.#current);
  }

  #open(entry: Entry): void {
    const subject = subjectOfParts(itemParts(entry));
    if (!subject) {
      this.#host.preset(entry.refinement);
      return;
    }
    this.#history.onReturn(entryOf(entry));
    this.#host.find(subject, entry.refinement);
  }

  /** Repeats the search of an earlier page, unless the visitor has started another one in the meantime. */
  async #reopen(marks: readonly string[]): Promise<void> {
    const before = this.#current;
    this.#host.preset(before.refinement);
    this.#isReturning = true;
    const saved = await this.#history.find(marks);
    this.#isReturning = false;
    if (this.#current !== before || this.#host.state.state !== 'empty') return;
    const parts = saved.map(({ mark, photo, view, things }): Part => {
      const of = photoSubject(photo, view, things);
      this.#markOf.set(photo, mark);
      this.#photos.set(mark, of);
      return { of, liked: true };
    });
    const subject = subjectOfParts([...parts, ...itemParts(before)]);
    if (!subject || saved.length === 0) {
      this.#open(before);
      return;
    }
    this.#current = { ...before, photo: saved.map(({ mark }) => mark).join(' ') };
    this.#history.onReturn(entryOf(this.#current));
    this.#host.restore(subject, saved, before.refinement);
  }

  readonly #onMove = (): void => {
    const key = this.#key as string;
    const route = readRoute(location.hash, key);
    const mark = markIn(history.state, key);
    // An anchor of the page or another script's history entry: keep the current state.
    if (!route && mark === null) return;
    const photos = (mark ?? '').split(' ').flatMap((one) => this.#photos.get(one) ?? []);
    const photo = photos.map(({ blob }) => this.#markOf.get(blob)).join(' ') || null;
    const entry: Entry = { ...(route ?? NOTHING), photo };
    const before = this.#current;
    if (sameEntry(entry, before)) return;
    this.#current = entry;
    // The URL already matches.
    this.#moving = true;
    this.#move(before, entry, photos);
    this.#moving = false;
  };

  #move(before: Entry, entry: Entry, photos: readonly PhotoSubject[]): void {
    const { refinement } = entry;
    const fresh = photos.map(({ blob, view, things }): Part => {
      return { of: photoSubject(blob, view, things), liked: true };
    });
    const subject = subjectOfParts([...fresh, ...itemParts(entry)]);
    if (subject && isSameSearch(before, entry)) {
      for (const { of } of fresh) if (of.url) URL.revokeObjectURL(of.url);
      this.#host.refine(refinement);
    } else if (subject) this.#host.find(subject, refinement);
    else {
      this.#host.reset();
      this.#host.preset(refinement);
      const marks = photoMarks(markIn(history.state, this.#key as string));
      if (marks.length > 0) void this.#reopen(marks);
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
        history.pushState(deeper(marked(key, entry)), '', url);
      } else {
        history.replaceState(marked(key, entry), '', url);
      }
    } catch {
      // Browsers reject this in some frames, or if it is called too often: the URL stays unchanged.
    }
  }

  #keepAll(photos: readonly PhotoSubject[]): string | null {
    return photos.map((photo) => this.#keep(photo)).join(' ') || null;
  }

  #keep(photo: PhotoSubject): string {
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
  if (!isSearch(before)) return now.liked.length > 0;
  if (!isSearch(now)) return false;
  const isFilter = ({ refinement }: Entry): Refinement => {
    const { filter, ranges, text } = refinement;
    // Typing more words continues the same place.
    return { ...PLAIN, filter, ranges, text: text && 'any' };
  };
  return !isSameSearch(before, now) || !sameRefinement(isFilter(before), isFilter(now));
}

function isSearch({ liked, photo }: Entry): boolean {
  return liked.length > 0 || photo !== null;
}

function isSameSearch(a: Entry, b: Entry): boolean {
  const keyOf = ({ liked, disliked, photo }: Entry) => JSON.stringify([liked, disliked, photo]);
  return keyOf(a) === keyOf(b);
}

/** Unique among the entries of a tab, as far as a scroll position needs it. */
function entryOf({ liked, disliked, photo, refinement }: Entry): string {
  const { pages: _, ...rest } = refinement;
  return JSON.stringify([location.pathname, liked, disliked, photo, rest]);
}

function sameEntry(a: Entry, b: Entry): boolean {
  return isSameSearch(a, b) && sameRefinement(a.refinement, b.refinement);
}

/** Keeps the page's own data in the history entry. */
function marked(key: string, { liked, photo }: Entry): unknown {
  const state: unknown = history.state;
  const page = typeof state === 'object' && state !== null ? state : {};
  const others = 'soutu' in page && typeof page.soutu === 'object' ? page.soutu : {};
  const mark = photo ?? (liked.length > 0 ? undefined : NO_PHOTO);
  return { ...page, soutu: { ...others, [key]: mark } };
}

function markIn(state: unknown, key: string): string | null {
  const marks = (state as { soutu?: Record<string, unknown> } | null)?.soutu;
  const mark = marks?.[key];
  return typeof mark === 'string' ? mark : null;
}

function photoMarks(mark: string | null): string[] {
  return mark === null || mark === NO_PHOTO ? [] : mark.split(' ');
}

function idsIn(subject: Subject, wanted: boolean): string[] {
  return partsOf(subject).flatMap(({ of, liked }) =>
    of.kind === 'item' && liked === wanted ? [of.id] : [],
  );
}

/** The titles and pictures are filled in from the response. */
function itemParts({ liked, disliked }: Entry | Route): Part[] {
  const partOf = (id: string, isLiked: boolean): Part => {
    const of: ItemSubject = { kind: 'item', id, title: '', url: null };
    return { of, liked: isLiked };
  };
  return [...liked.map((id) => partOf(id, true)), ...disliked.map((id) => partOf(id, false))];
}
