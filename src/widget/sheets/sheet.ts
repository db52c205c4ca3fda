/**
 * A modal sheet over the page: at the bottom edge on phones, at the end of the line on wide pages. Escape, a press
 * outside and its own button close it.
 */
import { create } from '../dom.ts';
import { adoptable } from '../styles/adopt.ts';
import camera from './camera-dialog.css?inline';
import picture from './picture-dialog.css?inline';
import range from './range-field.css?inline';
import sheets from './sheets.css?inline';

const adoptStyles = adoptable([sheets, picture, camera, range].join('\n'));

export class Sheet {
  readonly dialog: HTMLDialogElement;
  readonly #onClose: () => void;
  #isOpen = false;
  #pressedOutside = false;

  /** @param onClose called once, as soon as the sheet is closed in any way */
  constructor(label: string, onClose: () => void, ...children: Node[]) {
    this.#onClose = onClose;
    // Presses on the dialog itself are outside of its content.
    this.dialog = create(
      'dialog',
      'sheet',
      { ariaLabel: label },
      create('div', 'sheet-content', {}, ...children),
    );
    this.dialog.onpointerdown = ({ target }) => {
      this.#pressedOutside = target === this.dialog;
    };
    this.dialog.onclick = ({ target }) => {
      // A drag that only ends outside does not close.
      if (target === this.dialog && this.#pressedOutside) this.close();
    };
    this.dialog.onclose = () => this.#end();
  }

  /**
   * @param place the parent of the open sheet
   * @param anchor on wide pages the sheet covers this node, from its upper corner at the end of the line
   */
  open(place: HTMLElement, anchor: HTMLElement): void {
    adoptSheets(place);
    const { style } = this.dialog;
    const { top, left, right } = anchor.getBoundingClientRect();
    const rtl = getComputedStyle(place).direction === 'rtl';
    style.setProperty('--_end', `${rtl ? left : document.documentElement.clientWidth - right}px`);
    style.setProperty('--_top', `${top + scrollY}px`);
    this.#isOpen = true;
    place.append(this.dialog);
    this.dialog.showModal();
  }

  close(): void {
    this.dialog.close();
    // The close event is asynchronous, and does not fire on a disconnected element.
    this.#end();
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onClose();
    this.dialog.remove();
  }
}

/** @param place where a sheet, or something else of its script, is visible */
export function adoptSheets(place: Element): void {
  adoptStyles(place.getRootNode());
}
