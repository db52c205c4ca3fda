/**
 * A hit's picture as large as the window, with the picture before and after it:
 *
 *     title (link)                                   [close]
 *     [previous]          picture                     [next]
 *                          3 / 12
 */
import type { Hit } from '../../core/contract.ts';
import { isSafeLink } from '../../core/item.ts';
import { create, createButton, stepOf } from '../dom.ts';
import { type OnHit, onFollow } from '../results/hit-clicks.ts';
import { nameOf, pictureUrl, renderPlaceholder } from '../results/picture.ts';
import type { Words } from '../words/words.ts';
import { fullPictureUrl } from './full-picture.ts';
import { adoptSheets } from './sheet.ts';

/** A finger that moves further than this, in CSS pixels, turns the page. */
const SWIPE = 48;

export interface PictureHandlers {
  /** The visitor followed the link to the item's page. */
  readonly onHit: OnHit;
  /** Called once, with the place of the hit that is visible last. */
  readonly onClose: (at: number) => void;
}

export class PictureDialog {
  readonly #dialog: HTMLDialogElement;
  readonly #words: Words;
  readonly #hits: readonly Hit[];
  /** Absolute URL of the bundle's folder. */
  readonly #base: string;
  readonly #handlers: PictureHandlers;
  readonly #title = create('p', 'enlarged-title');
  readonly #stage = create('div', 'enlarged-stage');
  readonly #count = create('p', 'enlarged-count', { role: 'status' });
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  #at: number;
  #isOpen = false;
  #pressed: { readonly x: number; readonly outside: boolean } | null = null;

  constructor(
    hits: readonly Hit[],
    at: number,
    base: string,
    words: Words,
    handlers: PictureHandlers,
  ) {
    this.#words = words;
    this.#hits = hits;
    this.#at = at;
    this.#base = base;
    this.#handlers = handlers;
    const turn = (part: string, label: string, sign: string, by: number) => {
      const button = createButton(part, sign, () => this.#turn(by));
      button.ariaLabel = label;
      button.title = label;
      return button;
    };
    this.#previous = turn('enlarged-previous', words.text('previous'), '‹', -1);
    this.#next = turn('enlarged-next', words.text('next'), '›', 1);
    const close = createButton('enlarged-close', '×', () => this.close());
    close.ariaLabel = words.text('close');
    close.title = words.text('close');
    this.#dialog = create(
      'dialog',
      'enlarged',
      {},
      create('div', 'enlarged-head', {}, this.#title, close),
      this.#stage,
      this.#previous,
      this.#next,
      this.#count,
    );
    this.#listen();
    this.#show();
  }

  open(place: HTMLElement): void {
    adoptSheets(place);
    this.#isOpen = true;
    place.append(this.#dialog);
    this.#dialog.showModal();
    (this.#next.ariaDisabled === 'true' ? this.#previous : this.#next).focus();
  }

  close(): void {
    this.#dialog.close();
    // The close event is asynchronous, and does not fire on a disconnected element.
    this.#end();
  }

  #end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#dialog.remove();
    this.#handlers.onClose(this.#at);
  }

  #turn(by: number): void {
    const at = this.#at + by;
    if (!this.#hits[at]) return;
    this.#at = at;
    this.#show();
  }

  #show(): void {
    const hit = this.#hits[this.#at];
    if (!hit) return;
    const { item } = hit;
    const name = nameOf(item);
    this.#dialog.ariaLabel = name;
    const title =
      item.url && isSafeLink(item.url)
        ? this.#link(hit, item.url, name)
        : create('bdi', null, {}, name);
    this.#title.replaceChildren(title);
    this.#stage.replaceChildren(this.#picture(hit, name));
    const [n, total] = [this.#at + 1, this.#hits.length].map((it) => this.#words.number(it));
    const place = this.#words.text('placeOf', { n: n as string, total: total as string });
    this.#count.replaceChildren(
      create('span', null, { className: 'unseen' }, `${name}. `),
      create('span', null, {}, place),
    );
    this.#previous.ariaDisabled = String(!this.#hits[this.#at - 1]);
    this.#next.ariaDisabled = String(!this.#hits[this.#at + 1]);
  }

  #link({ id, score, item }: Hit, href: string, name: string): HTMLElement {
    const rank = this.#at + 1;
    const link = create('a', 'enlarged-link', { href, dir: 'auto' }, name);
    onFollow(link, (event) => {
      if (!this.#handlers.onHit({ id, score, item, rank })) event.preventDefault();
    });
    return link;
  }

  /** The thumbnail at once, and the full picture, if there is one, as soon as it is loaded. */
  #picture({ item }: Hit, name: string): HTMLElement {
    const small = pictureUrl(item, this.#base);
    const full = fullPictureUrl(item);
    const source = small ?? full;
    const none = () => renderPlaceholder(name, this.#words.text('noPicture'));
    if (!source) return none();
    let image: HTMLElement = create('img', 'enlarged-picture', { alt: name, src: source });
    const replace = (other: HTMLElement) => {
      image.replaceWith(other);
      image = other;
    };
    image.onerror = () => replace(none());
    image.classList.toggle('small', source !== full);
    if (!full || full === source) return image;
    const large = create('img', 'enlarged-picture', { alt: name });
    large.onload = () => {
      image.onerror = null;
      replace(large);
    };
    large.src = full;
    return image;
  }

  #listen(): void {
    const dialog = this.#dialog;
    dialog.onclose = () => this.#end();
    dialog.onkeydown = (event) => {
      const step = stepOf(event, dialog);
      if (!step) return;
      event.preventDefault();
      this.#turn(step);
    };
    dialog.onpointerdown = ({ target, clientX }) => {
      const outside = target === dialog || target === this.#stage;
      this.#pressed = { x: clientX, outside };
    };
    dialog.onpointerup = ({ clientX, pointerType }) => {
      const moved = clientX - (this.#pressed?.x ?? clientX);
      if (pointerType === 'mouse' || Math.abs(moved) < SWIPE) return;
      this.#pressed = null;
      const rtl = getComputedStyle(dialog).direction === 'rtl';
      this.#turn(moved < 0 === rtl ? -1 : 1);
    };
    dialog.onclick = ({ target }) => {
      const outside = target === dialog || target === this.#stage;
      if (outside && this.#pressed?.outside) this.close();
    };
  }
}
