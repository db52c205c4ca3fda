/** Everything below the field: the filters, the hits, and the button for more. */
import { create } from '../dom.ts';
import { refinementIn, type State } from '../state.ts';
import type { Words } from '../words/words.ts';
import { FilterBar } from './filter-bar.ts';
import { type GridHandlers, ResultsGrid } from './grid.ts';
import type { HitRenderers } from './hit-renderers.ts';
import { isFiltered, type Refinement } from './refinement.ts';

export interface ResultsHandlers extends GridHandlers {
  readonly onRefine: (refinement: Refinement) => void;
}

export class ResultsView {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #bar: FilterBar;
  readonly #grid: ResultsGrid;

  constructor(words: Words, renderers: HitRenderers, handlers: ResultsHandlers) {
    this.#words = words;
    this.#bar = new FilterBar(words, handlers.onRefine);
    this.#grid = new ResultsGrid(words, renderers, handlers);
    const hits = create('div', 'hits', {}, ...this.#grid.nodes);
    this.element = create('div', 'results', { hidden: true }, this.#bar.element, hits);
  }

  /** @param base absolute URL of the bundle's folder */
  show(state: State, base: string): void {
    const stays = state.state === 'loading' && state.before !== null;
    // Old results stay, so that the page does not jump, but cannot be used.
    this.element.inert = stays;
    if (stays) return;
    const refining = 'refining' in state && state.refining !== null;
    this.element.ariaBusy = String(refining);
    const narrowed = state.state === 'nothing' && isFiltered(refinementIn(state));
    this.element.hidden = state.state !== 'results' && !narrowed;
    if ('response' in state) this.#words.setAttributes(state.response.attributes);
    if (state.state === 'results' || narrowed) this.#bar.show(state);
    if (state.state === 'results') this.#grid.show(state, base);
    else this.#grid.clear();
  }
}
