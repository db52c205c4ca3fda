/**
 * Runs searches for the visitor's input and owns the element's single state.
 *
 *   address ─▶ fetching
 *                 ▼
 *     subject ─▶ loading ─▶ results ─▶ more pages, refined
 *           └ask┘   │
 *                   │   └─▶ nothing ─▶ refined
 *                   └─────▶ error ──▶ retry
 */

import type { LoadCost } from '../browser/worker-api.ts';
import type { Search, SearchQuery } from '../client/api.ts';
import { savesData } from '../client/connection/saves-data.ts';
import type { SavedPhoto } from '../client/history/saved-photo.ts';
import { loadOnDemand } from '../client/load-on-demand.ts';
import { LoadRefused } from '../client/load-refused.ts';
import { hostOf } from '../client/photo/host-of.ts';
import type { Progress, ScoredItem, SearchOptions, SearchResponse } from '../core/contract.ts';
import { messageOf } from '../core/errors.ts';
import type { PhotoView } from '../core/image/view.ts';
import { canRetry, failureOf } from './failure.ts';
import { vectorQuery } from './history/vector-query.ts';
import { needsConsent, sizeOf } from './load-consent.ts';
import { firstPages, optionsFor, PLAIN, type Refinement } from './results/refinement.ts';
import {
  type AnsweredState,
  advance,
  answered,
  appendPage,
  askedAgain,
  awake,
  keepNotices,
  NO_PROGRESS,
  objectUrlsOf,
  photoSubject,
  queryOf,
  type ResultsState,
  refinementIn,
  rested,
  type State,
  type Subject,
  subjectOf,
  withFirst,
} from './state.ts';
import {
  type ItemSubject,
  renewed,
  withFrame,
  withItems,
  withThings,
  withView,
} from './subject.ts';

/** The element that owns the flow. */
export interface FlowHost {
  /** @throws SoutuError `UsageError` if the element's attributes are invalid */
  search(): Search;
  /** The search options from the element's attributes; throws like `search`. */
  options(): SearchOptions;
  /** The subject to display for a search by item id. */
  itemSubject(item: ScoredItem['item']): ItemSubject;
  /** False once the element has left the page; later answers are dropped. */
  isConnected(): boolean;
  readonly onState: (state: State) => void;
  /** Called when a search for another photo, part or item starts; not for filters or further pages. */
  readonly onStart: (subject: Subject) => void;
  /** Called when any query starts, so that the line "paused" disappears at once. */
  readonly onSearching: () => void;
  /** @param from hits before the response's first one */
  readonly onResponse: (response: SearchResponse, from: number) => void;
  readonly onError: (error: Error) => void;
}

export class SearchFlow {
  readonly #host: FlowHost;
  #state: State = { state: 'empty' };
  /** The running query; responses to earlier queries are dropped. */
  #asking: AbortController | null = null;
  #agreed = false;
  /** The refinement for the next subject, from the page's URL. */
  #preset: Refinement = PLAIN;

  constructor(host: FlowHost) {
    this.#host = host;
  }

  get state(): State {
    return this.#state;
  }

  /** Shows the subject and similar pictures. Failures set the error state; the promise does not reject for them. */
  async find(subject: Subject, refinement: Refinement = this.#preset): Promise<void> {
    this.#preset = PLAIN;
    const { state } = this;
    // The visitor's consent continues the same search.
    if (!(state.state === 'ask' && state.subject === subject)) this.#host.onStart(subject);
    const before =
      state.state === 'results' ? state : state.state === 'loading' ? state.before : null;
    this.#show({ state: 'loading', subject, refinement, progress: NO_PROGRESS, before });
    await this.#ask(
      () => [queryOf(subject), optionsFor(this.#host.options(), refinement), refinement],
      (response, options) => {
        const { queryItem, parts } = response;
        const { itemSubject } = this.#host;
        const known = queryItem ? itemSubject(queryItem) : withItems(subject, parts, itemSubject);
        const framed = withFrame(withThings(known, response.subjects), response.frame);
        this.#show(answered(framed, response, options));
      },
      (error) => this.#fail(error, subject),
    );
  }

  /** Repeats a search of an earlier page, without the model if the saved vectors are of the catalogue's model. */
  async restore(
    subject: Subject,
    saved: readonly SavedPhoto[],
    refinement: Refinement,
  ): Promise<void> {
    this.#preset = PLAIN;
    this.#show({ state: 'loading', subject, refinement, progress: NO_PROGRESS, before: null });
    const fitting = await this.#fitting(saved);
    if (subjectOf(this.#state) !== subject) return;
    await this.#ask(
      () => [
        vectorQuery(subject, fitting),
        optionsFor(this.#host.options(), refinement),
        refinement,
      ],
      (response, options) => {
        const known = withItems(subject, response.parts, (item) => this.#host.itemSubject(item));
        this.#show(answered(known, response, options));
      },
      (error) => this.#fail(error, subject),
    );
  }

  /** The saved photos whose vectors are of the catalogue's model. */
  async #fitting(saved: readonly SavedPhoto[]): Promise<readonly SavedPhoto[]> {
    try {
      const { model, dimension } = await this.#host.search().info();
      return saved.filter((it) => it.model === model && it.vector.length === dimension);
    } catch {
      // The search reports it.
      return [];
    }
  }

  /** Searches another part of the current photo (the first of several), or the same part rotated. */
  async lookAt(view: PhotoView): Promise<void> {
    const subject = subjectOf(this.#state);
    if (subject) await this.find(withView(subject, view), refinementIn(this.#state));
  }

  /** Changes the parts of the query; the filters stay. Without a part to look for, the element is empty again. */
  async adjust(change: (subject: Subject) => Subject | null): Promise<void> {
    const before = subjectOf(this.#state);
    if (!before) return;
    const subject = change(before);
    if (subject) await this.find(subject, { ...refinementIn(this.#state), pages: 1 });
    else this.reset();
  }

  /** Downloads the picture at a URL that the visitor entered, then searches for it. */
  async fetch(address: string): Promise<void> {
    this.#drop();
    const asking = new AbortController();
    this.#asking = asking;
    const { signal } = asking;
    this.#show({ state: 'fetching', host: hostOf(address) });
    let blob: Blob;
    try {
      const { fetchPicture } = await loadOnDemand();
      blob = await fetchPicture(address, { signal });
    } catch (error) {
      if (!signal.aborted) this.refuse(error as Error);
      return;
    }
    if (signal.aborted || !this.#host.isConnected()) return;
    await this.find(photoSubject(blob));
  }

  /** Filters or sorts the current results. */
  async refine(refinement: Refinement): Promise<void> {
    const before = answerIn(this.#state);
    if (!before) return;
    this.#show({ ...before, refining: refinement });
    await this.#ask(
      () => [askedAgain(before), optionsFor(before.options, refinement), refinement],
      (response, options) => this.#replace(before, response, options),
      (error) => this.#fail(error, before.subject),
    );
  }

  /** Continues after the visitor agreed to a large download. */
  async agree(): Promise<void> {
    const { state } = this;
    if (state.state !== 'ask') return;
    this.#agreed = true;
    await this.find(state.subject, state.refinement);
  }

  /** Asks again before the next large download. */
  revokeConsent(): void {
    this.#agreed = false;
  }

  /** Preloads while the visitor picks a photo. Failures are ignored; the search reports them. */
  async prepare(): Promise<void> {
    try {
      await this.#host.search().preload({
        onProgress: (progress) => this.progressed(progress),
        mayLoad: this.#mayLoad,
      });
    } catch {
      // The search reports it.
    }
  }

  async showMore(): Promise<void> {
    const before = this.#state;
    if (before.state !== 'results') return;
    const paged = (more: ResultsState['more']): ResultsState => ({ ...before, more });
    this.#show(paged('loading'));
    await this.#ask(
      () => [askedAgain(before), { ...before.options, from: before.hits.length }, PLAIN],
      (response) => this.#show(appendPage(before, response)),
      () => this.#show(paged('failed')),
    );
  }

  async retry(): Promise<void> {
    const { state } = this;
    if (state.state !== 'error' || !state.subject) return;
    const { subject, refinement } = state;
    // The old object URLs are revoked with their state.
    await this.find(renewed(subject), refinement);
  }

  /** Shows an error for input that cannot be searched; its message is in the visitor's language. */
  refuse(error: Error): void {
    this.#drop();
    const refinement = refinementIn(this.#state);
    this.#show({ state: 'error', subject: null, error, retry: false, refinement, kind: 'refused' });
    this.#host.onError(error);
  }

  progressed(progress: Progress): void {
    const { state } = this;
    if (state.state !== 'loading') return;
    this.#show({ ...state, progress: advance(state.progress, progress) });
  }

  preset(refinement: Refinement): void {
    this.#preset = refinement;
  }

  reset(): void {
    this.#drop();
    this.#show({ state: 'empty' });
  }

  /** Called when the element leaves the page: frees memory but keeps the results in case it returns. */
  rest(): void {
    this.#drop();
    for (const url of objectUrlsOf(this.#state)) URL.revokeObjectURL(url);
    this.#state = rested(this.#state);
  }

  wake(): void {
    this.#show(awake(this.#state));
  }

  readonly #mayLoad = (cost: LoadCost): boolean => this.#agreed || !needsConsent(cost);

  /** Runs one query; the next query aborts it. */
  async #ask(
    query: () => readonly [SearchQuery, SearchOptions, Refinement],
    onAnswer: (response: SearchResponse, options: SearchOptions) => void,
    onFailure: (error: Error) => void,
  ): Promise<void> {
    this.#drop();
    const asking = new AbortController();
    this.#asking = asking;
    const { signal } = asking;
    const counts = () => !signal.aborted && this.#host.isConnected();
    let response: SearchResponse;
    let from = 0;
    this.#host.onSearching();
    try {
      const [asked, options, refinement] = query();
      from = options.from ?? 0;
      // Filters and further pages leave the results as they are until their answer is there.
      const showsFirst = this.#state.state === 'loading' && !savesData();
      response = await this.#host.search().search(asked, firstPages(options, refinement), {
        signal,
        mayLoad: this.#mayLoad,
        onProgress: (progress) => {
          if (counts()) this.progressed(progress);
        },
        ...(showsFirst
          ? {
              onFirstHits: (first: SearchResponse) => {
                const { state } = this;
                if (counts() && state.state === 'loading')
                  this.#show(withFirst(state, first, options));
              },
            }
          : {}),
      });
      if (!counts()) return;
      onAnswer(response, options);
    } catch (cause) {
      if (!counts()) return;
      const { state } = this;
      if (cause instanceof LoadRefused && state.state === 'loading') {
        const { subject, refinement } = state;
        this.#show({ state: 'ask', subject, refinement, bytes: sizeOf(cause.cost) });
        return;
      }
      const error = cause instanceof Error ? cause : new Error(messageOf(cause));
      onFailure(error);
      this.#host.onError(error);
      return;
    }
    this.#host.onResponse(response, from);
  }

  #drop(): void {
    this.#asking?.abort();
    this.#asking = null;
  }

  /** Replaces the results with another response for the same subject. */
  #replace(before: AnsweredState, response: SearchResponse, options: SearchOptions): void {
    this.#show(answered(before.subject, keepNotices(before.response, response), options));
  }

  #fail(error: Error, subject: Subject): void {
    const kind = failureOf(error, subject);
    const retry = canRetry(kind, error);
    this.#show({
      state: 'error',
      subject,
      error,
      retry,
      kind,
      refinement: refinementIn(this.#state),
    });
    if (kind === 'offline') this.#retryOnline();
  }

  /** Retries once the browser is online again. */
  #retryOnline(): void {
    const state = this.#state;
    const again = () => {
      if (this.#state === state && this.#host.isConnected()) void this.retry();
    };
    addEventListener('online', again, { once: true });
  }

  /** The only place that sets the state. The object URLs of replaced photos are revoked. */
  #show(state: State): void {
    const before = objectUrlsOf(this.#state);
    this.#state = state;
    this.#host.onState(state);
    const now = objectUrlsOf(state);
    for (const url of before) if (!now.includes(url)) URL.revokeObjectURL(url);
  }
}

function answerIn(state: State): AnsweredState | null {
  return state.state === 'results' || state.state === 'nothing' ? state : null;
}
