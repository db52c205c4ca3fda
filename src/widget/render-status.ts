/** The text next to the photo, for each state. */
import type { Notice } from '../core/contract.ts';
import { hasChosenRegion, type PhotoView, withChosenRegion } from '../core/image/view.ts';
import { create, createButton } from './dom.ts';
import { addressProblem } from './inputs/address-field.ts';
import { isFiltered, refinementOf } from './results/refinement.ts';
import {
  type AskState,
  bandsOf,
  currentStep,
  type ErrorState,
  type FetchingState,
  type LoadingState,
  type NothingState,
  type ResultsState,
  type State,
} from './state.ts';
import type { Words } from './words/words.ts';

export interface Status {
  readonly nodes: readonly Node[];
  /** The state's own buttons, placed before the buttons for another photo. */
  readonly actions: readonly HTMLButtonElement[];
}

export interface StatusHandlers {
  readonly onAgree: () => void;
  readonly onDecline: () => void;
  readonly onRetry: () => void;
  /** The visitor wants the borders of the photo back. */
  readonly onView: (view: PhotoView) => void;
}

export function renderStatus(
  state: Exclude<State, LoadingState>,
  words: Words,
  handlers: StatusHandlers,
): Status {
  switch (state.state) {
    case 'empty':
      return { nodes: [renderEmpty(words)], actions: [] };
    case 'fetching':
      return { nodes: [create('p', 'step', {}, fetchWords(state, words))], actions: [] };
    case 'ask':
      return renderAsk(state, words, handlers);
    case 'results':
      return { nodes: renderResults(state, words, handlers), actions: [] };
    case 'nothing':
      return renderNothing(state, words, handlers);
    case 'error':
      return renderError(state, words, handlers);
  }
}

/** The status message for screen readers. */
export function announce(state: State, words: Words): string {
  switch (state.state) {
    case 'empty':
      return '';
    case 'fetching':
      return fetchWords(state, words);
    case 'loading': {
      const step = stepOf(state);
      if (step === null) return words.text('readingPhoto');
      if (typeof step === 'string') return words.step(step);
      return words.underWay(step);
    }
    case 'ask':
      return askWords(state, words);
    case 'results':
      return announceResults(state, words);
    case 'nothing':
      return nothingWords(state, words).join(' ');
    case 'error':
      return errorWords(state, words).join(' ');
  }
}

function announceResults(state: ResultsState, words: Words): string {
  const { more, hits, latest, response } = state;
  if (more === 'failed') return words.text('moreFailed');
  const count = words.visibleCount(
    hits.length,
    latest.totalRelation === 'eq' ? latest.total : null,
  );
  // After another page of hits, screen readers announce the new number.
  if (latest !== response) return count;
  const first = headline(state, words);
  // Filters often change the number only.
  return isAnswerFiltered(state) && bandsOf(state).best !== 'far' ? `${first}: ${count}` : first;
}

function renderEmpty(words: Words): HTMLSlotElement {
  return create(
    'slot',
    null,
    { name: 'empty' },
    create(
      'slot',
      null,
      { name: 'prompt' },
      create('p', 'prompt', { className: 'by-mouse' }, words.text('drop')),
      create('p', 'prompt', { className: 'by-hand' }, words.text('give')),
    ),
  );
}

function fetchWords({ host }: FetchingState, words: Words): string {
  return words.text('addressFetching', { host });
}

function askWords({ bytes }: AskState, words: Words): string {
  return words.text('askLoad', { total: words.megabytes(bytes) });
}

function renderAsk(state: AskState, words: Words, { onAgree, onDecline }: StatusHandlers): Status {
  return {
    nodes: [create('p', 'problem', { tabIndex: -1 }, askWords(state, words))],
    actions: [
      createButton('button primary', words.text('load'), onAgree),
      createButton('button decline', words.text('notNow'), onDecline),
    ],
  };
}

/** Not by filters whose answer is pending. */
function isAnswerFiltered({ options }: ResultsState | NothingState): boolean {
  return isFiltered(refinementOf(options));
}

function headline(state: ResultsState, words: Words): string {
  const { matches, matchesRelation } = state.response;
  switch (bandsOf(state).best) {
    case 'match':
      return words.count(matchesRelation === 'gte' ? 'matchesAtLeast' : 'matches', matches);
    case 'related':
      return words.text('related');
    case 'far':
      if (isAnswerFiltered(state)) return words.text('nothingFiltered');
      // The name of the search that finds copies only.
      return words.text(state.response.model === 'phash' ? 'noCopy' : 'far');
  }
}

function renderResults(state: ResultsState, words: Words, handlers: StatusHandlers): Node[] {
  const { subject } = state;
  const needsAdvice =
    subject.kind === 'photo' && bandsOf(state).best === 'far' && !isAnswerFiltered(state);
  return [
    heading(headline(state, words)),
    ...(subject.kind === 'item' ? [create('p', 'text', { dir: 'auto' }, subject.title)] : []),
    ...(needsAdvice ? [create('p', 'text', {}, words.text(advice(state)))] : []),
    ...viewLine(state, words, handlers),
    ...notices(state.response.notices, words),
  ];
}

/** A better photo finds no more where only copies are found. */
function advice({ response }: ResultsState): 'aboutCopies' | 'photoAdvice' {
  return response.model === 'phash' ? 'aboutCopies' : 'photoAdvice';
}

function nothingWords(state: NothingState, words: Words): string[] {
  // The filter bar below has the button to clear the filters.
  if (isAnswerFiltered(state)) return [words.text('nothingFiltered')];
  return [words.text('nothing'), words.text('photoAdvice')];
}

function renderNothing(state: NothingState, words: Words, handlers: StatusHandlers): Status {
  const [first = '', ...rest] = nothingWords(state, words);
  return {
    nodes: [
      heading(first),
      ...rest.map((text) => create('p', 'text', {}, text)),
      ...viewLine(state, words, handlers),
      ...notices(state.response.notices, words),
    ],
    actions: [],
  };
}

/** Says that borders were cut away, or that a part was searched, and searches the whole photo on request. */
function viewLine(
  { subject }: ResultsState | NothingState,
  words: Words,
  { onView }: StatusHandlers,
): HTMLElement[] {
  if (subject.kind !== 'photo' || subject.view.region === null) return [];
  const { view } = subject;
  const isPart = hasChosenRegion(view);
  const undo = createButton('trim-undo', words.text(isPart ? 'cropAll' : 'trimUndo'), () =>
    onView(withChosenRegion(view, null)),
  );
  const line = words.text(isPart ? 'partSearched' : 'trimmed');
  return [create('p', `notice ${isPart ? 'partial' : 'trimmed'}`, {}, line, ' ', undo)];
}

function renderError(state: ErrorState, words: Words, { onRetry }: StatusHandlers): Status {
  const [first, ...rest] = errorWords(state, words);
  return {
    nodes: [
      create('p', 'problem', { tabIndex: -1 }, first ?? ''),
      ...rest.map((text) => create('p', 'detail', { lang: 'en', dir: 'ltr' }, text)),
    ],
    actions: state.retry ? [createButton('button primary', words.text('tryAgain'), onRetry)] : [],
  };
}

/** A sentence in the visitor's language, followed by the technical message. */
function errorWords({ error, kind }: ErrorState, words: Words): string[] {
  const ofAddress = addressProblem(error, words);
  if (ofAddress) return [ofAddress];
  switch (kind) {
    case 'refused':
      return [error.message];
    case 'gone':
      return [words.text('itemGone')];
    case 'offline':
      return [words.text('offlineProblem')];
    case 'failed':
      return [words.problem(error.name), error.message];
  }
}

/** An item has no photo to read. */
function stepOf({ progress, subject }: LoadingState): ReturnType<typeof currentStep> {
  return currentStep(progress) ?? (subject.kind === 'item' ? 'search' : null);
}

function heading(text: string): HTMLElement {
  return create('h2', 'heading', { tabIndex: -1 }, text);
}

function notices(list: readonly Notice[], words: Words): HTMLElement[] {
  return list.map((notice) => create('p', 'notice', {}, words.notice(notice)));
}

/** Text and progress bar of a running search; updated in place many times per second. */
export class ProgressLine {
  readonly nodes: readonly Node[];
  readonly #said = create('p', 'step');
  readonly #bar = create('progress', 'progress', { max: 1, ariaHidden: 'true' });

  readonly #words: Words;

  constructor(words: Words) {
    this.#words = words;
    this.nodes = [this.#said, this.#bar];
  }

  update(state: LoadingState): void {
    const step = stepOf(state);
    const download = step !== null && typeof step === 'object' ? step : null;
    this.#bar.classList.toggle('idle', download === null || download.cached);
    this.#bar.value = download && download.total > 0 ? download.loaded / download.total : 0;
    if (step === null) this.#said.textContent = this.#words.text('readingPhoto');
    else if (typeof step === 'string') this.#said.textContent = this.#words.step(step);
    else this.#said.textContent = this.#words.download(step);
  }
}
