/** A field for words that hits must contain. It filters as the visitor types. */
import { create } from '../dom.ts';
import type { Words } from '../words/words.ts';

/** Milliseconds without a key after which the words are applied. */
const PAUSE_MS = 300;

export class TextFilter {
  readonly element: HTMLInputElement;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #applied = '';

  constructor(words: Words, onText: (text: string) => void) {
    const label = words.text('byWords');
    this.element = create('input', 'text-filter', {
      type: 'search',
      placeholder: label,
      ariaLabel: label,
      autocomplete: 'off',
      maxLength: 200,
      enterKeyHint: 'search',
    });
    const apply = () => {
      clearTimeout(this.#timer);
      const text = this.element.value.trim();
      if (text === this.#applied) return;
      this.#applied = text;
      onText(text);
    };
    this.element.oninput = () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(apply, PAUSE_MS);
    };
    // Enter, or another field.
    this.element.onchange = apply;
  }

  show(text: string): void {
    this.#applied = text;
    // The visitor may be typing.
    if (this.element.matches(':focus')) return;
    if (this.element.value.trim() === text) return;
    clearTimeout(this.#timer);
    this.element.value = text;
  }
}
