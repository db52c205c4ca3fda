import type { CreateSearchOptions, Search, SearchQuery } from '../client/api.ts';
import { createSearch } from '../client/create-search.ts';
import type { Progress, SearchOptions, SearchResponse } from '../core/contract.ts';
import { messageOf, SoutuError } from '../core/errors.ts';
import { type Arrival, firstPicture, PhotoInputs } from './inputs.ts';
import { Frame } from './render-frame.ts';
import {
  advance,
  answered,
  appendPage,
  awake,
  NO_PROGRESS,
  type Photo,
  photoOf,
  type ResultsState,
  rested,
  type State,
} from './state.ts';
import { words } from './words.ts';

const DEFAULT_SIZE = 12;
const PROPERTIES = ['bundle', 'size', 'minScore', 'group', 'maxPixels', 'search'] as const;

/**
 * `<soutu-search bundle="./bundle/">`: takes a photo by file dialog, camera, drop or paste, searches the
 * bundle on the visitor's device and shows what is similar. Importing this file defines nothing;
 * `define.ts` does.
 *
 * @attr bundle - URL of the bundle's folder, relative to the page; a change starts anew
 * @attr size - hits on one page, default 12
 * @attr min-score - lowest cosine that counts as similar, −1…1; default the bundle's cut-off
 * @attr group - only the best picture of each group, with the number of its other views
 * @attr max-pixels - photos with more pixels are refused undecoded; a change starts anew
 *
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
 * @csspart results - `grid` and `foot` (`count`, `more`)
 * @csspart hit - one item: `picture` (`thumb` or `placeholder`), `title` (`link`), `facts` (`price`),
 *   `rank` (`score`, `views`)
 *
 * @cssprop --soutu-accent - colour of the main button, the progress and the drop; default a clay tone
 * @cssprop --soutu-on-accent - text on it; default black or white, whichever is readable
 * @cssprop --soutu-radius - rounding of pictures and buttons, default 4px
 */
export class SoutuSearch extends HTMLElement {
  static readonly observedAttributes = ['bundle', 'max-pixels'];

  readonly #root = this.attachShadow({ mode: 'open' });
  readonly #inputs = new PhotoInputs(this, {
    arrive: (arrival) => this.#onArrive(arrival),
    dragging: (over) => this.#onDragging(over),
  });
  #frame: Frame | null = null;
  #state: State = { state: 'empty' };
  #given: Search | null = null;
  #own: Search | null = null;
  #response: SearchResponse | null = null;
  /** Counts the queries: an answer to any but the last is dropped. */
  #asked = 0;

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
    const photo = { blob, url: URL.createObjectURL(blob) };
    this.#show({ state: 'loading', photo, progress: NO_PROGRESS });
    await this.#ask(
      () => [blob, this.#options()],
      (response, options) => this.#show(answered(photo, response, options)),
      (error) => this.#fail(error, photo),
    );
  }

  connectedCallback(): void {
    for (const name of PROPERTIES) this.#upgrade(name);
    this.#frame ??= new Frame(this.#root, {
      onFiles: (files) => this.#onArrive(firstPicture(files)),
      onIntent: () => this.#preload(),
      onNearest: () => void this.#showNearest(),
      onMore: () => void this.#showMore(),
      onRetry: () => this.#onRetry(),
    });
    this.#inputs.connect();
    this.#show(awake(this.#state));
  }

  disconnectedCallback(): void {
    this.#inputs.disconnect();
    // An element that is only moved is back by then.
    queueMicrotask(() => {
      if (!this.isConnected) this.#rest();
    });
  }

  attributeChangedCallback(_name: string, before: string | null, now: string | null): void {
    if (before !== now) this.#startAnew();
  }

  /** For tests and subclasses: where the element's own search comes from. */
  protected createSearch(options: CreateSearchOptions): Search {
    return createSearch(options);
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
      if (!this.bundle) throw new SoutuError('UsageError', words.noBundle);
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

  /** One question to the search; its answer counts if no later one was asked and the element still is there. */
  async #ask(
    query: () => readonly [SearchQuery, SearchOptions],
    onAnswer: (response: SearchResponse, options: SearchOptions) => void,
    onFailure: (error: Error) => void,
  ): Promise<void> {
    const asked = ++this.#asked;
    const counts = () => asked === this.#asked && this.isConnected;
    let response: SearchResponse;
    let options: SearchOptions;
    try {
      let asking: SearchQuery;
      [asking, options] = query();
      response = await this.#engine().search(asking, options, (progress) => {
        if (counts()) this.#onProgress(progress);
      });
      if (!counts()) return;
      this.#response = response;
      onAnswer(response, options);
    } catch (cause) {
      if (!counts()) return;
      const error = cause instanceof Error ? cause : new Error(messageOf(cause));
      onFailure(error);
      this.#emit('soutu-error', error);
      return;
    }
    this.#emit('soutu-results', response);
  }

  async #showNearest(): Promise<void> {
    const before = this.#state;
    if (before.state !== 'nothing' && before.state !== 'results') return;
    const { photo } = before;
    const { vector, total } = before.response;
    if (!vector) return;
    await this.#ask(
      () => [{ vector }, { ...before.options, minScore: -1 }],
      (response, options) => {
        // What was said of the photo still holds; this answer saw only its vector.
        const notices = [...before.response.notices, ...response.notices];
        this.#show(answered(photo, { ...response, notices }, options, total));
      },
      (error) => this.#fail(error, photo),
    );
  }

  async #showMore(): Promise<void> {
    const before = this.#state;
    if (before.state !== 'results' || !before.response.vector) return;
    const { vector, minScore } = before.response;
    const paged = (more: ResultsState['more']): ResultsState => ({ ...before, more });
    this.#show(paged('loading'));
    await this.#ask(
      () => [{ vector }, { ...before.options, minScore, from: before.hits.length }],
      (response) => this.#show(appendPage(before, response)),
      () => this.#show(paged('failed')),
    );
  }

  #onRetry(): void {
    const state = this.#state;
    if (state.state === 'error' && state.photo) void this.searchPhoto(state.photo.blob);
  }

  #onArrive(arrival: Arrival): void {
    if (arrival.photo) {
      void this.searchPhoto(arrival.photo);
      return;
    }
    this.#asked++;
    const error = new SoutuError('PhotoError', words.notAPhoto(arrival.name));
    this.#fail(error, null);
    this.#emit('soutu-error', error);
  }

  #onDragging(over: boolean): void {
    this.#frame?.showDragging(over);
    if (over) this.#preload();
  }

  /** Fetches while the visitor still picks a photo. What goes wrong is told when it is asked for. */
  #preload(): void {
    try {
      this.#engine()
        .preload((progress) => this.#onProgress(progress))
        .catch(() => undefined);
    } catch {
      // As above.
    }
  }

  #onProgress(progress: Progress): void {
    const state = this.#state;
    if (state.state !== 'loading') return;
    this.#show({ ...state, progress: advance(state.progress, progress) });
  }

  #fail(error: Error, photo: Photo | null): void {
    const retry = photo !== null && error.name !== 'PhotoError' && error.name !== 'UsageError';
    this.#show({ state: 'error', photo, error, retry });
  }

  /** The only door to the state: the photo that goes is given back. */
  #show(state: State): void {
    const before = photoOf(this.#state);
    const now = photoOf(state);
    if (before && before.url !== now?.url) URL.revokeObjectURL(before.url);
    this.#state = state;
    if (this.isConnected) this.#frame?.show(state, this.#base());
  }

  #startAnew(): void {
    this.#letGo();
    this.#response = null;
    this.#show({ state: 'empty' });
  }

  /** Out of the page: nothing is kept that costs. An answer stays, to be shown again. */
  #rest(): void {
    this.#letGo();
    const state = this.#state;
    if (state.state === 'empty') return;
    if (state.photo) URL.revokeObjectURL(state.photo.url);
    this.#state = rested(state);
  }

  #letGo(): void {
    this.#asked++;
    this.#own?.dispose();
    this.#own = null;
  }

  #emit(type: keyof SoutuEventMap, detail: SearchResponse | Error): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }
}

export interface SoutuEventMap {
  'soutu-results': CustomEvent<SearchResponse>;
  'soutu-error': CustomEvent<Error>;
}

declare global {
  interface HTMLElementTagNameMap {
    'soutu-search': SoutuSearch;
  }
  interface HTMLElementEventMap extends SoutuEventMap {}
}
