/**
 * The photo next to the status text. When opened, the photo is enlarged, and the visitor can select the region
 * to search with a crop frame, or rotate the photo.
 *
 *     photo:  stage (image, crop frame)
 *             tools: [rotate] [whole photo] [done]
 */
import {
  addTurns,
  type PhotoView,
  type QuarterTurns,
  turnRegion,
  WHOLE_PHOTO,
} from '../../core/image/view.ts';
import { create, createButton } from '../dom.ts';
import { renderPlaceholder } from '../results/picture.ts';
import type { SingleSubject as Subject } from '../subject.ts';
import type { Words } from '../words/words.ts';
import { CropFrame } from './crop-frame.ts';

export interface PhotoHandlers {
  /** The visitor selected another region of the photo, or rotated it. */
  readonly onView: (view: PhotoView) => void;
}

export class PhotoPlace {
  readonly element = create('div', 'photo');
  /** Opens the crop frame. The caller places it among the other buttons. */
  readonly opener: HTMLButtonElement;
  readonly #words: Words;
  readonly #handlers: PhotoHandlers;
  readonly #crop: CropFrame;
  readonly #whole: HTMLButtonElement;
  readonly #tools: HTMLElement;
  #subject: Subject | null = null;
  #stage: HTMLElement | null = null;
  #image: HTMLImageElement | null = null;
  #canOpen = false;

  constructor(words: Words, handlers: PhotoHandlers) {
    this.#words = words;
    this.#handlers = handlers;
    this.#crop = new CropFrame(words, {
      onRegion: (region) => handlers.onView({ ...this.#view, region }),
      onLeave: () => this.#open(false),
    });
    this.opener = createButton('button crop-open', words.text('crop'), () => {
      this.#open(true);
      this.element.scrollIntoView({ block: 'nearest' });
      this.#crop.focus();
    });
    this.#whole = createButton('button whole', words.text('cropAll'), () => {
      this.#handlers.onView({ ...this.#view, region: null });
      this.#crop.focus();
    });
    const turn = createButton('button turn', words.text('turn'), () => this.#turn());
    const done = createButton('button crop-done', words.text('cropDone'), () => this.#open(false));
    this.#tools = create('div', 'photo-tools', {}, turn, this.#whole, done);
    this.#open(false);
  }

  /** Whether the focus is on a node that the next subject removes. */
  holdsFocus(focused: Element | null): boolean {
    return focused === this.opener || this.element.contains(focused);
  }

  show(subject: Subject | null): void {
    const before = this.#subject;
    this.#subject = subject;
    if (!isSamePicture(subject, before)) this.#replace(subject);
    this.#showView();
  }

  get #view(): PhotoView {
    return this.#subject?.kind === 'photo' ? this.#subject.view : WHOLE_PHOTO;
  }

  #replace(subject: Subject | null): void {
    // An image that is still loading must not be fetched once its URL is revoked.
    this.#image?.removeAttribute('src');
    this.#image = null;
    this.#stage = null;
    this.#canOpen = false;
    this.#open(false);
    if (!subject) {
      this.element.replaceChildren();
      return;
    }
    const name = subject.kind === 'photo' ? this.#words.text('yourPhoto') : subject.title;
    const none = () => renderPlaceholder(name, this.#words.text('noPreview'));
    if (subject.url === null) {
      // While only an item's id is known, it has no name and no picture.
      this.element.replaceChildren(...(name ? [none()] : []));
      return;
    }
    const image = create('img', 'photo-image', { alt: name, draggable: false });
    const stage = create('div', 'photo-stage', {}, image);
    // Some camera formats can be searched but not displayed, or neither.
    image.onerror = () => {
      if (this.#image !== image) return;
      // Do not touch the removed image again: Chromium leaks an image whose `src` is cleared after its removal.
      this.#image = null;
      this.#stage = null;
      this.#canOpen = false;
      this.#open(false);
      this.element.replaceChildren(none());
    };
    image.onload = () => {
      this.#showView();
      if (subject.kind !== 'photo') return;
      this.#canOpen = true;
      this.#open(false);
      stage.append(this.#crop.element);
    };
    // A shortcut for pointers; the button next to it does the same.
    stage.onclick = () => {
      if (this.#canOpen) this.#open(true);
    };
    image.src = subject.url;
    this.#image = image;
    this.#stage = stage;
    this.element.replaceChildren(stage, this.#tools);
  }

  #showView(): void {
    const { turns, region } = this.#view;
    this.#crop.show(region);
    this.#whole.hidden = region === null;
    if (!this.#image || !this.#stage) return;
    const { naturalWidth, naturalHeight } = this.#image;
    const ratio = naturalHeight > 0 ? naturalWidth / naturalHeight : 1;
    this.#stage.style.setProperty('--_shape', String(turns % 2 === 0 ? ratio : 1 / ratio));
    this.#stage.style.setProperty('--_upright', String(ratio));
    this.#stage.dataset.turns = String(turns);
  }

  #turn(): void {
    const { turns, region } = this.#view;
    this.#handlers.onView({
      turns: addTurns(turns, 1 as QuarterTurns),
      region: region && turnRegion(region, 1),
    });
  }

  #open(open: boolean): void {
    const focused = this.element.contains((this.element.getRootNode() as ShadowRoot).activeElement);
    this.element.classList.toggle('open', open);
    this.#tools.hidden = !open;
    this.#crop.active = open;
    this.opener.hidden = open || !this.#canOpen;
    if (!open && focused) this.opener.focus({ preventScroll: true });
  }
}

function isSamePicture(a: Subject | null, b: Subject | null): boolean {
  const titleOf = (of: Subject | null) => (of?.kind === 'item' ? of.title : null);
  return a?.kind === b?.kind && a?.url === b?.url && titleOf(a) === titleOf(b);
}
