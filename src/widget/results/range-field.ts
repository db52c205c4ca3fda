/** Two fields for the lowest and the highest number of an attribute. */
import type { NumberRange } from '../../core/contract.ts';
import { create } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { type RangeFacet, rangeWords } from './ranges.ts';

export class RangeField {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #from: HTMLInputElement;
  readonly #to: HTMLInputElement;
  readonly #extent = create('p', 'range-extent');

  /** @param onRange null removes the range */
  constructor(words: Words, onRange: (range: NumberRange | null) => void) {
    this.#words = words;
    const field = () => {
      const input = create('input', 'range-input', { type: 'number', step: 'any' });
      input.onchange = () => onRange(this.#range());
      return input;
    };
    this.#from = field();
    this.#to = field();
    const labelled = (key: 'rangeFrom' | 'rangeTo', input: HTMLInputElement) =>
      create('label', 'range-end', {}, create('span', null, {}, words.text(key)), input);
    this.element = create(
      'div',
      'range',
      {},
      labelled('rangeFrom', this.#from),
      labelled('rangeTo', this.#to),
      this.#extent,
    );
  }

  show(facet: RangeFacet): void {
    const { attribute, extent, chosen } = facet;
    const unit = this.#words.unit(attribute);
    const name = this.#words.attribute(attribute);
    for (const [input, key, end] of [
      [this.#from, 'rangeFrom', chosen?.gte],
      [this.#to, 'rangeTo', chosen?.lte],
    ] as const) {
      input.ariaLabel = `${name}${unit ? ` (${unit})` : ''}: ${this.#words.text(key)}`;
      // The visitor may be typing.
      if (!input.matches(':focus')) input.value = end === undefined ? '' : String(end);
    }
    this.#from.placeholder = extent ? String(extent.min) : '';
    this.#to.placeholder = extent ? String(extent.max) : '';
    this.#extent.textContent = extent
      ? rangeWords(facet, { gte: extent.min, lte: extent.max }, this.#words)
      : '';
  }

  /** Ends in the wrong order are swapped. */
  #range(): NumberRange | null {
    const ends = [this.#from, this.#to].map(({ value, valueAsNumber }) =>
      value === '' || !Number.isFinite(valueAsNumber) ? undefined : valueAsNumber,
    );
    const [gte, lte] = ends;
    if (gte === undefined && lte === undefined) return null;
    if (gte !== undefined && lte !== undefined && gte > lte) return { gte: lte, lte: gte };
    return { ...(gte === undefined ? {} : { gte }), ...(lte === undefined ? {} : { lte }) };
  }
}
