import type { CreateSearchOptions, Search } from '../client/api.ts';
import { createSearch } from '../client/create-search.ts';
import { keepOffline } from '../client/keep-offline.ts';
import type { SearchOptions, SearchResponse } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import { SearchFlow } from './flow.ts';
import type { Arrival } from './inputs/arrival.ts';
import { type Dragging, DropTarget } from './inputs/drop-target.ts';
import { PasteTarget } from './inputs/paste-target.ts';
import { Frame } from './render-frame.ts';
import { languageOf, wordsFor } from './words/languages.ts';
import type { Messages } from './words/messages.ts';
import type { Words } from './words/words.ts';

const DEFAULT_SIZE = 12;
/** What pages may set before the class is known. */
export const PROPERTIES = [
  'bundle',
  'size',
  'minScore',
  'group',
  'maxPixels',
  'messages',
  'search',
] as const;

/**
 * `<soutu-search bundle="./bundle/">`: takes a photo by file dialog, camera, drop or paste, searches the
 * bundle on the visitor's device and shows what is similar. Importing this file defines nothing;
 * `define.ts` does.
 *
 * @attr bundle - URL of the bundle's folder, relative to the page; a change starts anew
 * @attr size - hits on one page, default 12
 * @attr min-score - lowest cosine that counts as similar, −1…1; default the bundle's cut-off
 * @attr group - only the best picture of each group, with the number of its other views
 * @attr lang - the language of the words and figures; default the page's
 * @attr drop - `element`: takes only what is dropped on it, not what is dropped elsewhere in the page
 * @attr max-pixels - photos with more pixels are refused undecoded; a change starts anew
 *
 * @attr offline - URL of the site's service worker: after the first answer the page works with no network
 *
 * @fires soutu-offline - `CustomEvent<{ kept: boolean, error?: Error }>`, whether it does
 * @fires soutu-results - `CustomEvent<SearchResponse>`, for every page of an answer; bubbles, composed
 * @fires soutu-error - `CustomEvent<Error>`, `name` is the code; bubbles, composed
 *
 * @slot prompt - the sentence of the empty field
 *
 * @csspart zone - the field that becomes the line with the photo; holds `photo` (`photo-image`), `side`
 * @csspart told - the words beside the photo: `prompt`, `step`, `progress`, `heading`, `text`, `notice`,
 *   `problem`, `detail`
 * @csspart actions - the buttons; each is `button` and one of `choose`, `take`,
 *   `nearest` or `primary`
 * @csspart note - the line about privacy
 * @csspart drop-hint - covers the zone while a file is dragged over the element
 * @csspart drop-page - covers the window while a file is dragged over the rest of the page
 * @csspart address - the folded field for a picture's address: `address-summary`, `address-form`,
 *   `address-input`
 * @csspart results - `grid` and `foot` (`count`, `more`)
 * @csspart hit - one item: `picture` (`thumb` or `placeholder`), `title` (`link`), `facts` (`price`),
 *   `rank` (`score`, `views`)
 * @csspart about - `about-summary`, `about-facts` and the button `forget`, folded at the end
 *
 * @cssprop --soutu-accent - colour of the main button, the progress and the drop; default a clay tone
 * @cssprop --soutu-on-accent - text on it; default black or white, whichever is readable
 * @cssprop --soutu-radius - rounding of pictures and buttons, default 4px
 */
export class SoutuSearch extends HTMLElement {
  static readonly observedAttributes = ['bundle', 'max-pixels', 'lang'];

  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #inputs = [
    new DropTarget(this, {
      arrive: (arrival) => this.#onArrive(arrival),
      dragging: (over) => this.#onDragging(over),
    }),
    new PasteTarget((arrival) => this.#onArrive(arrival)),
  ];
  readonly #flow = new SearchFlow({
    search: () => this.#engine(),
    options: () => this.#options(),
    isShown: () => this.isConnected,
    onState: (state) => {
      if (this.isConnected) this.#frame?.show(state, this.#base());
    },
    onResponse: (response) => {
      this.#response = response;
      this.#keepOffline(response);
      this.#emit('soutu-results', response);
    },
    onError: (error) => this.#emit('soutu-error', error),
  });
  #frame: Frame | null = null;
  #messages: Partial<Messages> = {};
  #given: Search | null = null;
  #own: Search | null = null;
  #response: SearchResponse | null = null;

  get bundle(): string {
    return this.getAttribute('bundle') ?? '';
  }
  set bundle(value: string) {
    this.setAttribute('bundle', value);
  }

  get size(): number {
    return this.#number('size') ?? DEFAULT_SIZE;
  }
  set size(value: number) {
    this.setAttribute('size', String(value));
  }

  get minScore(): number | null {
    return this.#number('min-score');
  }
  set minScore(value: number | null) {
    if (value === null) this.removeAttribute('min-score');
    else this.setAttribute('min-score', String(value));
  }

  get group(): boolean {
    return this.hasAttribute('group');
  }
  set group(value: boolean) {
    this.toggleAttribute('group', value);
  }

  get maxPixels(): number | null {
    return this.#number('max-pixels');
  }
  set maxPixels(value: number | null) {
    if (value === null) this.removeAttribute('max-pixels');
    else this.setAttribute('max-pixels', String(value));
  }

  /** The page's own sentences in place of ours, by key (words/en.ts lists them). */
  get messages(): Partial<Messages> {
    return this.#messages;
  }
  set messages(value: Partial<Messages>) {
    this.#messages = value;
    if (this.isConnected) this.#render();
  }

  /** The search in use. One that is handed in stays its owner's to dispose of; null for the element's own. */
  get search(): Search | null {
    return this.#given ?? this.#own;
  }
  set search(value: Search | null) {
    if (value === this.#given) return;
    this.#given = value;
    this.#startAnew();
  }

  /** The latest answer. */
  get response(): SearchResponse | null {
    return this.#response;
  }

  /**
   * Shows the photo and what is similar to it. Never rejects for what goes wrong on the way: that is shown
   * and told by `soutu-error`.
   * @throws SoutuError `UsageError` when the element is in no page
   */
  async searchPhoto(blob: Blob): Promise<void> {
    if (!this.isConnected) {
      throw new SoutuError('UsageError', 'searchPhoto: put <soutu-search> into the page first.');
    }
    await this.#flow.find({ kind: 'photo', blob, url: URL.createObjectURL(blob) });
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.#upgrade(name);
    this.#render();
    for (const input of this.#inputs) input.connect();
  }

  disconnectedCallback(): void {
    for (const input of this.#inputs) input.disconnect();
    // An element that is only moved is back by then.
    queueMicrotask(() => {
      if (!this.isConnected) this.#rest();
    });
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before === now) return;
    if (name !== 'lang') this.#startAnew();
    else if (this.isConnected) this.#render();
  }

  /** For tests and subclasses: where the element's own search comes from. */
  protected createSearch(options: CreateSearchOptions): Search {
    return createSearch(options);
  }

  /** The frame in the language of the page; made anew where that is another one. */
  #render(): void {
    const words = wordsFor(languageOf(this), this.#messages);
    this.#frame = this.#createFrame(words);
    this.#flow.wake();
  }

  #createFrame(words: Words): Frame {
    return new Frame(this.#root, words, {
      onArrive: (arrival) => this.#onArrive(arrival),
      onIntent: () => void this.#flow.prepare(),
      onAgree: () => void this.#flow.agree(),
      onDecline: () => this.#flow.reset(),
      onNearest: () => void this.#flow.showNearest(),
      onMore: () => void this.#flow.showMore(),
      onRetry: () => void this.#flow.retry(),
      onAbout: () => this.#engine().info(),
      onForget: () => this.#engine().forget(),
    });
  }

  /** A property that was set before the class was known hides the accessor. */
  #upgrade(name: (typeof PROPERTIES)[number]): void {
    if (!Object.hasOwn(this, name)) return;
    const self = this as Record<string, unknown>;
    const value = self[name];
    delete self[name];
    self[name] = value;
  }

  #number(attribute: string): number | null {
    const value = this.getAttribute(attribute);
    return value === null ? null : value.trim() === '' ? Number.NaN : Number(value);
  }

  #checkedNumber(attribute: string): number | null {
    const value = this.#number(attribute);
    if (value === null || Number.isFinite(value)) return value;
    throw new SoutuError(
      'UsageError',
      `<soutu-search>: "${attribute}" must be a number, got "${this.getAttribute(attribute)}".`,
    );
  }

  #options(): SearchOptions {
    const minScore = this.#checkedNumber('min-score');
    return {
      size: this.#checkedNumber('size') ?? DEFAULT_SIZE,
      ...(this.group ? { group: true } : {}),
      ...(minScore === null ? {} : { minScore }),
    };
  }

  #engine(): Search {
    if (this.#given) return this.#given;
    if (!this.#own) {
      if (!this.bundle) {
        throw new SoutuError(
          'UsageError',
          '<soutu-search> has no catalogue: set its "bundle" attribute to the folder that `soutu build` wrote.',
        );
      }
      if (!URL.canParse(this.bundle, document.baseURI)) {
        throw new SoutuError(
          'UsageError',
          `<soutu-search>: "bundle" must be the URL of a folder, got "${this.bundle}".`,
        );
      }
      const maxPixels = this.#checkedNumber('max-pixels');
      this.#own = this.createSearch({
        bundle: this.#base(),
        ...(maxPixels === null ? {} : { maxPixels }),
      });
    }
    return this.#own;
  }

  /** Absolute URL of the bundle's folder, to which its pictures are relative. */
  #base(): string {
    if (!this.bundle || !URL.canParse(this.bundle, document.baseURI)) return document.baseURI;
    const folder = new URL(this.bundle, document.baseURI);
    if (!folder.pathname.endsWith('/')) folder.pathname += '/';
    return folder.href;
  }

  #onArrive(arrival: Arrival): void {
    if (arrival.kind === 'photo') return void this.searchPhoto(arrival.photo);
    if (arrival.kind === 'address') return void this.#flow.fetch(arrival.address);
    const words = wordsFor(languageOf(this), this.#messages);
    this.#flow.refuse(new SoutuError('PhotoError', words.notAPhoto(arrival.name)));
  }

  #onDragging(over: Dragging): void {
    this.#frame?.showDragging(over);
    if (over) void this.#flow.prepare();
  }

  #startAnew(): void {
    this.#letGo();
    this.#response = null;
    this.#flow.reset();
  }

  #rest(): void {
    this.#flow.rest();
    this.#letGo();
  }

  /** Once for each visit; what cannot be kept is told, and stands in nobody's way. */
  #keepOffline({ hits }: SearchResponse): void {
    const serviceWorker = this.getAttribute('offline');
    if (!serviceWorker) return;
    const base = this.#base();
    const shown = hits.flatMap(({ item }) => (item.thumb ? [new URL(item.thumb, base).href] : []));
    keepOffline({ serviceWorker, search: this.#engine(), shown }).then(
      (kept) => this.#emit('soutu-offline', { kept }),
      (error: Error) => this.#emit('soutu-offline', { kept: false, error }),
    );
  }

  #letGo(): void {
    this.#own?.dispose();
    this.#own = null;
  }

  #emit<Type extends keyof SoutuEventMap>(type: Type, detail: SoutuEventMap[Type]['detail']): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

export interface SoutuEventMap {
  'soutu-results': CustomEvent<SearchResponse>;
  'soutu-error': CustomEvent<Error>;
  'soutu-offline': CustomEvent<{ readonly kept: boolean; readonly error?: Error }>;
}

declare global {
  interface HTMLElementTagNameMap {
    'soutu-search': SoutuSearch;
  }
  interface HTMLElementEventMap extends SoutuEventMap {}
}
