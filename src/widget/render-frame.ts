/**
 * The element's shadow tree. The photo and the buttons are the same nodes in every state, so that focus is not
 * lost; the status and the grid are replaced.
 *
 *     zone:  photo │ status                                                       │ recent queries
 *                  │ actions: [buttons of the state] [choose] [take] [choose a part] │
 *     zone of a phone, with results:  photo │ status │ [menu]
 *     status (for screen readers)
 *     results, or their placeholders
 *     about
 */
import type { SearchResponse } from '../core/contract.ts';
import { create, createButton } from './dom.ts';
import { createAddressField } from './inputs/address-field.ts';
import type { Dragging } from './inputs/drop-target.ts';
import { type PhotoButtonHandlers, PhotoButtons } from './inputs/photo-buttons.ts';
import { PhotoPlace } from './photo/photo-place.ts';
import { type QueryHandlers, QueryStrip } from './query/query-strip.ts';
import { RecentPlace, type RecentPlaceHandlers } from './recent/recent-place.ts';
import { About, type AboutHandlers } from './render-about.ts';
import { announce, ProgressLine, renderStatus, type StatusHandlers } from './render-status.ts';
import type { HitRenderers } from './results/hit-renderers.ts';
import { type ResultsHandlers, ResultsView } from './results/results-view.ts';
import { Sheets, type SheetsHandlers } from './sheets/sheets.ts';
import { isSearching, type State, subjectOf } from './state.ts';
import { adoptStyles } from './styles/sheet.ts';
import { mainOf } from './subject.ts';
import { directionOf, languageOf, sameLanguage } from './words/page-language.ts';
import type { Words } from './words/words.ts';

export interface FrameHandlers
  extends StatusHandlers,
    AboutHandlers,
    SheetsHandlers,
    PhotoButtonHandlers,
    QueryHandlers,
    RecentPlaceHandlers,
    Omit<ResultsHandlers, 'onEnlarge'> {}

export class Frame {
  readonly #root: ShadowRoot;
  readonly #handlers: FrameHandlers;
  readonly #words: Words;
  readonly #photo: PhotoPlace;
  readonly #sheets: Sheets;
  readonly #actions: HTMLElement;
  /** The one button next to the status on phones; it opens the buttons for the photo. */
  readonly #menu: HTMLButtonElement;
  readonly #status = create('div', 'status');
  readonly #action = create('span', null, { className: 'action' });
  readonly #buttons: PhotoButtons;
  readonly #choose: HTMLButtonElement;
  readonly #zone: HTMLElement;
  readonly #live = create('p', null, { className: 'status', role: 'status' });
  readonly #results: ResultsView;
  readonly #recent: RecentPlace;
  readonly #asleep: HTMLElement;
  readonly #query: QueryStrip;
  readonly #address: HTMLElement;
  readonly #pageHint: HTMLElement;
  readonly #about: About;
  readonly #box: HTMLElement;
  #progress: ProgressLine | null = null;
  /** The response described by the status; its further pages only change the grid. */
  #answer: SearchResponse | null = null;

  /** @param place contains the nodes: the shadow root, or a node inside of it */
  constructor(
    root: ShadowRoot,
    place: ShadowRoot | HTMLElement,
    words: Words,
    renderers: HitRenderers,
    handlers: FrameHandlers,
  ) {
    this.#root = root;
    this.#words = words;
    this.#handlers = handlers;
    adoptStyles(root);
    const onProblem = (message: string) =>
      this.#status.append(
        create('p', 'notice', { role: 'alert', lang: 'en', dir: 'ltr' }, message),
      );
    this.#sheets = new Sheets(words, handlers, onProblem);
    this.#photo = new PhotoPlace(words, {
      onCrop: () => this.#openCrop(),
      onView: (view) => handlers.onView(view),
    });
    this.#buttons = new PhotoButtons(words, handlers, onProblem);
    const { choose, take } = this.#buttons;
    this.#choose = choose;
    this.#query = new QueryStrip(words, handlers);
    const ofPhoto = create(
      'span',
      null,
      { className: 'of-photo' },
      choose,
      take,
      this.#query.adder,
      this.#photo.opener,
    );
    this.#actions = create('div', 'actions', {}, this.#action, ofPhoto);
    this.#menu = createButton('button menu', '', () => {
      void this.#sheets.openMenu([ofPhoto, this.#recent.element], this.#menu);
    });
    this.#menu.ariaLabel = words.text('menu');
    this.#menu.ariaHasPopup = 'dialog';
    this.#address = createAddressField(words, handlers);
    this.#pageHint = create('p', 'drop-page', { ariaHidden: 'true', popover: 'manual' });
    this.#pageHint.textContent = words.text('dropAnywhere');
    const note = create('p', 'note', {}, words.text('private'));
    this.#recent = new RecentPlace(words, handlers, () => choose.focus());
    this.#zone = create(
      'section',
      'zone',
      { ariaLabel: words.text('label') },
      this.#photo.element,
      create(
        'div',
        'side',
        {},
        this.#status,
        this.#menu,
        this.#query.element,
        this.#actions,
        this.#address,
        note,
      ),
      this.#recent.element,
      create('p', 'drop-hint', { ariaHidden: 'true' }, words.text('dropNow')),
      this.#pageHint,
    );
    this.#zone.addEventListener('click', (event) => {
      // A click anywhere in the empty field opens the file dialog; its buttons handle their own clicks.
      if (this.#zone.dataset.state !== 'empty') return;
      const onControl = event.composedPath().some((node) => {
        return (
          node instanceof Element && node.matches('button, a, input, label, summary, select, form')
        );
      });
      if (!onControl) this.#buttons.openFiles();
    });
    this.#results = new ResultsView(words, renderers, {
      ...handlers,
      onEnlarge: (...picture) => void this.#sheets.openPicture(...picture),
      // The new results start above; far down in the grid they would be out of view.
      onLike: (item) => {
        this.#zone.scrollIntoView({ block: 'nearest' });
        handlers.onLike(item);
      },
      onOpinion: (item, liked) => {
        this.#zone.scrollIntoView({ block: 'nearest' });
        handlers.onOpinion(item, liked);
      },
    });
    this.#asleep = create('p', 'asleep', { hidden: true }, words.text('asleep'));
    this.#about = new About(words, handlers);
    const page = languageOf(root.host);
    // If English replaces a missing language, mark it as English for screen readers.
    const foreign = !sameLanguage(page, words.language);
    this.#box = create(
      'div',
      'root',
      foreign ? { lang: words.language, dir: directionOf(words.language) } : {},
      this.#zone,
      this.#live,
      this.#results.element,
      this.#asleep,
      this.#about.element,
    );
    place.replaceChildren(this.#box, this.#buttons.place, this.#query.input);
    this.#sheets.connect(this.#box);
    this.#recent.connect();
  }

  /** Reserves the element's space while the texts in the page's language are loading. */
  hide(): void {
    this.#box.style.visibility = 'hidden';
  }

  /** @param base absolute URL of the bundle's folder */
  show(state: State, base: string): void {
    const hadFocus = this.#holdsPassingFocus();
    this.#showZone(state);
    const whole = subjectOf(state);
    const subject = whole && mainOf(whole);
    const status = announce(state, this.#words);
    this.#photo.show(subject);
    this.#sheets.show(subject, status);
    if (state.state === 'results') this.#sheets.preload();
    this.#showWords(state);
    this.#query.show(state);
    this.#recent.show(state);
    this.#results.show(state, base);
    // Set only on change, so that screen readers do not repeat it.
    if (this.#live.textContent !== status) this.#live.textContent = status;
    // Removed elements have lost the focus; hidden and inert ones are about to lose it.
    const focused = this.#root.activeElement;
    if (hadFocus && (!focused?.getClientRects().length || focused.closest('[inert]'))) {
      const nodes = [
        this.#status.querySelector<HTMLElement>('[tabindex]'),
        this.#choose,
        this.#menu,
      ];
      const next = nodes.find((node) => node && node.getClientRects().length > 0);
      next?.focus({ preventScroll: true });
    }
  }

  /** Called when another frame replaces this one, or the element leaves the page. */
  close(): void {
    this.#sheets.close();
    this.#buttons.close();
    this.#recent.close();
  }

  showAsleep(asleep: boolean): void {
    this.#asleep.hidden = !asleep;
  }

  showDragging(over: Dragging): void {
    this.#zone.classList.toggle('dragging', over !== null);
    // In the top layer, where the page cannot cover or clip it.
    if (this.#pageHint.isConnected) this.#pageHint.togglePopover?.(over === 'page');
  }

  #openCrop(): void {
    // On phones, the results are visible above the sheet.
    if (this.#isCompact()) this.#results.element.scrollIntoView({ block: 'start' });
    void this.#sheets.openCrop(this.#zone);
  }

  /** Whether the menu replaces the buttons for the photo. */
  #isCompact(): boolean {
    return this.#menu.getClientRects().length > 0;
  }

  #showZone(state: State): void {
    const { dataset } = this.#zone;
    const reshaped = (dataset.state === 'empty') !== (state.state === 'empty');
    dataset.state = state.state;
    this.#box.classList.toggle('searching', isSearching(state));
    if (!reshaped) return;
    // The field and the row with the photo are different views: attached again, the nodes appear in their new places
    // instead of moving there, which browsers would count as a layout shift.
    const focused = this.#root.activeElement;
    this.#zone.append(...this.#zone.childNodes);
    if (focused instanceof HTMLElement && this.#zone.contains(focused)) {
      focused.focus({ preventScroll: true });
    }
  }

  #showWords(state: State): void {
    const fresh = state.state === 'empty';
    this.#choose.textContent = this.#words.text(fresh ? 'choose' : 'another');
    this.#choose.part.toggle('primary', fresh);
    if (state.state === 'loading') {
      this.#answer = null;
      if (!this.#progress) {
        this.#progress = new ProgressLine(this.#words);
        this.#status.replaceChildren(...this.#progress.nodes);
        this.#showActions([]);
      }
      this.#progress.update(state);
      return;
    }
    this.#progress = null;
    const answer = 'response' in state ? state.response : null;
    if (answer && answer === this.#answer) return;
    this.#answer = answer;
    if (answer) this.#about.refresh();
    const { nodes, actions } = renderStatus(state, this.#words, this.#handlers);
    this.#status.replaceChildren(...nodes);
    this.#showActions(actions);
  }

  #showActions(actions: readonly HTMLButtonElement[]): void {
    this.#action.replaceChildren(...actions);
    this.#actions.classList.toggle('bare', actions.length === 0);
  }

  /** Whether the focus is on a node that the next state may remove. */
  #holdsPassingFocus(): boolean {
    const focused = this.#root.activeElement;
    if (this.#photo.holdsFocus(focused)) return true;
    const places = [
      this.#status,
      this.#menu,
      this.#actions,
      this.#query.element,
      this.#address,
      this.#recent.element,
      this.#results.element,
      this.#about.element,
    ];
    return places.some((place) => place.contains(focused));
  }
}
