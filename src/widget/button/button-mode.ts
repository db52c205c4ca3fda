/**
 * `<soutu-search mode="button">`: a camera button, and a modal dialog with the panel.
 *
 *     [camera]                        in the page's search bar
 *     dialog:  title        [close]   while it is open
 *              panel                  loaded when the dialog is first opened
 */
import { messageOf, SoutuError } from '../../core/errors.ts';
import { create, createButton } from '../dom.ts';
import { emit } from '../emit.ts';
import type { Arrival } from '../inputs/arrival.ts';
import type { Dragging } from '../inputs/drop-target.ts';
import type { ButtonHost, ButtonView, Panel } from '../panel.ts';
import { adoptable } from '../styles/adopt.ts';
import { directionOf, languageOf, sameLanguage, watchLanguage } from '../words/page-language.ts';
import css from './button-mode.css?inline';
import { type ButtonWords, buttonWordsFor } from './button-words.ts';
import { renderCamera } from './camera-icon.ts';
import { OpenHistory } from './open-history.ts';

const adoptStyles = adoptable(css);

export class ButtonMode implements ButtonView {
  readonly #host: ButtonHost;
  readonly #label = create('span', null, { className: 'unseen' });
  readonly #opener = create('button', 'opener', { type: 'button', ariaHasPopup: 'dialog' });
  readonly #title = create('h2', 'dialog-title', { id: 'dialog-title', tabIndex: -1 });
  readonly #close: HTMLButtonElement;
  readonly #place = create('div', 'dialog-body');
  readonly #dialog: HTMLDialogElement;
  readonly #pageHint = create('p', 'drop-page', { ariaHidden: 'true', popover: 'manual' });
  readonly #history = new OpenHistory((isOpen) => this.#onMove(isOpen));
  #words: ButtonWords;
  #panel: Panel | null = null;
  #listening: AbortController | null = null;
  #pressedOutside = false;
  #isOpen = false;
  /** The dialog was opened with the button, which gets the focus back. */
  #byButton = false;

  constructor(host: ButtonHost) {
    this.#host = host;
    this.#words = buttonWordsFor(languageOf(host.element));
    this.#opener.append(create('slot', null, { name: 'button' }, renderCamera(), this.#label));
    this.#opener.onclick = () => {
      this.#byButton = true;
      void this.#openFresh();
    };
    // Loading starts a moment before the click.
    this.#opener.onpointerdown = () => void this.#load().catch(() => undefined);
    this.#close = createButton('dialog-close', '×', () => this.close());
    this.#dialog = create(
      'dialog',
      'dialog',
      {},
      create('div', 'dialog-head', {}, this.#title, this.#close),
      this.#place,
    );
    this.#dialog.setAttribute('aria-labelledby', this.#title.id);
    this.#title.autofocus = true;
    this.#listen();
  }

  connect(): void {
    const { element, root } = this.#host;
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    adoptStyles(root);
    root.replaceChildren(this.#opener, this.#pageHint, this.#dialog);
    this.#showWords();
    const stop = watchLanguage(() => this.#showWords());
    signal.addEventListener('abort', stop);
    // A link to a search in the page's address, or the page itself, starts one.
    element.addEventListener('soutu-search', () => void this.#show(), { signal });
    // After all listeners of the page: a router that shows another page has prevented the default.
    addEventListener('click', (event) => this.#onClick(event), { signal });
    const key = element.hasAttribute('no-routing') ? null : element.id || 'soutu';
    this.#history.connect(key);
    if (this.#history.isOpen) void this.#show();
  }

  disconnect(): void {
    this.#listening?.abort();
    this.#listening = null;
    this.#history.disconnect();
    this.#hide();
    this.#panel?.disconnect();
    this.#panel = null;
  }

  render(): void {
    this.#showWords();
    this.#panel?.render();
  }

  async arrive(arrival: Arrival): Promise<void> {
    (await this.#openFresh())?.arrive(arrival);
  }

  async searchPhoto(photo: Blob): Promise<void> {
    const opening = this.#openFresh();
    if (!this.#isOpen) {
      throw new SoutuError(
        'UsageError',
        'searchPhoto: <soutu-search mode="button"> is in a hidden element, which hides its dialog, too. ' +
          'Put it into a visible one.',
      );
    }
    await (await opening)?.searchPhoto(photo);
  }

  showDragging(over: Dragging): void {
    if (over) void this.#load().catch(() => undefined);
    if (this.#isOpen) {
      this.#panel?.showDragging(over);
      return;
    }
    this.#opener.classList.toggle('dragging', over === 'element');
    if (this.#pageHint.isConnected) this.#pageHint.togglePopover?.(over === 'page');
  }

  /** Closes the dialog as the visitor does. */
  close(): void {
    this.#dialog.close();
    this.#onClose();
  }

  /**
   * Opens the dialog with the empty field. An open dialog stays as it is.
   * @returns null if there is no panel, or the element is hidden
   */
  async #openFresh(): Promise<Panel | null> {
    if (this.#isOpen) return this.#ready();
    const opening = this.#show();
    if (!opening) return null;
    await this.#history.push();
    const panel = await opening;
    panel?.reset();
    return panel;
  }

  /** @returns null if nothing changes: the dialog is open already, or it cannot be opened */
  #show(): Promise<Panel | null> | null {
    if (this.#isOpen || !this.#dialog.isConnected) return null;
    this.#dialog.showModal();
    // In a hidden element, an open dialog is invisible, and nothing else in the page could be used.
    if (!this.#dialog.getClientRects().length) {
      this.#dialog.close();
      return null;
    }
    this.#isOpen = true;
    this.#pageHint.hidePopover?.();
    this.#opener.classList.remove('dragging');
    if (!this.#panel) this.#place.replaceChildren(status(this.#words.gettingReady));
    return this.#ready();
  }

  /**
   * The connected panel; null if it cannot be loaded, which the dialog then says, or if the dialog has been closed in the
   * meantime.
   */
  async #ready(): Promise<Panel | null> {
    let panel: Panel;
    try {
      panel = await this.#load();
    } catch (error) {
      const message = create('p', 'problem', { role: 'alert', lang: 'en', dir: 'ltr' });
      message.textContent = messageOf(error);
      this.#place.replaceChildren(message);
      if (this.#listening) emit(this.#host.element, 'soutu-error', error as Error);
      return null;
    }
    if (!this.#listening || !this.#isOpen) return null;
    if (panel !== this.#panel) {
      this.#panel = panel;
      panel.connect(this.#place);
    }
    if (this.#host.root.activeElement === this.#title) {
      this.#place.querySelector<HTMLElement>('[part~="choose"]')?.focus({ preventScroll: true });
    }
    return panel;
  }

  #load(): Promise<Panel> {
    return this.#host.loadPanel();
  }

  #hide(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    // A modal dialog inside, such as the enlarged picture, would stay open, invisible, and block the page.
    for (const inner of this.#place.querySelectorAll('dialog')) inner.close();
    this.#dialog.close();
    // Safari does not focus a button that is clicked, so that it would get no focus back.
    if (this.#byButton) this.#opener.focus({ preventScroll: true });
    this.#byButton = false;
  }

  /** The visitor has closed the dialog. */
  #onClose(): void {
    if (!this.#isOpen) return;
    this.#hide();
    // A dialog without entries of its own was opened by a link; the address must not open it again.
    if (!this.#history.leave()) this.#panel?.reset();
  }

  #onMove(isOpen: boolean): void {
    if (isOpen) void this.#show();
    else this.#hide();
  }

  #onClick(event: MouseEvent): void {
    const path = event.composedPath();
    const isLink = path.some((node) => node instanceof HTMLAnchorElement && node.href !== '');
    if (isLink && event.defaultPrevented && path.includes(this.#dialog)) this.#hide();
  }

  #listen(): void {
    const dialog = this.#dialog;
    // The event is asynchronous: the dialog may be open again.
    dialog.onclose = () => {
      if (!dialog.open) this.#onClose();
    };
    dialog.onpointerdown = ({ target }) => {
      this.#pressedOutside = target === dialog;
    };
    dialog.onclick = ({ target }) => {
      // A drag that only ends outside does not close.
      if (target === dialog && this.#pressedOutside) this.close();
    };
    // The page's shortcuts, and the keys of a search bar around the element, are not for typing in the dialog.
    for (const type of ['keydown', 'keypress', 'keyup'] as const) {
      dialog.addEventListener(type, (event) => event.stopPropagation());
    }
  }

  #showWords(): void {
    const { element } = this.#host;
    const page = languageOf(element);
    this.#words = buttonWordsFor(page);
    const { label, close, dropAnywhere, language } = this.#words;
    this.#label.textContent = label;
    this.#opener.title = label;
    this.#title.textContent = label;
    this.#close.ariaLabel = close;
    this.#close.title = close;
    this.#pageHint.textContent = dropAnywhere;
    // If English replaces a missing language, it is marked as English for screen readers.
    const foreign = !sameLanguage(page, language);
    for (const node of [this.#opener, this.#title, this.#close, this.#pageHint]) {
      node.lang = foreign ? language : '';
      node.dir = foreign ? directionOf(language) : '';
      if (!foreign) node.removeAttribute('lang');
    }
  }
}

function status(text: string): HTMLElement {
  return create('p', 'step', { role: 'status' }, text);
}
