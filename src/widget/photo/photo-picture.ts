/** A photo in its view, rotated on a stage of its own shape: small next to the text, and large in the crop sheet. */
import type { PhotoView, Region } from '../../core/image/view.ts';
import { create } from '../dom.ts';

export interface PictureHandlers {
  readonly onLoad: () => void;
  /** Some camera formats can be searched but not displayed, or neither. */
  readonly onError: () => void;
}

export class PhotoPicture {
  readonly stage: HTMLElement;
  readonly #image: HTMLImageElement;
  #view: PhotoView;
  #isClosed = false;

  constructor(url: string, name: string, view: PhotoView, handlers: PictureHandlers) {
    this.#view = view;
    this.#image = create('img', 'photo-image', { alt: name, draggable: false });
    this.stage = create('div', 'photo-stage', {}, this.#image);
    this.#image.onload = () => {
      if (this.#isClosed) return;
      this.show(this.#view);
      handlers.onLoad();
    };
    this.#image.onerror = () => {
      if (!this.#isClosed) handlers.onError();
    };
    this.#image.src = url;
    this.show(view);
  }

  get isLoaded(): boolean {
    return this.#image.complete && this.#image.naturalWidth > 0;
  }

  show(view: PhotoView): void {
    this.#view = view;
    const { naturalWidth, naturalHeight } = this.#image;
    const ratio = naturalHeight > 0 ? naturalWidth / naturalHeight : 1;
    this.stage.style.setProperty('--_shape', String(view.turns % 2 === 0 ? ratio : 1 / ratio));
    this.stage.style.setProperty('--_upright', String(ratio));
    this.stage.dataset.turns = String(view.turns);
  }

  /**
   * Call it before the picture is removed: an image that is still loading must not be fetched once its URL is revoked,
   * and Chromium leaks an image whose `src` is cleared after its removal.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#image.removeAttribute('src');
  }
}

/** Places the nodes that follow the region: `--_left`, `--_top`, `--_width` and `--_height`, in percent. */
export function setRegion({ style }: HTMLElement, region: Region): void {
  for (const side of ['left', 'top', 'width', 'height'] as const) {
    style.setProperty(`--_${side}`, `${region[side] * 100}%`);
  }
}
