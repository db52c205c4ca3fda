import type { CreateSearchOptions, Search } from '../client/api.ts';
import type { SearchResponse } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import { AttributeElement } from './attribute-element.ts';
import { loadedPanelModule, loadPanelModule, theScripts } from './element-scripts.ts';
import { emit } from './emit.ts';
import type { SoutuEventMap } from './events.ts';
import type { Arrival } from './inputs/arrival.ts';
import { type Dragging, DropTarget } from './inputs/drop-target.ts';
import { PasteTarget } from './inputs/paste-target.ts';
import { ShareTarget } from './inputs/share-target.ts';
import type { ButtonView, Panel, PanelModule } from './panel.ts';
import { upgradeProperties } from './properties.ts';
import type { RenderHit } from './results/hit-renderers.ts';
import type { Messages } from './words/messages.ts';
import type { Labels } from './words/words.ts';

export type { SoutuEventMap };

/**
 * `<soutu-search bundle="./bundle/">`: accepts a photo from a file dialog, camera, drop or paste, searches the
 * bundle on the visitor's device, and displays similar items. Importing this file does not define the element;
 * `define.ts` does.
 *
 * @attr bundle - URL of the bundle's folder, relative to the page; a change restarts the search
 * @attr bundles - instead of `bundle`: URLs of several bundles with spaces between, which are searched together
 * @attr mirrors - URLs of copies of the bundle with spaces between, which are tried if the bundle fails
 * @attr mode - `button`: a camera button for a search bar of the page, which opens the element in a dialog
 * @attr size - hits per page; default 12
 * @attr min-score - omits hits with a lower cosine similarity, −1…1; default −1, so that a page is always full
 * @attr group - shows only the best picture of each group, with the number of its other views
 * @attr list-copies - shows each copy of a picture as a hit of its own, not as "1 more copy" below the best one
 * @attr facets - attributes to filter by, separated by commas; default all text attributes with 2 to 50
 *   distinct values and all numeric ones, empty for none
 * @attr no-routing - does not change the page's URL; by default the fragment contains the item searched for (never a
 *   photo) and the filters, prefixed with the element's `id` or `soutu` (routing/fragment.ts)
 * @attr lang - language of texts and number formats; default the page's
 * @attr drop - `element`: accepts pictures dropped on the element only, not elsewhere on the page
 * @attr recent - `off`: searches are saved neither as recent ones nor for Back and reload; for shared devices
 * @attr max-pixels - largest width × height of a photo; default 100 million; a change restarts the search
 * @attr remote - URL of a service (`soutu serve`) that gets a photo's vector, filters and words; a change restarts the search
 * @attr engine - runs the model: `auto` (default), `kernel`, `onnxruntime` or `webgpu`; a change restarts the search
 * @attr assets - URL of a copy of the package's folder `dist/browser`, if the page's bundler does not copy
 *   the worker and engines; a change restarts the search
 * @attr offline - URL of the site's service worker; after the first successful search the page works offline,
 *   unless its index is in parts and larger than 8 MB, or `remote` is set
 *
 * All events bubble and are composed. They stay in the page: the element does not send them to any server.
 *
 * @fires soutu-search - `CustomEvent<SearchStart>`: a search starts; the kind of query, never the photo
 * @fires soutu-results - `CustomEvent<SearchResponse>`, for every page of results
 * @fires soutu-no-match - `CustomEvent<SearchResponse>`: no hit of a search or filter is a match; after `soutu-results`. If
 *   `bestScore` is below `thresholds.related`, there is nothing like it at all
 * @fires soutu-hit - `CustomEvent<HitClick>`: a hit was clicked; after `preventDefault()` its link is not followed
 * @fires soutu-filter - `CustomEvent<FilterUse>`: the visitor changed the filters or the order
 * @fires soutu-error - `CustomEvent<Error>`, `name` is the code
 * @fires soutu-offline - `CustomEvent<{ kept: boolean, error?: Error }>`: whether the page now works offline, or why not
 * @slot button - content of the button in button mode; default a camera
 * @slot empty - content of the empty field, above its buttons
 * @slot prompt - only the sentence in the empty field
 * @slot hit - a `<template>` that renders each hit in place of the default card (results/hit-renderers.ts)
 *
 * @csspart opener - the button in button mode
 * @csspart dialog - its dialog: `dialog-head` (`dialog-title`, `dialog-close`) and `dialog-body`, which contains the other parts
 * @csspart root - the box around all other parts; contains the line `asleep` while the search is paused
 * @csspart zone - the input field, which turns into the row with the photo; contains `photo` and `side`
 * @csspart photo - `photo-stage` with the `photo-image`, the `photo-part` that is searched, and the `dots`, one `dot` for
 *   each thing in the photo
 * @csspart sheet - a dialog over the page, with its `sheet-content`. To select a part of the photo: `sheet-head`
 *   (`sheet-status`, `crop-done`), `crop-place` with the photo and the `crop`, its `crop-frame` and `crop-handle`s, and the
 *   `photo-tools` (`turn`, `whole`). On phones also the menu of the buttons for the photo, with `menu-close`
 * @csspart status - the text next to the photo: `prompt`, `step`, `progress`, `heading`, `text`, `notice`,
 *   `trimmed` or `partial` with the button `trim-undo`, `problem`, `detail`
 * @csspart actions - the buttons; each has the part `button` and one of `choose`, `take`, `add-photo`,
 *   `crop-open`, `decline` or `primary`. On phones the button `menu` opens those for the photo
 * @csspart query - the parts of a query of several: a `query-part` button each, with a `query-thumb` and `query-remove`
 * @csspart note - the line about privacy
 * @csspart drop-hint - covers the zone while a file is dragged over the element
 * @csspart drop-page - covers the window while a file is dragged over the rest of the page
 * @csspart camera - the dialog with a live camera view: `camera-view`, `camera-status`, `camera-tools`
 * @csspart address - the collapsed field for a picture's URL: `address-summary`, `address-form`, `address-input`
 * @csspart recent - recent queries: `recent-head` (`recent-label`, `recent-clear`), and a `recent-list` of
 *   `recent-query` buttons, each with a `recent-thumb`
 * @csspart skeleton - placeholders of filters and cards, until the first results arrive
 * @csspart results - `filters`, then `hits` with the `grid` and the `foot` (`count`, `more`). In the grid, a `divider`
 *   with the `band` that follows separates the matches from other hits
 * @csspart filters - `filter-bar` (`text-filter`, and `facets`: a `facet` button each, and below them the `values` of the open
 *   one: `value`, `value-box`, `swatch`, `value-count`; of an attribute with levels, `levels` with a
 *   `level` each on the way, and `levels-below` with a `level-below` each; or its `range` with two `range-end`s with a
 *   `range-input`, and `range-extent`), `order` with `order-label` and `order-select`, and the `active-filters`: `chips`
 *   with a `chip` and its `chip-remove` each, and `clear`
 * @csspart hit - one item, in its `card`: `picture` (`blur`, then `thumb` or `placeholder`), `title` (`link`), `price`,
 *   `facts`, and `rank`: `score` (`bar`, `likeness`, `number`), `like`, `views` with its `more-views` (`view`, `view-link`);
 *   over the picture `opinions`: `enlarge`, `like-too` and `less-like`
 * @csspart enlarged - the dialog with a hit's picture: `enlarged-head` (`enlarged-title` with `enlarged-link`,
 *   `enlarged-close`), `enlarged-stage` with the `enlarged-picture`, `enlarged-previous`, `enlarged-next`, `enlarged-count`
 * @csspart about - the collapsed section at the end: `about-summary`, `about-facts` and the button `forget`
 *
 * @cssstate searching - the first results are on their way, and the element shows placeholders for them
 *
 * @cssprop --soutu-accent - colour of the primary button, the progress bar and the drop target; default a clay tone
 * @cssprop --soutu-on-accent - text colour on the accent; default black or white, whichever is readable
 * @cssprop --soutu-surface - background of sheets and dialogs over the page; default the browser's, in the page's colour scheme
 * @cssprop --soutu-on-surface - text colour on sheets and dialogs; default the browser's
 * @cssprop --soutu-radius - border radius of pictures and buttons; default 4px
 */
export class SoutuSearch extends AttributeElement {
  static readonly observedAttributes = [
    'bundle',
    'bundles',
    'mirrors',
    'remote',
    'engine',
    'assets',
    'max-pixels',
    'lang',
    'mode',
  ];

  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #inputs = [
    new DropTarget(this, {
      arrive: (arrival) => this.#onArrive(arrival),
      dragging: (over) => this.#onDragging(over),
    }),
    new PasteTarget(this, (arrival) => this.#onArrive(arrival)),
    new ShareTarget(this, (arrival) => this.#onArrive(arrival)),
  ];
  #panel: Panel | null = null;
  /** In button mode the button, whose script may still be loading. */
  #button: Promise<ButtonView | null> | null = null;
  #view: ButtonView | null = null;
  /** The script of the button could not be loaded. */
  #failure: Error | null = null;
  /** Counts entries of the page, and exits, so that a late script knows it is late. */
  #entries = 0;
  #messages: Partial<Messages> = {};
  #labels: Labels = {};
  #renderHit: RenderHit | null = null;
  #given: Search | null = null;

  /** Texts that replace the built-in ones, by key (see words/en.ts). */
  get messages(): Partial<Messages> {
    return this.#messages;
  }
  set messages(value: Partial<Messages>) {
    this.#messages = value;
    this.#render();
  }

  /** Display names for the catalogue's attributes, such as `{ glaze: 'Glasur' }`; default the attribute's name. */
  get labels(): Labels {
    return this.#labels;
  }
  set labels(value: Labels) {
    this.#labels = value;
    this.#render();
  }

  /** A function that renders a hit in place of the default picture, title and facts; null for the default. */
  get renderHit(): RenderHit | null {
    return this.#renderHit;
  }
  set renderHit(value: RenderHit | null) {
    this.#renderHit = value;
    this.#render();
  }

  /** The search in use. The page must dispose of a search that it sets; null restores the element's own. */
  get search(): Search | null {
    return this.#given ?? this.#panel?.search ?? null;
  }
  set search(value: Search | null) {
    if (value === this.#given) return;
    this.#given = value;
    this.#panel?.restart();
    this.#render();
  }

  /** The latest response. */
  get response(): SearchResponse | null {
    return this.#panel?.response ?? null;
  }

  /**
   * Shows the photo and similar pictures, in button mode in the dialog. A failed search does not reject: the element
   * shows the error and fires `soutu-error`.
   * @throws SoutuError `UsageError` if the element is not connected, or in button mode inside of a hidden element;
   * `WorkerError` if the element's script cannot be loaded
   */
  async searchPhoto(blob: Blob): Promise<void> {
    if (!this.isConnected) {
      throw new SoutuError('UsageError', 'searchPhoto: put <soutu-search> into the page first.');
    }
    if (this.#button) {
      const button = await this.#button;
      if (this.#failure) throw this.#failure;
      await button?.searchPhoto(blob);
    } else await (this.#panel ?? (await this.#loadPanel())).searchPhoto(blob);
  }

  connectedCallback(): void {
    upgradeProperties(this);
    this.#enter();
    for (const input of this.#inputs) input.connect();
  }

  disconnectedCallback(): void {
    for (const input of this.#inputs) input.disconnect();
    this.#leave();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    // The words say what is sent where.
    if (name === 'lang' || name === 'remote') this.#render();
    if (name === 'lang') return;
    if (name !== 'mode') this.#panel?.restart();
    else if (this.isConnected) {
      this.#leave();
      this.#enter();
    }
  }

  /** Creates the element's own search; tests and subclasses override it. */
  protected createSearch(options: CreateSearchOptions): Search {
    // Only the panel asks for a search.
    return (loadedPanelModule() as PanelModule).createSearch(options);
  }

  #enter(): void {
    if (this.mode === 'button') {
      this.#button = this.#createButton();
      return;
    }
    const loaded = loadedPanelModule();
    if (loaded) this.#getPanel(loaded).connect(this.#root);
    else void this.#enterLater();
  }

  /** With the script of button mode alone, the whole element appears later. */
  async #enterLater(): Promise<void> {
    const entry = ++this.#entries;
    try {
      const panel = await this.#loadPanel();
      if (this.#entries === entry) panel.connect(this.#root);
    } catch (error) {
      this.#onFailure(error, entry);
    }
  }

  #leave(): void {
    this.#entries++;
    this.#view?.disconnect();
    this.#view = null;
    this.#button = null;
    this.#failure = null;
    this.#panel?.disconnect();
  }

  /** @returns null if the element has left the page or this mode before its script was there */
  async #createButton(): Promise<ButtonView | null> {
    const { button } = theScripts();
    const entry = ++this.#entries;
    try {
      const { ButtonMode } = await button();
      if (this.#entries !== entry) return null;
      const view = new ButtonMode({
        element: this,
        root: this.#root,
        loadPanel: () => this.#loadPanel(),
      });
      this.#view = view;
      view.connect();
      return view;
    } catch (error) {
      this.#failure = this.#onFailure(error, entry);
      return null;
    }
  }

  /** @returns null if the element has left the page or this mode in the meantime */
  #onFailure(error: unknown, entry: number): Error | null {
    reportError(error);
    if (this.#entries !== entry) return null;
    emit(this, 'soutu-error', error as Error);
    return error as Error;
  }

  async #loadPanel(): Promise<Panel> {
    return this.#getPanel(await loadPanelModule());
  }

  #getPanel({ SearchPanel }: PanelModule): Panel {
    const element = this;
    this.#panel ??= new SearchPanel({
      element,
      root: this.#root,
      get messages() {
        return element.#messages;
      },
      get labels() {
        return element.#labels;
      },
      get renderHit() {
        return element.#renderHit;
      },
      get given() {
        return element.#given;
      },
      createSearch: (options) => this.createSearch(options),
    });
    return this.#panel;
  }

  /** The button builds the panel's nodes, too, if its dialog has been opened. */
  #render(): void {
    if (!this.isConnected) return;
    if (this.#button) void this.#button.then((button) => button?.render());
    else this.#panel?.render();
  }

  #onArrive(arrival: Arrival): void {
    if (this.#button) void this.#button.then((button) => button?.arrive(arrival));
    else if (this.#panel) this.#panel.arrive(arrival);
    else void this.#loadPanel().then((panel) => panel.arrive(arrival), reportError);
  }

  #onDragging(over: Dragging): void {
    if (this.#button) void this.#button.then((button) => button?.showDragging(over));
    else this.#panel?.showDragging(over);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'soutu-search': SoutuSearch;
  }
}
