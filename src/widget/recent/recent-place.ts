/** The place of the recent queries. It stays hidden until their script is loaded and has some to show. */
import { create } from '../dom.ts';
import type { State, Subject } from '../state.ts';
import type { Words } from '../words/words.ts';
import type { PastSearches } from './past-searches.ts';
import type { RecentStrip } from './recent-strip.ts';

export interface RecentPlaceHandlers {
  readonly past: Pick<PastSearches, 'onLoad' | 'enabled'>;
  /** The visitor repeats a recent query. */
  readonly onRecent: (subject: Subject) => void;
}

export class RecentPlace {
  readonly element = create('section', 'recent', { hidden: true });
  readonly #words: Words;
  readonly #handlers: RecentPlaceHandlers;
  readonly #onGone: () => void;
  #strip: RecentStrip | null = null;
  #state: State = { state: 'empty' };
  #isClosed = false;

  /** @param onGone called when the queries disappear while they have the focus */
  constructor(words: Words, handlers: RecentPlaceHandlers, onGone: () => void) {
    this.#words = words;
    this.#handlers = handlers;
    this.#onGone = onGone;
  }

  /** Called when the element is in the shadow tree. */
  connect(): void {
    const { past, onRecent } = this.#handlers;
    past.onLoad(({ recent, RecentStrip }) => {
      if (this.#isClosed) return;
      const handlers = { recent, onRecent, onGone: this.#onGone };
      this.#strip = new RecentStrip(this.element, this.#words, handlers);
      this.#strip.show(this.#state);
    });
  }

  show(state: State): void {
    this.#state = state;
    this.#strip?.show(state);
  }

  /** Revokes the pictures' object URLs. */
  close(): void {
    this.#isClosed = true;
    this.#strip?.close();
  }
}
