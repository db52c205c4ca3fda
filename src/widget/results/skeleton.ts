/**
 * Placeholders for the filters and cards of a first answer, so that nothing moves when it arrives. While the model is
 * downloaded, the place of the filters tells why.
 */
import { create } from '../dom.ts';
import type { LoadingProgress } from '../state.ts';
import type { Words } from '../words/words.ts';

/** Two rows of a wide grid, four of a phone's. */
const CARDS = 8;
const FILTERS = 4;

export class Skeleton {
  readonly element: HTMLElement;
  readonly #grid: HTMLElement;
  readonly #filters = create(
    'div',
    null,
    { className: 'skeleton-filters' },
    ...Array.from({ length: FILTERS }, () => create('div', null)),
  );

  readonly #why: HTMLElement;

  constructor(words: Words) {
    this.#why = create('p', 'detail', { hidden: true }, words.text('loadingWhy'));
    this.#grid = create(
      'div',
      null,
      { className: 'skeleton-grid' },
      ...Array.from({ length: CARDS }, renderCard),
    );
    this.element = create(
      'div',
      'skeleton',
      { hidden: true },
      this.#why,
      this.#filters,
      this.#grid,
    );
  }

  /**
   * @param ratio the frames' width / height in the latest results; null while unknown
   * @param filters whether the results are expected to have a filter bar
   */
  show(ratio: number | null, filters: boolean): void {
    if (ratio !== null) this.#grid.style.setProperty('--_ratio', String(ratio));
    this.#why.hidden = true;
    this.#grid.hidden = false;
    this.#filters.hidden = !filters;
    this.element.hidden = false;
  }

  /** Once visible, the reason for the download stays. */
  explain({ model }: LoadingProgress): void {
    if (!model || model.cached || !this.#why.hidden) return;
    this.#why.hidden = false;
    this.#filters.hidden = true;
  }

  hideCards(): void {
    this.#grid.hidden = true;
  }

  hide(): void {
    this.element.hidden = true;
  }
}

function renderCard(): HTMLElement {
  const block = (className: string) => create('div', null, { className });
  return create(
    'div',
    null,
    { className: 'skeleton-card' },
    ...['skeleton-picture', 'skeleton-line', 'skeleton-line'].map(block),
  );
}
