/**
 * The recent queries as a row of thumbnails. It updates only on the next query, so that the results below do not
 * move.
 */
import type { RecentQuery } from '../../client/recent/query.ts';
import { messageOf } from '../../core/errors.ts';
import { create, createButton } from '../dom.ts';
import { type State, type Subject, subjectOf } from '../state.ts';
import { adoptable } from '../styles/adopt.ts';
import recentStyles from '../styles/recent.css?inline';
import type { Words } from '../words/words.ts';
import type { RecentSearches } from './recent-searches.ts';

const adoptStyles = adoptable(recentStyles);

export interface RecentHandlers {
  readonly recent: RecentSearches;
  /** The visitor repeats a recent query. */
  readonly onRecent: (subject: Subject) => void;
  /** The strip disappears while it has the focus. */
  readonly onGone: () => void;
}

export class RecentStrip {
  readonly #element: HTMLElement;
  readonly #words: Words;
  readonly #handlers: RecentHandlers;
  // Safari does not expose a list without bullets as a list.
  readonly #list = create('ul', 'recent-list', { role: 'list' });
  #urls: string[] = [];
  #state: State = { state: 'empty' };

  /** @param element an empty, hidden section in the shadow tree */
  constructor(element: HTMLElement, words: Words, handlers: RecentHandlers) {
    this.#element = element;
    this.#words = words;
    this.#handlers = handlers;
    const clear = createButton('recent-clear', words.text('recentClear'), async () => {
      failure.remove();
      try {
        await handlers.recent.clear();
        if (clear.matches(':focus')) handlers.onGone();
      } catch (error) {
        failure.textContent = messageOf(error);
        head.after(failure);
      }
    });
    // The technical message, in English, as for other errors.
    const failure = create('p', 'detail', { role: 'alert', lang: 'en', dir: 'ltr' });
    const head = create(
      'div',
      'recent-head',
      {},
      create('p', 'recent-label', {}, words.text('recent')),
      clear,
    );
    adoptStyles(element.getRootNode());
    element.append(head, this.#list);
    element.ariaLabel = words.text('recent');
    handlers.recent.load(() => {
      if (this.#state.state !== 'results' || handlers.recent.listed.length === 0) this.#draw();
    });
  }

  show(state: State): void {
    const before = this.#state;
    this.#state = state;
    // Ignore progress updates, which come many times per second, and additional pages of results.
    if (state.state === before.state && subjectOf(state) === subjectOf(before)) return;
    if (state.state !== 'results') this.#draw();
  }

  /** Revokes the pictures' object URLs. */
  close(): void {
    // An image that is still loading must not be fetched once its URL is revoked.
    for (const image of this.#list.querySelectorAll('img')) image.removeAttribute('src');
    for (const url of this.#urls.splice(0)) URL.revokeObjectURL(url);
  }

  #draw(): void {
    const { recent } = this.#handlers;
    const subject = subjectOf(this.#state);
    const others = recent.listed.filter((query) => !recent.isOf(query, subject));
    this.close();
    this.#list.replaceChildren(...others.map((query) => this.#render(query)));
    this.#element.hidden = others.length === 0;
  }

  #render(query: RecentQuery): HTMLLIElement {
    const { recent, onRecent } = this.#handlers;
    const { asked, at } = query;
    const name =
      asked.kind === 'item'
        ? asked.title
        : this.#words.text('recentPhoto', { when: this.#words.moment(at) });
    const image = create('img', 'recent-thumb', { alt: '', draggable: false });
    const url = asked.kind === 'item' ? asked.url : URL.createObjectURL(asked.thumb);
    if (asked.kind === 'photo' && url) this.#urls.push(url);
    // The picture no longer exists on the device or the site: the button stays, with its name.
    image.onerror = () => image.removeAttribute('src');
    if (url) image.src = url;
    const button = createButton('recent-query', '', () => onRecent(recent.subjectOf(query)));
    button.ariaLabel = name;
    button.title = name;
    button.append(image);
    return create('li', null, {}, button);
  }
}
