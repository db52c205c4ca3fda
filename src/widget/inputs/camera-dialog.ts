/**
 * A modal dialog with a live camera view. The camera stops as soon as the dialog closes, however it is closed.
 */
import { create, createButton } from '../dom.ts';
import { adoptSheets } from '../sheets/sheet.ts';
import type { Words } from '../words/words.ts';
import type { Arrival } from './arrival.ts';
import { type CameraProblem, openCamera, problemOf, takePhoto } from './camera.ts';
import { cameras } from './cameras.ts';

const SAYINGS = {
  denied: 'cameraDenied',
  none: 'cameraNone',
  busy: 'cameraBusy',
  failed: 'cameraFailed',
} as const satisfies Record<CameraProblem, string>;

export class CameraDialog {
  readonly element: HTMLDialogElement;
  readonly #words: Words;
  readonly #arrive: (arrival: Arrival) => void;
  readonly #video = create('video', 'camera-view', { muted: true, playsInline: true });
  readonly #status = create('p', 'camera-status', { role: 'alert' });
  readonly #shutter: HTMLButtonElement;
  readonly #other: HTMLButtonElement;
  #stream: MediaStream | null = null;
  /** Counts openings, so that a stream that arrives after the dialog was closed is stopped. */
  #opened = 0;

  constructor(words: Words, arrive: (arrival: Arrival) => void) {
    this.#words = words;
    this.#arrive = arrive;
    this.#shutter = createButton('button primary', words.text('cameraShoot'), () => {
      if (this.#shutter.ariaDisabled !== 'true') void this.#shoot();
    });
    this.#other = createButton('button', words.text('cameraOther'), () => void this.#next());
    const close = createButton('button', words.text('close'), () => this.close());
    const buttons = create('div', 'camera-tools', {}, this.#shutter, this.#other, close);
    this.element = create(
      'dialog',
      'camera',
      { ariaLabel: words.text('take') },
      this.#video,
      this.#status,
      buttons,
    );
    this.element.onclose = () => this.#end();
    this.#video.onloadeddata = () => {
      this.#shutter.ariaDisabled = 'false';
    };
  }

  /** @param place the parent that the dialog is added to while it is open */
  async open(place: Element): Promise<void> {
    place.append(this.element);
    adoptSheets(place);
    if (!this.element.open) this.element.showModal();
    this.#shutter.focus();
    await this.#show(null);
  }

  close(): void {
    this.element.close();
    // The close event is asynchronous, and does not fire on a disconnected element.
    this.#end();
  }

  #end(): void {
    this.#stop();
    this.element.remove();
  }

  async #show(deviceId: string | null): Promise<void> {
    this.#stop();
    const opened = this.#opened;
    this.#shutter.ariaDisabled = 'true';
    this.#shutter.hidden = false;
    this.#video.hidden = false;
    this.#other.hidden = true;
    this.#status.textContent = '';
    try {
      const stream = await openCamera(deviceId);
      if (opened !== this.#opened) {
        stop(stream);
        return;
      }
      this.#stream = stream;
      this.#video.srcObject = stream;
      await this.#video.play();
      this.#other.hidden = (await cameras()).length < 2;
    } catch (error) {
      if (opened === this.#opened) this.#fail(error);
    }
  }

  /** Switches to the next camera. */
  async #next(): Promise<void> {
    const ids = (await cameras()).map(({ deviceId }) => deviceId);
    const current = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId ?? '';
    await this.#show(ids[(ids.indexOf(current) + 1) % ids.length] ?? null);
  }

  async #shoot(): Promise<void> {
    const opened = this.#opened;
    try {
      const photo = await takePhoto(this.#video);
      if (opened !== this.#opened) return;
      this.close();
      this.#arrive({ kind: 'photo', photo });
    } catch (error) {
      if (opened === this.#opened) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#stop();
    const focused = this.#shutter.matches(':focus');
    this.#video.hidden = true;
    this.#shutter.hidden = true;
    this.#status.textContent = this.#words.text(SAYINGS[problemOf(error)]);
    if (focused) this.element.querySelector<HTMLElement>('button:not([hidden])')?.focus();
  }

  #stop(): void {
    this.#opened++;
    if (this.#stream) stop(this.#stream);
    this.#stream = null;
    this.#video.srcObject = null;
  }
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
