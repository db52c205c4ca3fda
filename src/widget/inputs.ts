/** The ways in which a photo arrives besides the file dialog: dropped on the element, or pasted. */

/** `photo: null`: something else came, called `name` if it was a file. */
export type Arrival =
  | { readonly photo: File }
  | { readonly photo: null; readonly name: string | undefined };

export interface PhotoInputEvents {
  readonly arrive: (arrival: Arrival) => void;
  /** Something is being dragged over the element, or no longer. */
  readonly dragging: (over: boolean) => void;
}

// Some systems give HEIC and AVIF files no type.
const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|jfif|jpe?g|png|tiff?|webp)$/i;

export function isPicture(file: File): boolean {
  return file.type === '' ? PICTURE_NAME.test(file.name) : file.type.startsWith('image/');
}

/** The first picture among the files, or the name of what came in its place. */
export function firstPicture(files: Iterable<File>): Arrival {
  const list = [...files];
  const photo = list.find(isPicture);
  return photo ? { photo } : { photo: null, name: list[0]?.name };
}

/** Whether a paste at this place belongs to somebody who is typing. */
function isEditable(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input, textarea, select');
}

export class PhotoInputs {
  readonly #host: HTMLElement;
  readonly #events: PhotoInputEvents;
  #over = false;
  #listening: AbortController | null = null;

  constructor(host: HTMLElement, events: PhotoInputEvents) {
    this.#host = host;
    this.#events = events;
  }

  connect(): void {
    this.disconnect();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#host.addEventListener('dragenter', this.#onDrag, { signal });
    this.#host.addEventListener('dragover', this.#onDrag, { signal });
    this.#host.addEventListener('dragleave', this.#onLeave, { signal });
    this.#host.addEventListener('drop', this.#onDrop, { signal });
    document.addEventListener('paste', this.#onPaste, { signal });
  }

  disconnect(): void {
    this.#listening?.abort();
    this.#listening = null;
  }

  // Without preventDefault here the browser would leave the page to show the file.
  readonly #onDrag = (event: DragEvent): void => {
    event.preventDefault();
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
    // dragover comes many times a second.
    if (!this.#over) this.#events.dragging(true);
    this.#over = true;
  };

  #dragEnds(): void {
    this.#over = false;
    this.#events.dragging(false);
  }

  readonly #onLeave = (event: DragEvent): void => {
    const into = event.relatedTarget;
    if (into instanceof Node && this.#host.contains(into)) return;
    this.#dragEnds();
  };

  readonly #onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.#dragEnds();
    this.#events.arrive(firstPicture(event.dataTransfer?.files ?? []));
  };

  /** The clipboard belongs to the whole page: only a picture that nobody else took is ours. */
  readonly #onPaste = (event: ClipboardEvent): void => {
    if (event.defaultPrevented || isEditable(event.composedPath()[0])) return;
    const arrival = firstPicture(event.clipboardData?.files ?? []);
    if (!arrival.photo) return;
    event.preventDefault();
    this.#events.arrive(arrival);
  };
}
