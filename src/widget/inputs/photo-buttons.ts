/**
 * The buttons for choosing a photo file and for taking a photo. On touch devices, the latter opens the phone's
 * camera app; on devices with a mouse and a camera, it opens a live view.
 */
import { messageOf } from '../../core/errors.ts';
import { create, createButton } from '../dom.ts';
import { loadSheets } from '../sheets/load-sheets.ts';
import type { Words } from '../words/words.ts';
import { type Arrival, picturesIn } from './arrival.ts';
import type { CameraDialog } from './camera-dialog.ts';
import { hasCamera } from './cameras.ts';

export interface PhotoButtonHandlers {
  readonly onArrive: (arrival: Arrival) => void;
  /** The visitor is about to provide a photo. */
  readonly onIntent: () => void;
}

export class PhotoButtons {
  readonly choose: HTMLButtonElement;
  readonly take: HTMLButtonElement;
  /** Contains the hidden file inputs, and the camera dialog while it is open. */
  readonly place: HTMLElement;
  readonly #words: Words;
  readonly #handlers: PhotoButtonHandlers;
  /** The script of the camera's dialog could not be loaded. */
  readonly #onProblem: (message: string) => void;
  readonly #file: HTMLInputElement;
  #camera: CameraDialog | null = null;
  readonly #listening = new AbortController();

  constructor(words: Words, handlers: PhotoButtonHandlers, onProblem: (message: string) => void) {
    this.#words = words;
    this.#handlers = handlers;
    this.#onProblem = onProblem;
    this.#file = this.#createInput();
    this.#file.multiple = true;
    const phone = this.#createInput();
    phone.setAttribute('capture', 'environment');
    this.choose = createButton('button choose', words.text('choose'), () => this.openFiles());
    this.take = createButton('button take', words.text('take'), () => {
      handlers.onIntent();
      if (matchMedia('(pointer: coarse)').matches) phone.click();
      else void this.#openCamera();
    });
    this.place = create('div', null, {}, this.#file, phone);
    const { signal } = this.#listening;
    const { mediaDevices } = navigator;
    mediaDevices?.addEventListener('devicechange', () => void this.#look(), { signal });
    void this.#look();
  }

  openFiles(): void {
    this.#handlers.onIntent();
    this.#file.click();
  }

  /** Closes the camera dialog, when the element is no longer visible. */
  close(): void {
    this.#listening.abort();
    this.#camera?.close();
  }

  async #openCamera(): Promise<void> {
    try {
      const { CameraDialog } = await loadSheets();
      // In the meantime, another frame may have replaced this one, or the dialog around it may be closed.
      if (this.#listening.signal.aborted || !this.place.getClientRects().length) return;
      this.#camera ??= new CameraDialog(this.#words, this.#handlers.onArrive);
      await this.#camera.open(this.place);
    } catch (error) {
      this.#onProblem(messageOf(error));
    }
  }

  async #look(): Promise<void> {
    this.take.classList.toggle('live', await hasCamera());
  }

  #createInput(): HTMLInputElement {
    const input = create('input', null, { type: 'file', accept: 'image/*', hidden: true });
    input.onchange = () => {
      const { files } = input;
      if (files && files.length > 0) this.#handlers.onArrive(picturesIn(files));
      // Cleared so that choosing the same photo again fires `change`.
      input.value = '';
    };
    return input;
  }
}
