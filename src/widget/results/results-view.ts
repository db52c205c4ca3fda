/**
 * Everything below the field: the filters, the hits, and the button for more; placeholders while the first hits are
 * on their way.
 */
import { create } from '../dom.ts';
import { isSearching, type ResultsState, refinementIn, type State } from '../state.ts';
import type { Words } from '../words/words.ts';
import { FilterBar } from './filter-bar.ts';
import { type GridHandlers, ResultsGrid } from './grid.ts';
import type { HitRenderers } from './hit-renderers.ts';
import { isFiltered, type Refinement } from './refinement.ts';
import { Skeleton } from './skeleton.ts';

export interface ResultsHandlers extends GridHandlers {
  readonly onRefine: (refinement: Refinement) => void;
}

export class ResultsView {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #bar: FilterBar;
  readonly #grid: ResultsGrid;
  readonly #skeleton: Skeleton;
  readonly #hits: HTMLElement;
  /** Until the first answer, filters are expected: most catalogues have some. */
  #expectsFilters = true;

  constructor(words: Words, renderers: HitRenderers, handlers: ResultsHandlers) {
    this.#words = words;
    this.#bar = new FilterBar(words, handlers.onRefine);
    this.#grid = new ResultsGrid(words, renderers, handlers);
    this.#skeleton = new Skeleton(words);
    this.#hits = create('div', 'hits', {}, ...this.#grid.nodes);
    this.element = create(
      'div',
      'results',
      { hidden: true },
      this.#skeleton.element,
      this.#bar.element,
      this.#hits,
    );
    this.#bar.element.hidden = true;
  }

  /** @param base absolute URL of the bundle's folder */
  show(state: State, base: string): void {
    const first = state.state === 'loading' ? state.first : undefined;
    const stays = state.state === 'loading' && state.before !== null && !first;
    // Old results stay, so that the page does not jump, but cannot be used.
    this.element.inert = stays;
    this.#bar.element.inert = first !== undefined;
    if (stays) {
      this.#grid.keepFirst();
      return;
    }
    if (first) {
      this.#showFirst(first, base);
      return;
    }
    const searching = isSearching(state);
    const refining = 'refining' in state && state.refining !== null;
    this.element.ariaBusy = String(refining || searching);
    const narrowed = state.state === 'nothing' && isFiltered(refinementIn(state));
    this.element.hidden = state.state !== 'results' && !narrowed && !searching;
    const hadHits = !this.#hits.hidden;
    this.#hits.hidden = searching;
    if (searching) {
      if (hadHits || this.#skeleton.element.hidden) this.#showSkeleton();
      if (state.state === 'loading') this.#skeleton.explain(state.progress);
      return;
    }
    this.#skeleton.hide();
    if ('response' in state) {
      this.#words.setAttributes(state.response.attributes);
      this.#words.setThresholds(state.response.thresholds);
    }
    if (state.state === 'results' || narrowed) {
      this.#bar.show(state);
      this.#expectsFilters = !this.#bar.element.hidden;
    }
    if (state.state === 'results') this.#grid.show(state, base);
    else this.#grid.clear();
  }

  /** In the place of the skeleton's cards; its filters stay, so that nothing moves. */
  #showFirst(first: ResultsState, base: string): void {
    if (this.#grid.shows(first)) return;
    this.element.ariaBusy = 'true';
    this.#skeleton.hideCards();
    this.#hits.hidden = false;
    this.#words.setAttributes(first.response.attributes);
    this.#words.setThresholds(first.response.thresholds);
    this.#grid.show(first, base, true);
  }

  #showSkeleton(): void {
    this.#skeleton.show(this.#grid.ratio, this.#expectsFilters);
    this.#bar.element.hidden = true;
    this.#grid.clear();
  }
}
