/** The phone's one menu: the buttons for the photo, and the recent queries, which have their own places on wide pages. */
import { createButton } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { Sheet } from './sheet.ts';

export class MenuSheet {
  readonly #sheet: Sheet;

  /** @param nodes they move into the sheet, and back to their places when it closes */
  constructor(words: Words, nodes: readonly HTMLElement[], onClose: () => void) {
    const places = nodes.map((node) => {
      const place = document.createComment('');
      node.replaceWith(place);
      return { node, place };
    });
    this.#sheet = new Sheet(
      words.text('menu'),
      () => {
        for (const { node, place } of places) place.replaceWith(node);
        onClose();
      },
      ...nodes,
      // Screen readers of phones have no Escape key, and cannot press outside.
      createButton('button menu-close', words.text('close'), () => undefined),
    );
    this.#sheet.dialog.classList.add('menu-sheet');
    // Closed before the button acts, because it may open a sheet of its own. Clearing the recent queries may fail, and
    // then says so in the sheet.
    this.#sheet.dialog.addEventListener(
      'click',
      ({ target }) => {
        const button = target instanceof Element && target.closest('button');
        if (button && !button.part.contains('recent-clear')) this.#sheet.close();
      },
      { capture: true },
    );
  }

  open(place: HTMLElement, anchor: HTMLElement): void {
    this.#sheet.open(place, anchor);
  }

  close(): void {
    this.#sheet.close();
  }
}
