/** Every active filter as a button that removes it. */
import { create, createButton } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { type RangeFacet, rangeWords } from './ranges.ts';
import { type Refinement, toggled, withRange, withText } from './refinement.ts';
import { renderSwatch, type SwatchOf } from './swatch.ts';

export class FilterChips {
  readonly element = create('ul', 'chips', { role: 'list', hidden: true });
  readonly #words: Words;
  readonly #onRefine: (refinement: Refinement) => void;
  readonly #onEmpty: () => void;

  /** @param onEmpty called when the last chip with the focus is gone */
  constructor(words: Words, onRefine: (refinement: Refinement) => void, onEmpty: () => void) {
    this.#words = words;
    this.#onRefine = onRefine;
    this.#onEmpty = onEmpty;
  }

  show(refinement: Refinement, ranges: readonly RangeFacet[], swatchOf: SwatchOf): void {
    const words = this.#words;
    const chips = [
      ...(refinement.text ? [this.#chip(`“${refinement.text}”`, withText(refinement, ''))] : []),
      ...Object.entries(refinement.filter).flatMap(([attribute, values]) =>
        values.map((value) =>
          this.#chip(
            `${words.attribute(attribute)}: ${words.value(attribute, value)}`,
            toggled(refinement, attribute, value),
            swatchOf(attribute, value),
          ),
        ),
      ),
      ...Object.entries(refinement.ranges).map(([attribute, range]) => {
        const currency = ranges.find((one) => one.attribute === attribute)?.currency;
        const said = rangeWords({ attribute, currency }, range, words);
        return this.#chip(
          `${words.attribute(attribute)}: ${said}`,
          withRange(refinement, attribute, null),
        );
      }),
    ];
    const focused = [...this.element.querySelectorAll('button')].findIndex((button) =>
      button.matches(':focus'),
    );
    this.element.replaceChildren(...chips);
    this.element.hidden = chips.length === 0;
    if (focused < 0) return;
    const next = chips[Math.min(focused, chips.length - 1)]?.querySelector('button');
    if (next) next.focus();
    else this.#onEmpty();
  }

  #chip(name: string, without: Refinement, swatch: string | null = null): HTMLLIElement {
    const button = createButton('chip', '', () => this.#onRefine(without));
    button.ariaLabel = this.#words.text('removeFilter', { name });
    button.append(
      ...(swatch ? [renderSwatch(swatch)] : []),
      // Not isolated: the label may be in another script than the words around it.
      create('span', null, {}, name),
      create('span', 'chip-remove', { ariaHidden: 'true' }, '×'),
    );
    return create('li', null, {}, button);
  }
}
