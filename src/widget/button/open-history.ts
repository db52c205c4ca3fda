/** Adds a history entry for the open dialog, so that Back closes it. Without routing, the history stays unchanged. */
import { depthIn, opened } from '../routing/open-entry.ts';

/** A browser that refuses to go back must not block the dialog for good. */
const MOST_MS = 1000;

export class OpenHistory {
  readonly #onMove: (isOpen: boolean) => void;
  #key: string | null = null;
  #listening: AbortController | null = null;
  /** Settles once the browser has gone back. */
  #leaving: Promise<void> = Promise.resolve();

  /** @param onMove called after Back, Forward or a link, with whether the dialog is open in that entry */
  constructor(onMove: (isOpen: boolean) => void) {
    this.#onMove = onMove;
  }

  /** Whether the current entry is one of the open dialog. */
  get isOpen(): boolean {
    return this.#depth !== null;
  }

  get #depth(): number | null {
    return this.#key === null ? null : depthIn(history.state, this.#key);
  }

  /** @param key identifies the element; null without routing */
  connect(key: string | null): void {
    this.disconnect();
    this.#key = key;
    if (key === null) return;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    addEventListener('popstate', () => this.#onMove(this.isOpen), { signal });
  }

  disconnect(): void {
    this.#listening?.abort();
    this.#listening = null;
    this.#key = null;
  }

  async push(): Promise<void> {
    await this.#leaving;
    if (this.#key === null || this.isOpen) return;
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
    const depth = this.#depth;
    if (depth === null) return false;
    this.#leaving = new Promise((resolve) => {
      addEventListener('popstate', () => resolve(), { once: true });
      setTimeout(resolve, MOST_MS);
    });
    history.go(-depth);
    return true;
  }
}
