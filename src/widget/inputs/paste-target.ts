/** Handles paste events of the whole page, and only pictures that no other handler has taken. A hidden element takes none. */
import { type Arrival, pastedIn } from './arrival.ts';

export class PasteTarget {
  readonly #host: HTMLElement;
  readonly #arrive: (arrival: Arrival) => void;

  constructor(host: HTMLElement, arrive: (arrival: Arrival) => void) {
    this.#host = host;
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
    if (!this.#host.getClientRects().length) return;
    const arrival = event.clipboardData && pastedIn(event.clipboardData);
    if (!arrival) return;
    event.preventDefault();
    this.#arrive(arrival);
  };
}

/** Whether the paste target is editable, so that the paste belongs to the text. */
function isEditable(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}
