import type { SearchResponse } from '../../core/contract.ts';
import { create, createButton } from '../dom.ts';
import type { ResultsState } from '../state.ts';
import type { Words } from '../words/words.ts';
import { frameRatio, renderHit } from './hit.ts';

/** The grid of hits. It only ever grows: what is shown stays where it is. */
export class ResultsGrid {
  readonly element: HTMLElement;
  /** The answer whose pages the grid shows. */
  readonly response: SearchResponse;
  readonly #list: HTMLUListElement;
  readonly #foot: HTMLElement;
  readonly #more: HTMLButtonElement;
  readonly #told: HTMLElement;
  readonly #base: string;
  readonly #words: Words;

  /** @param base absolute URL of the bundle's folder */
  constructor(state: ResultsState, base: string, words: Words, onMore: () => void) {
    this.response = state.response;
    this.#base = base;
    this.#words = words;
    // Safari takes a list without bullets for no list.
    this.#list = create('ul', 'grid', { role: 'list' });
    this.#list.style.setProperty('--_ratio', String(frameRatio(state.hits.map((hit) => hit.item))));
    this.#told = create('p', 'count');
    this.#more = createButton('button more', words.text('showMore'), () => {
      if (this.#more.ariaDisabled !== 'true') onMore();
    });
    this.#foot = create('div', 'foot', {}, this.#told, this.#more);
    this.element = create('div', 'results', {}, this.#list, this.#foot);
    this.update(state);
  }

  update({ hits, latest, more }: ResultsState): void {
    const known = this.#list.childElementCount;
    const asked = this.#more.matches(':focus');
    const fresh = hits.slice(known).map((hit) => renderHit(hit, this.#base, this.#words));
    this.#list.append(...fresh);
    this.#foot.hidden = more === 'none';
    this.#more.textContent = this.#words.text(more === 'loading' ? 'showingMore' : 'showMore');
    // Not `disabled`, which would throw the focus away.
    this.#more.ariaDisabled = String(more === 'loading');
    const total = latest.totalRelation === 'eq' ? latest.total : null;
    this.#told.textContent =
      more === 'failed' ? this.#words.text('moreFailed') : this.#words.shown(hits.length, total);
    // Who asked for more by keyboard goes on at the first new hit.
    if (known > 0 && asked) (fresh[0]?.querySelector('a') ?? fresh[0])?.focus();
  }
}
