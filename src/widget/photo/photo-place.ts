/**
 * The photo next to the status text, on a mat that has the same size for every photo; the part that is searched stands
 * out. A button and the photo itself open the crop sheet.
 */
import { type PhotoView, WHOLE_PHOTO, withChosenRegion } from '../../core/image/view.ts';
import { create, createButton } from '../dom.ts';
import { renderPlaceholder } from '../results/picture.ts';
import type { ThingDots } from '../sheets/index.ts';
import { loadSheets } from '../sheets/load-sheets.ts';
import type { SingleSubject as Subject } from '../subject.ts';
import type { Words } from '../words/words.ts';
import { PhotoPicture, setRegion } from './photo-picture.ts';

export interface PhotoPlaceHandlers {
  /** The visitor wants to select a part of the photo, or to rotate it. */
  readonly onCrop: () => void;
  /** The visitor pressed a dot. */
  readonly onView: (view: PhotoView) => void;
}

export class PhotoPlace {
  readonly element = create('div', 'photo');
  /** Opens the crop sheet. The caller places it among the other buttons. */
  readonly opener: HTMLButtonElement;
  readonly #words: Words;
  readonly #handlers: PhotoPlaceHandlers;
  /** Darkens what is not searched. */
  readonly #shade = create('div', null, { className: 'shade' }, create('div', 'photo-part'));
  #subject: Subject | null = null;
  #picture: PhotoPicture | null = null;
  #dots: ThingDots | null = null;

  constructor(words: Words, handlers: PhotoPlaceHandlers) {
    this.#words = words;
    this.#handlers = handlers;
    this.opener = createButton('button crop-open', words.text('crop'), () => handlers.onCrop());
    this.opener.hidden = true;
  }

  /** Whether the focus is on a node that the next subject removes. */
  holdsFocus(focused: Element | null): boolean {
    return focused === this.opener || this.element.contains(focused);
  }

  show(subject: Subject | null): void {
    const before = this.#subject;
    this.#subject = subject;
    if (!isSamePicture(subject, before)) this.#replace(subject);
    const { turns, region }: PhotoView = subject?.kind === 'photo' ? subject.view : WHOLE_PHOTO;
    this.#picture?.show({ turns, region });
    this.#shade.hidden = region === null;
    if (region) setRegion(this.#shade, region);
    this.#showDots();
  }

  #showDots(): void {
    const subject = this.#subject?.kind === 'photo' ? this.#subject : null;
    const things = subject?.things ?? [];
    if (this.#dots) {
      if (this.#picture && !this.#dots.element.isConnected)
        this.#picture.stage.append(this.#dots.element);
      this.#dots.show(things, subject?.view.region ?? null);
    } else if (things.length > 0) {
      // After the answer, which this must not delay. Without the script, there are no dots.
      setTimeout(() => this.#loadDots().catch(() => undefined));
    }
  }

  async #loadDots(): Promise<void> {
    const { ThingDots } = await loadSheets();
    this.#dots ??= new ThingDots(this.#words, (region) => {
      if (this.#subject?.kind !== 'photo') return;
      this.#handlers.onView(withChosenRegion(this.#subject.view, region));
    });
    this.#showDots();
  }

  #replace(subject: Subject | null): void {
    this.#picture?.close();
    this.#picture = null;
    this.opener.hidden = true;
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
    const isPhoto = subject.kind === 'photo';
    const picture = new PhotoPicture(subject.url, name, WHOLE_PHOTO, {
      onLoad: () => {
        this.opener.hidden = !isPhoto;
        picture.stage.classList.toggle('opens', isPhoto);
      },
      onError: () => {
        if (this.#picture === picture) this.#picture = null;
        this.opener.hidden = true;
        this.element.replaceChildren(none());
      },
    });
    // A shortcut for pointers; the button next to it does the same.
    picture.stage.onclick = () => {
      if (!this.opener.hidden) this.#handlers.onCrop();
    };
    picture.stage.append(this.#shade);
    this.#picture = picture;
    this.element.replaceChildren(picture.stage);
  }
}

function isSamePicture(a: Subject | null, b: Subject | null): boolean {
  const titleOf = (of: Subject | null) => (of?.kind === 'item' ? of.title : null);
  return a?.kind === b?.kind && a?.url === b?.url && titleOf(a) === titleOf(b);
}
