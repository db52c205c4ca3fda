/** Placeholders for the filters and cards of a first answer, so that nothing moves when it arrives. */
import { create } from '../dom.ts';

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

  constructor() {
    this.#grid = create(
      'div',
      null,
      { className: 'skeleton-grid' },
      ...Array.from({ length: CARDS }, renderCard),
    );
    // Screen readers hear the status instead.
    this.element = create(
      'div',
      'skeleton',
      { ariaHidden: 'true', hidden: true },
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
    this.#filters.hidden = !filters;
    this.element.hidden = false;
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
