/**
 * Handles drops on the element. The first element of a page also handles pictures dropped anywhere else on the
 * page, unless another handler takes them.
 */
import { type Arrival, droppedIn } from './arrival.ts';

/** Where a drag is: over the element, elsewhere over the page, or not in progress (null). */
export type Dragging = 'element' | 'page' | null;

export interface DropEvents {
  readonly arrive: (arrival: Arrival) => void;
  readonly dragging: (over: Dragging) => void;
}

/** The page's elements, in the order in which they were connected. */
const targets = new Set<DropTarget>();

export class DropTarget {
  readonly #host: HTMLElement;
  readonly #events: DropEvents;
  #over: Dragging = null;
  /** The drag started on this page, so it is not input. */
  #fromHere = false;
  #listening: AbortController | null = null;

  constructor(host: HTMLElement, events: DropEvents) {
    this.#host = host;
    this.#events = events;
  }

  connect(): void {
    this.disconnect();
    targets.add(this);
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#host.addEventListener('dragenter', this.#onDrag, { signal });
    this.#host.addEventListener('dragover', this.#onDrag, { signal });
    this.#host.addEventListener('dragleave', this.#onLeave, { signal });
    this.#host.addEventListener('drop', this.#onDrop, { signal });
    document.addEventListener('dragstart', () => this.#began(true), { signal });
    document.addEventListener('dragend', () => this.#began(false), { signal });
    document.addEventListener('dragenter', this.#onPageDrag, { signal });
    document.addEventListener('dragover', this.#onPageDrag, { signal });
    document.addEventListener('dragleave', this.#onPageLeave, { signal });
    document.addEventListener('drop', this.#onPageDrop, { signal });
  }

  disconnect(): void {
    targets.delete(this);
    this.#listening?.abort();
    this.#listening = null;
    this.#fromHere = false;
    this.#tell(null);
  }

  #began(here: boolean): void {
    this.#fromHere = here;
    if (!here) this.#tell(null);
  }

  // dragover fires many times per second.
  #tell(over: Dragging): void {
    if (over === this.#over) return;
    this.#over = over;
    this.#events.dragging(over);
  }

  // Without preventDefault, the browser would navigate to the dropped file.
  readonly #onDrag = (event: DragEvent): void => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    this.#tell('element');
  };

  readonly #onLeave = (event: DragEvent): void => {
    const into = event.relatedTarget;
    if (into instanceof Node && this.#host.contains(into)) return;
    this.#tell(null);
  };

  readonly #onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.#tell(null);
    this.#events.arrive(droppedIn(event.dataTransfer ?? new DataTransfer()));
  };

  readonly #onPageDrag = (event: DragEvent): void => {
    if (this.#isMine(event)) return;
    if (!this.#wants(event)) {
      this.#tell(null);
      return;
    }
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    this.#tell('page');
  };

  /** The drag left the window or was cancelled. */
  readonly #onPageLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null && !this.#isMine(event)) this.#tell(null);
  };

  readonly #onPageDrop = (event: DragEvent): void => {
    if (this.#isMine(event)) return;
    const wanted = this.#wants(event);
    this.#tell(null);
    if (!wanted || !event.dataTransfer) return;
    event.preventDefault();
    this.#events.arrive(droppedIn(event.dataTransfer));
    // The dialog of a button opens in front.
    if (this.#host.getAttribute('mode') === 'button') return;
    const { top } = this.#host.getBoundingClientRect();
    if (top < 0 || top > innerHeight / 2) this.#host.scrollIntoView({ block: 'start' });
  };

  #isMine(event: DragEvent): boolean {
    return event.composedPath().includes(this.#host);
  }

  #wants(event: DragEvent): boolean {
    if (event.defaultPrevented || this.#fromHere || !mayHoldPicture(event.dataTransfer)) {
      return false;
    }
    const onto = event.composedPath()[0];
    // A file input accepts drops without calling preventDefault.
    if (onto instanceof HTMLInputElement && onto.type === 'file') return false;
    return [...targets].find((target) => target.#takesPage()) === this;
  }

  #takesPage(): boolean {
    return this.#host.getAttribute('drop') !== 'element' && this.#host.getClientRects().length > 0;
  }
}

/** File names and contents are hidden until the drop; some browsers also hide the types. */
function mayHoldPicture(data: DataTransfer | null): boolean {
  if (!data?.types.includes('Files')) return false;
  const files = [...data.items].filter(({ kind }) => kind === 'file');
  return files.length === 0 || files.some(({ type }) => type === '' || type.startsWith('image/'));
}
