/** What the element says beside the photo, state by state. */
import type { Notice } from '../core/contract.ts';
import { create, createButton } from './dom.ts';
import {
  canLoosen,
  currentStep,
  type ErrorState,
  type LoadingState,
  type NothingState,
  type ResultsState,
  type State,
} from './state.ts';
import { words } from './words.ts';

export interface Told {
  readonly nodes: readonly Node[];
  /** The state's own way on, before the buttons for another photo. */
  readonly action: HTMLButtonElement | null;
}

export interface TellHandlers {
  readonly onNearest: () => void;
  readonly onRetry: () => void;
}

export function tell(state: Exclude<State, LoadingState>, handlers: TellHandlers): Told {
  switch (state.state) {
    case 'empty':
      return { nodes: [tellEmpty()], action: null };
    case 'results':
      return { nodes: tellResults(state), action: nearestButton(state, handlers) };
    case 'nothing':
      return tellNothing(state, handlers);
    case 'error':
      return tellError(state, handlers);
  }
}

/** The status line for those who listen. */
export function announce(state: State): string {
  switch (state.state) {
    case 'empty':
      return '';
    case 'loading': {
      const step = currentStep(state.progress);
      if (step === null) return words.starting;
      if (typeof step === 'string') return words.steps[step];
      return words.underWay(words.downloads[step.step]);
    }
    case 'results':
      return state.more === 'failed' ? words.moreFailed : headline(state);
    case 'nothing':
      return words.nothing;
    case 'error':
      return errorWords(state).join(' ');
  }
}

function tellEmpty(): HTMLSlotElement {
  return create(
    'slot',
    null,
    { name: 'prompt' },
    create('p', 'prompt', { className: 'by-mouse' }, words.drop),
    create('p', 'prompt', { className: 'by-hand' }, words.give),
  );
}

function headline({ response, similar }: ResultsState): string {
  return similar !== null
    ? words.nearest
    : words.similar(response.total, response.totalRelation === 'gte');
}

function tellResults(state: ResultsState): Node[] {
  return [
    heading(headline(state)),
    ...(state.similar !== null ? [create('p', 'text', {}, words.nearestWhy(state.similar))] : []),
    ...notices(state.response.notices),
  ];
}

function tellNothing(state: NothingState, handlers: TellHandlers): Told {
  return {
    nodes: [
      heading(words.nothing),
      create('p', 'text', {}, words.nothingWhy),
      ...notices(state.response.notices),
    ],
    action: nearestButton(state, handlers),
  };
}

function nearestButton(
  state: NothingState | ResultsState,
  { onNearest }: TellHandlers,
): HTMLButtonElement | null {
  if (!canLoosen(state)) return null;
  // The way on where there is nothing; beside results only an offer.
  const parts = state.state === 'nothing' ? 'button primary' : 'button nearest';
  return createButton(parts, words.showNearest, onNearest);
}

function tellError(state: ErrorState, { onRetry }: TellHandlers): Told {
  const [first, ...rest] = errorWords(state);
  return {
    nodes: [
      create('p', 'problem', { tabIndex: -1 }, first ?? ''),
      ...rest.map((text) => create('p', 'detail', {}, text)),
    ],
    action: state.retry ? createButton('button primary', words.tryAgain, onRetry) : null,
  };
}

/** The message of a `PhotoError` speaks to the visitor; the others need a plain sentence before them. */
function errorWords({ error }: ErrorState): string[] {
  return error.name === 'PhotoError' ? [error.message] : [words.problem(error.name), error.message];
}

function heading(text: string): HTMLElement {
  return create('h2', 'heading', { tabIndex: -1 }, text);
}

function notices(list: readonly Notice[]): HTMLElement[] {
  return list.map(({ message }) => create('p', 'notice', {}, message));
}

/** Words and bar of a search under way; updated in place, many times a second. */
export class ProgressLine {
  readonly nodes: readonly Node[];
  readonly #words = create('p', 'step');
  readonly #bar = create('progress', 'progress', { max: 1, ariaHidden: 'true' });

  constructor() {
    this.nodes = [this.#words, this.#bar];
  }

  update({ progress }: LoadingState): void {
    const step = currentStep(progress);
    const download = step !== null && typeof step === 'object' ? step : null;
    this.#bar.classList.toggle('idle', download === null || download.cached);
    this.#bar.value = download && download.total > 0 ? download.loaded / download.total : 0;
    if (step === null) this.#words.textContent = words.starting;
    else if (typeof step === 'string') this.#words.textContent = words.steps[step];
    else {
      const what = words.downloads[step.step];
      this.#words.textContent = step.cached
        ? words.fromDevice(what)
        : words.bytes(what, step.loaded, step.total);
    }
  }
}
