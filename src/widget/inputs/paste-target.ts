/** Paste events reach the whole page: only a picture that no other handler has taken is used. */
import { type Arrival, pastedIn } from './arrival.ts';

export class PasteTarget {
  readonly #arrive: (arrival: Arrival) => void;

  constructor(arrive: (arrival: Arrival) => void) {
    this.#arrive = arrive;
  }

  connect(): void {
    document.addEventListener('paste', this.#onPaste);
  }

  disconnect(): void {
    document.removeEventListener('paste', this.#onPaste);
  }

  readonly #onPaste = (event: ClipboardEvent): void => {
    if (event.defaultPrevented || isEditable(event.composedPath()[0])) return;
    const arrival = event.clipboardData && pastedIn(event.clipboardData);
    if (!arrival) return;
    event.preventDefault();
    this.#arrive(arrival);
  };
}

/** Whether a paste at this place belongs to somebody who is typing. */
function isEditable(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}
