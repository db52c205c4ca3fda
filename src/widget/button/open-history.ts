/** Adds a history entry for the open dialog, so that Back closes it. Without routing, the history stays unchanged. */
import { isForeignRoute, readRoute } from '../routing/fragment.ts';
import { depthIn, opened } from '../routing/open-entry.ts';

/** A browser that refuses to go back must not block the dialog for good. */
const MOST_MS = 1000;

/** If two elements have the same key, only the first has entries and links, as in routing/router.ts. */
const taken = new Set<string>();

export class OpenHistory {
  readonly #onMove: (isOpen: boolean) => void;
  #key: string | null = null;
  #listening: AbortController | null = null;
  /** Settles once the browser has gone back; null when no move is pending. */
  #leaving: Promise<void> | null = null;
  /** The dialog has been opened since it last closed. */
  #isWanted = false;

  /** @param onMove called after Back, Forward or a link, with whether the entry opens the dialog */
  constructor(onMove: (isOpen: boolean) => void) {
    this.#onMove = onMove;
  }

  /** Whether the current entry is one of the open dialog, or its address has a search of this element. */
  get isOpen(): boolean {
    return this.#depth !== null || this.#isLink;
  }

  get #isLink(): boolean {
    const { hash } = location;
    return this.#key !== null && !isForeignRoute(hash) && readRoute(hash, this.#key) !== null;
  }

  get #depth(): number | null {
    return this.#key === null ? null : depthIn(history.state, this.#key);
  }

  /** @param key identifies the element; null without routing */
  connect(key: string | null): void {
    this.disconnect();
    if (key === null || taken.has(key)) return;
    taken.add(key);
    this.#key = key;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    const onMove = () => {
      // By the time a pending move ends, the dialog may be open again.
      if (!this.#leaving) this.#onMove(this.isOpen);
    };
    addEventListener('popstate', onMove, { signal });
  }

  disconnect(): void {
    this.#listening?.abort();
    this.#listening = null;
    if (this.#key !== null) taken.delete(this.#key);
    this.#key = null;
  }

  async push(): Promise<void> {
    this.#isWanted = true;
    await this.#leaving;
    if (this.#key === null || !this.#isWanted || this.#depth !== null) return;
    try {
      history.pushState(opened(history.state, this.#key), '');
    } catch {
      // Browsers reject this in some frames: Back then leaves the page.
    }
  }

  /**
   * Goes back to the page without the dialog.
   * @returns false if the dialog has no entries of its own
   */
  leave(): boolean {
    this.#isWanted = false;
    if (this.#leaving) return true;
    const depth = this.#depth;
    if (depth === null) return false;
    const listening = new AbortController();
    const moved = new Promise<void>((resolve) => {
      addEventListener('popstate', () => resolve(), { once: true, signal: listening.signal });
      setTimeout(resolve, MOST_MS);
    });
    this.#leaving = moved.then(() => {
      listening.abort();
      this.#leaving = null;
    });
    history.go(-depth);
    return true;
  }
}
