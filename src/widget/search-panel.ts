/** Everything inside of the element: the field, the results, and the search behind them. */
import type { Search } from '../client/api.ts';
import type { SearchResponse } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import { emit } from './emit.ts';
import { filterUse, isNoMatch, startOf } from './events.ts';
import { SearchFlow } from './flow.ts';
import { ReturnVisit } from './history/return-visit.ts';
import { HostStates } from './host-states.ts';
import type { Arrival } from './inputs/arrival.ts';
import type { Dragging } from './inputs/drop-target.ts';
import { OfflineKeeper } from './offline-keeper.ts';
import type { Panel, PanelHost } from './panel.ts';
import { queryActions } from './query-actions.ts';
import { PastSearches } from './recent/past-searches.ts';
import { loadRemoteWords, remoteWords, retryRemoteWords } from './remote/load-remote-words.ts';
import { Frame } from './render-frame.ts';
import { HitRenderers } from './results/hit-renderers.ts';
import { loadTree, needsTree } from './results/load-tree.ts';
import { itemSubject } from './results/picture.ts';
import { Settings } from './settings.ts';
import { loadSheets } from './sheets/load-sheets.ts';
import { photoSubject, subjectOf } from './state.ts';
import { withPhotos } from './subject.ts';
import { hasWords, loadWords, wordsFor } from './words/languages.ts';
import { languageOf, watchLanguage } from './words/page-language.ts';
import type { Words } from './words/words.ts';

export { createSearch } from '../client/create-search.ts';

export class SearchPanel implements Panel {
  readonly #host: PanelHost;
  readonly #element: HTMLElement;
  readonly #settings: Settings;
  readonly #states: HostStates;
  readonly #past: PastSearches;
  readonly #flow: SearchFlow;
  readonly #history: ReturnVisit;
  readonly #offline: OfflineKeeper;
  #place: ShadowRoot | HTMLElement | null = null;
  #frame: Frame | null = null;
  #stopWatching = (): void => undefined;
  #own: Search | null = null;
  #response: SearchResponse | null = null;
  /** Whether loading for a first photo has started. */
  #hinted = false;

  constructor(host: PanelHost) {
    this.#host = host;
    const { element } = host;
    this.#element = element;
    this.#settings = new Settings(element);
    this.#states = new HostStates(element);
    this.#past = new PastSearches({
      // Those of several bundles stay in memory: another element may have the first bundle alone.
      bundle: () => (this.#element.getAttribute('bundle') ? this.#settings.base() : null),
      enabled: () => element.getAttribute('recent') !== 'off',
      maxPixels: () => this.#settings.number('max-pixels'),
    });
    this.#flow = new SearchFlow({
      search: () => this.#engine(),
      options: () => this.#settings.options(),
      itemSubject: (item) => itemSubject(item, this.#settings.base()),
      isConnected: () => element.isConnected,
      onState: (state) => {
        if (!element.isConnected) return;
        this.#states.show(state);
        this.#frame?.show(state, this.#settings.base());
        this.#history.update(state);
      },
      onStart: (subject) => emit(element, 'soutu-search', startOf(subject)),
      onSearching: () => this.#frame?.showAsleep(false),
      onResponse: (response, from) => {
        this.#response = response;
        this.#past.keep(subjectOf(this.#flow.state), response, this.#history.markOf);
        emit(element, 'soutu-results', response);
        if (isNoMatch(response, from)) emit(element, 'soutu-no-match', response);
        this.#offline.keep(response);
      },
      onError: (error) => emit(element, 'soutu-error', error),
    });
    this.#history = new ReturnVisit(
      {
        root: host.root,
        find: (marks) => this.#past.find(marks),
        onRestore: (subject, markOf) => this.#past.adopt(subject, markOf),
      },
      this.#flow,
    );
    this.#offline = new OfflineKeeper(element, this.#settings, {
      search: () => this.#engine(),
      scripts: (response) =>
        Promise.allSettled([this.#past.loading, loadSheets(), needsTree(response) && loadTree()]),
    });
  }

  get search(): Search | null {
    return this.#host.given ?? this.#own;
  }

  get response(): SearchResponse | null {
    return this.#response;
  }

  /** The service that searches; null if this device does. */
  get #service(): string | null {
    const { given } = this.#host;
    return given ? (given.remote ?? null) : this.#settings.remote();
  }

  connect(place: ShadowRoot | HTMLElement): void {
    this.#place = place;
    this.render();
    this.#stopWatching = watchLanguage(() => this.render());
    place.addEventListener('focusin', this.#onFocus);
    const { id } = this.#element;
    this.#history.connect(this.#element.hasAttribute('no-routing') ? null : id || 'soutu');
  }

  disconnect(): void {
    this.#stopWatching();
    this.#place?.removeEventListener('focusin', this.#onFocus);
    this.#place = null;
    this.#frame?.close();
    this.#history.disconnect();
    // An element that is only being moved is connected again by then.
    queueMicrotask(() => {
      if (!this.#element.isConnected) this.#rest();
    });
  }

  async searchPhoto(photo: Blob): Promise<void> {
    await this.#flow.find(photoSubject(photo));
  }

  arrive(arrival: Arrival): void {
    if (arrival.kind === 'photo') {
      return void this.#flow.find(withPhotos(photoSubject(arrival.photo), arrival.more ?? []));
    }
    if (arrival.kind === 'address') return void this.#flow.fetch(arrival.address);
    const words = this.#words();
    this.#flow.refuse(new SoutuError('PhotoError', words.notAPhoto(arrival.name)));
  }

  showDragging(over: Dragging): void {
    this.#frame?.showDragging(over);
    if (over) this.#prepare();
  }

  restart(): void {
    this.#hinted = false;
    this.#letGo();
    this.#response = null;
    this.#past.reload();
    this.#flow.reset();
  }

  reset(): void {
    this.#flow.reset();
  }

  /** In the page's language; until the language has loaded, the previous frame stays. */
  render(): void {
    if (!this.#place) return;
    const language = languageOf(this.#element);
    const service = this.#service;
    const isReady = hasWords(language) && (!service || remoteWords(language, service) !== null);
    if (!isReady) {
      void Promise.all([loadWords(language), service && loadRemoteWords()]).then(() => {
        if (this.#element.isConnected && languageOf(this.#element) === language) this.render();
      });
      if (this.#frame) return;
    }
    this.#frame?.close();
    this.#frame = this.#createFrame(this.#place, this.#words());
    if (!isReady) this.#frame.hide();
    this.#flow.wake();
  }

  #words(): Words {
    const { messages, labels } = this.#host;
    const language = languageOf(this.#element);
    const service = this.#service;
    const remote = service && remoteWords(language, service);
    return wordsFor(language, { ...remote, ...messages }, labels);
  }

  #createFrame(place: ShadowRoot | HTMLElement, words: Words): Frame {
    const element = this.#element;
    const renderers = new HitRenderers(element, words, this.#host.renderHit);
    return new Frame(this.#host.root, place, words, renderers, {
      onArrive: (arrival) => this.arrive(arrival),
      onIntent: () => this.#prepare(),
      ...queryActions(this.#flow, (item) => itemSubject(item, this.#settings.base())),
      onRefine: (refinement) => {
        emit(element, 'soutu-filter', filterUse(refinement));
        void this.#flow.refine(refinement);
      },
      onHit: (click) => emit(element, 'soutu-hit', click),
      onAbout: () => this.#engine().info(),
      onForget: async () => {
        this.#flow.revokeConsent();
        await this.#engine().forget();
        await this.#past.clear();
      },
      past: this.#past,
    });
  }

  #engine(): Search {
    // What is sent must be said with the next search, if not with this one.
    if (this.#service) void retryRemoteWords().then((isNew) => isNew && this.render());
    const { given } = this.#host;
    if (given) return given;
    if (!this.#own) {
      this.#own = this.#host.createSearch(this.#settings.searchOfItsOwn());
      this.#own.watchWorker((worker) => this.#frame?.showAsleep(worker === 'asleep'));
    }
    return this.#own;
  }

  /** Starts preloading on focus, because a search is likely to follow. */
  readonly #onFocus = (): void => {
    if (!this.#hinted && this.#flow.state.state === 'empty') this.#prepare();
  };

  #prepare(): void {
    this.#hinted = true;
    void this.#flow.prepare();
  }

  #rest(): void {
    this.#flow.rest();
    this.#letGo();
  }

  #letGo(): void {
    this.#own?.dispose();
    this.#own = null;
  }
}
