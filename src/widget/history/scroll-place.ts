/**
 * Restores the scroll position when the visitor comes back to results. The browser's own restoration comes too early:
 * the page has no results yet and is shorter than before.
 *
 * The position is stored in `sessionStorage`, which belongs to the tab, when the page is left. It names the first
 * visible hit, so that it still fits if the page above has another height.
 */

const KEY = 'soutu-scroll';
/** The visitor scrolls: the position is theirs from now on. */
const BY_VISITOR = ['wheel', 'touchmove', 'keydown', 'pointerdown'] as const;

interface Place {
  /** The history entry. */
  readonly entry: string;
  readonly y: number;
  /** The first visible hit and its distance from the top of the window, in CSS pixels. */
  readonly hit: string | null;
  readonly top: number;
}

/** A hit's id and its element. */
export type VisibleHits = () => readonly (readonly [id: string, element: Element])[];

export class ScrollPlace {
  readonly #hits: VisibleHits;
  #listening: AbortController | null = null;
  #wanted: Place | null = null;

  constructor(hits: VisibleHits) {
    this.#hits = hits;
  }

  /** @param entry identifies the current history entry; null if there is nothing to come back to */
  connect(entry: () => string | null): void {
    this.disconnect();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener('pagehide', () => this.#save(entry()), { signal });
    const give = () => {
      this.#wanted = null;
    };
    for (const type of BY_VISITOR) addEventListener(type, give, { signal, passive: true });
  }

  disconnect(): void {
    this.#listening?.abort();
    this.#listening = null;
    this.#wanted = null;
  }

  /** The results of this entry will appear. */
  expect(entry: string): void {
    const place = read();
    this.#wanted = place?.entry === entry ? place : null;
  }

  /** The results are in the page. */
  arrive(): void {
    const place = this.#wanted;
    if (!place) return;
    this.#wanted = null;
    const found = this.#hits().find(([id]) => id === place.hit)?.[1];
    if (found)
      scrollBy({ top: found.getBoundingClientRect().top - place.top, behavior: 'instant' });
    else scrollTo({ top: place.y, behavior: 'instant' });
  }

  #save(entry: string | null): void {
    const [hit, element] =
      this.#hits().find(([, one]) => one.getBoundingClientRect().bottom > 0) ?? [];
    const top = element?.getBoundingClientRect().top ?? 0;
    const place =
      entry === null || scrollY === 0 ? null : { entry, y: scrollY, hit: hit ?? null, top };
    try {
      if (place) sessionStorage.setItem(KEY, JSON.stringify(place));
      else sessionStorage.removeItem(KEY);
    } catch {
      // Storage is blocked.
    }
  }
}

/** Part of "Forget everything". */
export function forgetScroll(): void {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // Storage is blocked, so nothing was saved.
  }
}

function read(): Place | null {
  try {
    const place: unknown = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
    if (typeof place !== 'object' || place === null) return null;
    const { entry, y, hit, top } = place as Partial<Record<keyof Place, unknown>>;
    if (typeof entry !== 'string' || typeof y !== 'number' || typeof top !== 'number') return null;
    return { entry, y, hit: typeof hit === 'string' ? hit : null, top };
  } catch {
    return null;
  }
}
