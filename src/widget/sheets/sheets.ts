/** Opens the sheets, and passes on what happens on the page while one is open. */
import type { Hit } from '../../core/contract.ts';
import { messageOf } from '../../core/errors.ts';
import type { PhotoView } from '../../core/image/view.ts';
import type { OnHit } from '../results/hit-clicks.ts';
import type { Subject } from '../state.ts';
import type { Words } from '../words/words.ts';
import type { CropSheet, MenuSheet, PictureDialog } from './index.ts';
import { loadSheets } from './load-sheets.ts';

export interface SheetsHandlers {
  /** The visitor selected another region of the photo, or rotated it. */
  readonly onView: (view: PhotoView) => void;
  /** The visitor followed the link of an enlarged picture. */
  readonly onHit: OnHit;
}

export class Sheets {
  readonly #words: Words;
  readonly #handlers: SheetsHandlers;
  /** The script of the sheets could not be loaded. */
  readonly #onProblem: (message: string) => void;
  #place: HTMLElement | null = null;
  #crop: CropSheet | null = null;
  #menu: MenuSheet | null = null;
  #picture: PictureDialog | null = null;
  #subject: Subject | null = null;
  #status = '';

  constructor(words: Words, handlers: SheetsHandlers, onProblem: (message: string) => void) {
    this.#words = words;
    this.#handlers = handlers;
    this.#onProblem = onProblem;
  }

  /** @param place the parent of the open sheet */
  connect(place: HTMLElement): void {
    this.#place = place;
  }

  /** @param status what the page announces */
  show(subject: Subject | null, status: string): void {
    this.#subject = subject;
    this.#status = status;
    this.#crop?.show(subject);
    this.#crop?.announce(status);
  }

  /**
   * Opens the crop sheet for the photo.
   * @param anchor the row of the photo
   */
  async openCrop(anchor: HTMLElement): Promise<void> {
    const sheets = await this.#load();
    const { place, subject } = { place: this.#place, subject: this.#subject };
    if (!sheets || !place?.getClientRects().length || this.#crop || subject?.kind !== 'photo')
      return;
    this.#crop = new sheets.CropSheet(subject, this.#words, {
      onView: this.#handlers.onView,
      onClose: () => {
        this.#crop = null;
      },
    });
    this.#crop.announce(this.#status);
    this.#crop.open(place, anchor);
  }

  /**
   * Opens the menu of phones.
   * @param nodes they are in the menu while it is open
   */
  async openMenu(nodes: readonly HTMLElement[], anchor: HTMLElement): Promise<void> {
    const sheets = await this.#load();
    const place = this.#place;
    if (!sheets || !place?.getClientRects().length || this.#menu) return;
    this.#menu = new sheets.MenuSheet(this.#words, nodes, () => {
      this.#menu = null;
    });
    this.#menu.open(place, anchor);
  }

  /**
   * Enlarges the picture of a hit.
   * @param at its place among the hits
   * @param base absolute URL of the bundle's folder
   * @param onClose called with the hit that was visible last
   */
  async openPicture(
    hits: readonly Hit[],
    at: number,
    base: string,
    onClose: (at: number) => void,
  ): Promise<void> {
    const sheets = await this.#load();
    const place = this.#place;
    if (!sheets || !place?.getClientRects().length || this.#picture) return;
    this.#picture = new sheets.PictureDialog(hits, at, base, this.#words, {
      onHit: this.#handlers.onHit,
      onClose: (last) => {
        this.#picture = null;
        onClose(last);
      },
    });
    this.#picture.open(place);
  }

  /**
   * Loads the script before it is needed, but after the pictures of the answer have been requested. A failure is
   * reported when a sheet is opened.
   */
  preload(): void {
    setTimeout(() => loadSheets().catch(() => undefined));
  }

  close(): void {
    this.#menu?.close();
    this.#picture?.close();
    this.#crop?.close();
    this.#place = null;
  }

  async #load() {
    try {
      return await loadSheets();
    } catch (error) {
      this.#onProblem(messageOf(error));
      return null;
    }
  }
}
