/**
 * `<soutu-search mode="button">`: a camera button, and a modal dialog with the panel.
 *
 *     [camera]                        in the page's search bar
 *     dialog:  title        [close]   while it is open
 *              panel                  loaded when the dialog is first opened
 */
import { messageOf, SoutuError } from '../../core/errors.ts';
import { create, createButton } from '../dom.ts';
import type { Arrival } from '../inputs/arrival.ts';
import type { Dragging } from '../inputs/drop-target.ts';
import type { ButtonHost, ButtonView, Panel } from '../panel.ts';
import { isForeignRoute, readRoute } from '../routing/fragment.ts';
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
    element.addEventListener('soutu-search', () => this.#show(), { signal });
    // After all listeners of the page: a router that shows another page has prevented the default.
    addEventListener('click', (event) => this.#onClick(event), { signal });
    const key = element.hasAttribute('no-routing') ? null : element.id || 'soutu';
    this.#history.connect(key);
    const isLink =
      key !== null && !isForeignRoute(location.hash) && readRoute(location.hash, key) !== null;
    if (this.#history.isOpen || isLink) this.#show();
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
    const panel = await this.#openFresh();
    if (!this.#dialog.getClientRects().length) {
      this.#hide();
      throw new SoutuError(
        'UsageError',
        'searchPhoto: <soutu-search mode="button"> is in a hidden element, which hides its dialog, too. ' +
          'Put it into a visible one.',
      );
    }
    await panel?.searchPhoto(photo);
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

  /** Opens the dialog with the empty field. An open dialog stays as it is. */
  async #openFresh(): Promise<Panel | null> {
    if (this.#isOpen) return this.#ready();
    const opening = this.#history.push();
    this.#show();
    await opening;
    const panel = await this.#ready();
    panel?.reset();
    return panel;
  }

  #show(): void {
    if (this.#isOpen || !this.#dialog.isConnected) return;
    this.#isOpen = true;
    this.#pageHint.hidePopover?.();
    this.#opener.classList.remove('dragging');
    if (!this.#panel) this.#place.replaceChildren(status(this.#words.gettingReady));
    this.#dialog.showModal();
    void this.#ready();
  }

  /** The connected panel; null if it cannot be loaded, which the dialog then says, or the element has left the page. */
  async #ready(): Promise<Panel | null> {
    let panel: Panel;
    try {
      panel = await this.#load();
    } catch (error) {
      const message = create('p', 'problem', { role: 'alert', lang: 'en', dir: 'ltr' });
      message.textContent = messageOf(error);
      this.#place.replaceChildren(message);
      return null;
    }
    if (!this.#listening) return null;
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
    if (isOpen) this.#show();
    else this.#hide();
  }

  #onClick(event: MouseEvent): void {
    const path = event.composedPath();
    const isLink = path.some((node) => node instanceof HTMLAnchorElement && node.href !== '');
    if (isLink && event.defaultPrevented && path.includes(this.#dialog)) this.#hide();
  }

  #listen(): void {
    const dialog = this.#dialog;
    dialog.onclose = () => this.#onClose();
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
