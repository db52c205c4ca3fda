/** Dots on the things in a photo. A press searches the thing; a press on the searched one, the whole photo again. */
import type { Region } from '../../core/image/view.ts';
import { create, createButton } from '../dom.ts';
import { adoptSheets } from '../sheets/sheet.ts';
import type { Words } from '../words/words.ts';

/** Side of a dot's target in pixels: the least for fingers (WCAG 2.2, 2.5.8). */
const TARGET = 24;

export class ThingDots {
  /** Overlays the whole photo. */
  readonly element = create('div', 'dots');
  readonly #words: Words;
  readonly #onRegion: (region: Region | null) => void;
  readonly #resized = new ResizeObserver(() => this.#place());
  #dots: { readonly button: HTMLButtonElement; readonly thing: Region }[] = [];

  /** @param onRegion called with the region to search; null is the whole photo */
  constructor(words: Words, onRegion: (region: Region | null) => void) {
    this.#words = words;
    this.#onRegion = onRegion;
    this.#resized.observe(this.element);
  }

  /** @param region what is searched now */
  show(things: readonly Region[], region: Region | null): void {
    if (this.element.isConnected) adoptSheets(this.element);
    if (!isSame(this.#dots, things)) {
      this.#dots = things.map((thing, i) => ({
        thing,
        button: this.#create(thing, i, things.length),
      }));
      this.element.replaceChildren(...this.#dots.map(({ button }) => button));
      this.#place();
    }
    for (const { button, thing } of this.#dots) {
      button.ariaPressed = String(region !== null && isSameRegion(region, thing));
    }
  }

  close(): void {
    this.#resized.disconnect();
  }

  #create(thing: Region, index: number, total: number): HTMLButtonElement {
    const button = createButton('dot', '', () => {
      this.#onRegion(button.ariaPressed === 'true' ? null : thing);
    });
    button.ariaLabel = this.#words.text('searchPart', {
      n: this.#words.number(index + 1),
      total: this.#words.number(total),
    });
    button.style.setProperty('--_x', `${(thing.left + thing.width / 2) * 100}%`);
    button.style.setProperty('--_y', `${(thing.top + thing.height / 2) * 100}%`);
    // Behind it, the crop frame would start to draw, and the photo open the crop sheet.
    for (const type of ['pointerdown', 'click']) {
      button.addEventListener(type, (event) => event.stopPropagation());
    }
    return button;
  }

  /** On a small photo, a dot whose target would overlap that of a more prominent one is hidden. */
  #place(): void {
    const { width, height } = this.element.getBoundingClientRect();
    const placed: { x: number; y: number }[] = [];
    for (const { button, thing } of this.#dots) {
      const x = (thing.left + thing.width / 2) * width;
      const y = (thing.top + thing.height / 2) * height;
      const isFree = placed.every(
        (other) => Math.max(Math.abs(other.x - x), Math.abs(other.y - y)) >= TARGET,
      );
      button.hidden = !isFree;
      if (isFree) placed.push({ x, y });
    }
  }
}

function isSame(dots: readonly { readonly thing: Region }[], things: readonly Region[]): boolean {
  return (
    dots.length === things.length &&
    things.every((thing, i) => isSameRegion(thing, dots[i]?.thing ?? null))
  );
}

function isSameRegion(a: Region, b: Region | null): boolean {
  return (
    b !== null &&
    (['left', 'top', 'width', 'height'] as const).every(
      (side) => Math.abs(a[side] - b[side]) < 1e-9,
    )
  );
}
