/** The values of the open facet, each with a checkbox, a swatch if it is a colour, and the number of hits. */
import { create, placeChildren } from '../dom.ts';
import type { Words } from '../words/words.ts';
import type { Facet } from './facets.ts';
import { renderSwatch, type SwatchOf } from './swatch.ts';

export class FacetValues {
  readonly #words: Words;
  readonly #place: HTMLElement;
  readonly #onToggle: (attribute: string, value: string) => void;

  /** @param place contains the checkboxes, which are reused between responses, so that focus is not lost */
  constructor(
    words: Words,
    place: HTMLElement,
    onToggle: (attribute: string, value: string) => void,
  ) {
    this.#words = words;
    this.#place = place;
    this.#onToggle = onToggle;
  }

  show(facet: Facet, swatchOf: SwatchOf): void {
    const { attribute } = facet;
    const known = new Map(
      [...this.#place.querySelectorAll('input')].map((input) => [input.name, input]),
    );
    const nodes = facet.values.map(({ value, count }) => {
      const name = `${attribute}\n${value}`;
      const input =
        known.get(name) ?? this.#createCheckbox(attribute, value, swatchOf(attribute, value));
      input.checked = facet.chosen.includes(value);
      const label = input.parentElement as HTMLLabelElement;
      label.classList.toggle('none', count === 0);
      const figure = label.lastElementChild as HTMLElement;
      figure.textContent = count === null ? '' : this.#words.number(count);
      return label;
    });
    placeChildren(this.#place, nodes);
  }

  #createCheckbox(attribute: string, value: string, swatch: string | null): HTMLInputElement {
    const name = `${attribute}\n${value}`;
    const input = create('input', 'value-box', { type: 'checkbox', name });
    input.onchange = () => this.#onToggle(attribute, value);
    create(
      'label',
      'value',
      {},
      input,
      swatch ? renderSwatch(swatch) : null,
      create('bdi', null, {}, this.#words.value(attribute, value)),
      create('span', 'value-count'),
    );
    return input;
  }
}
