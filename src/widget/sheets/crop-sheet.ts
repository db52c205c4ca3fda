/**
 * Selects the part of the photo to search, and rotates the photo, while the results update behind the sheet.
 *
 *     status                     [done]
 *     stage (image, crop frame)
 *     tools: [rotate] [whole photo]
 */
import {
  addTurns,
  type PhotoView,
  type QuarterTurns,
  turnRegion,
  withChosenRegion,
} from '../../core/image/view.ts';
import { create, createButton } from '../dom.ts';
import { CropFrame } from '../photo/crop-frame.ts';
import { PhotoPicture } from '../photo/photo-picture.ts';
import { ThingDots } from '../photo/thing-dots.ts';
import type { PhotoSubject, Subject } from '../subject.ts';
import type { Words } from '../words/words.ts';
import { Sheet } from './sheet.ts';

export interface CropSheetHandlers {
  /** The visitor selected another region of the photo, or rotated it. */
  readonly onView: (view: PhotoView) => void;
  /** The sheet is closed, however that happened. */
  readonly onClose: () => void;
}

export class CropSheet {
  readonly #sheet: Sheet;
  readonly #crop: CropFrame;
  readonly #picture: PhotoPicture;
  readonly #dots: ThingDots;
  readonly #whole: HTMLButtonElement;
  /** What the page behind announces; that page is inert while the sheet is open. */
  readonly #status = create('p', 'sheet-status', { role: 'status' });
  #subject: PhotoSubject;

  constructor(subject: PhotoSubject, words: Words, { onView, onClose }: CropSheetHandlers) {
    this.#subject = subject;
    this.#crop = new CropFrame(words, {
      onRegion: (region) => onView(withChosenRegion(this.#subject.view, region)),
      onLeave: () => this.#sheet.close(),
    });
    this.#picture = new PhotoPicture(subject.url, words.text('yourPhoto'), subject.view, {
      onLoad: () => this.#crop.focus(),
      onError: () => this.#sheet.close(),
    });
    this.#dots = new ThingDots(words, (region) =>
      onView(withChosenRegion(this.#subject.view, region)),
    );
    this.#picture.stage.append(this.#crop.element, this.#dots.element);
    this.#whole = createButton('button whole', words.text('cropAll'), () => {
      onView(withChosenRegion(this.#subject.view, null));
      this.#crop.focus();
    });
    const turn = createButton('button turn', words.text('turn'), () => {
      const { turns, region } = this.#subject.view;
      onView({
        ...this.#subject.view,
        turns: addTurns(turns, 1 as QuarterTurns),
        region: region && turnRegion(region, 1),
      });
    });
    const done = createButton('button crop-done', words.text('cropDone'), () =>
      this.#sheet.close(),
    );
    const end = () => {
      this.#crop.active = false;
      this.#dots.close();
      onClose();
    };
    this.#sheet = new Sheet(
      words.text('crop'),
      end,
      create('div', 'sheet-head', {}, this.#status, done),
      create('div', 'crop-place', {}, this.#picture.stage),
      create('div', 'photo-tools', {}, turn, this.#whole),
    );
    this.#sheet.dialog.classList.add('crop-sheet');
    this.#showView();
  }

  open(place: HTMLElement, anchor: HTMLElement): void {
    this.#sheet.open(place, anchor);
    this.#crop.active = true;
    this.#crop.focus();
  }

  close(): void {
    this.#picture.close();
    this.#sheet.close();
  }

  /** Shows another view of the same photo. Any other subject closes the sheet. */
  show(subject: Subject | null): void {
    if (subject?.kind !== 'photo' || subject.url !== this.#subject.url) {
      this.close();
      return;
    }
    this.#subject = subject;
    this.#showView();
  }

  announce(status: string): void {
    if (this.#status.textContent !== status) this.#status.textContent = status;
  }

  #showView(): void {
    const { view, things } = this.#subject;
    this.#picture.show(view);
    this.#crop.show(view.region);
    this.#dots.show(things ?? [], view.region);
    this.#whole.hidden = view.region === null;
  }
}
