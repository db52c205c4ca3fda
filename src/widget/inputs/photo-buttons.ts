/**
 * The buttons for choosing a photo file and for taking a photo. On touch devices, the latter opens the phone's
 * camera app; on devices with a mouse and a camera, it opens a live view.
 */
import { create, createButton } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { type Arrival, picturesIn } from './arrival.ts';
import { hasCamera } from './camera.ts';
import { CameraDialog } from './camera-dialog.ts';

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
  readonly #handlers: PhotoButtonHandlers;
  readonly #file: HTMLInputElement;
  readonly #camera: CameraDialog;
  readonly #listening = new AbortController();

  constructor(words: Words, handlers: PhotoButtonHandlers) {
    this.#handlers = handlers;
    this.#file = this.#createInput();
    this.#file.multiple = true;
    const phone = this.#createInput();
    phone.setAttribute('capture', 'environment');
    this.#camera = new CameraDialog(words, handlers.onArrive);
    this.choose = createButton('button choose', words.text('choose'), () => this.openFiles());
    this.take = createButton('button take', words.text('take'), () => {
      handlers.onIntent();
      if (matchMedia('(pointer: coarse)').matches) phone.click();
      else void this.#camera.open(this.place);
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
    this.#camera.close();
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
