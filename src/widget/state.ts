/** What the element shows: one of these, and nothing in between. */
import type { SearchQuery } from '../client/api.ts';
import type { Hit, Progress, SearchOptions, SearchResponse } from '../core/contract.ts';

/** What the search looks for: the visitor's photo, or a picture of the catalogue ("more like this"). */
export type Subject =
  | {
      readonly kind: 'photo';
      readonly blob: Blob;
      /** The object URL under which it is shown. */
      readonly url: string;
    }
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly title: string;
      /** Absolute; null where the item has no picture. */
      readonly url: string | null;
    };

export interface EmptyState {
  readonly state: 'empty';
}

/** A picture is on its way from an address that the visitor gave. */
export interface FetchingState {
  readonly state: 'fetching';
  readonly host: string;
}

export interface LoadingState {
  readonly state: 'loading';
  readonly subject: Subject;
  readonly progress: LoadingProgress;
}

/** A large load is the visitor's to decide. */
export interface AskState {
  readonly state: 'ask';
  readonly subject: Subject;
  /** What would be fetched, once. */
  readonly bytes: number;
}

export interface ResultsState {
  readonly state: 'results';
  readonly subject: Subject;
  /** The first page's answer, and what was asked. */
  readonly response: SearchResponse;
  readonly options: SearchOptions;
  /** The last page's answer: an approximate index counts further with every page. */
  readonly latest: SearchResponse;
  /** The hits of all pages so far. */
  readonly hits: readonly Hit[];
  /** Where the cut-off was lifted to show the nearest: how many of them are similar; else null. */
  readonly similar: number | null;
  readonly more: MoreState;
}

/** `none`: all hits are shown. */
export type MoreState = 'none' | 'offered' | 'loading' | 'failed';

export interface NothingState {
  readonly state: 'nothing';
  readonly subject: Subject;
  readonly response: SearchResponse;
  readonly options: SearchOptions;
}

export interface ErrorState {
  readonly state: 'error';
  readonly subject: Subject | null;
  readonly error: Error;
  /** Whether the same photo may fare better a second time. */
  readonly retry: boolean;
}

export type State =
  | EmptyState
  | FetchingState
  | AskState
  | LoadingState
  | ResultsState
  | NothingState
  | ErrorState;

export type Download = Extract<Progress, { loaded: number }>;
export type Step = Exclude<Progress, Download>['step'];

/** Catalogue and model may arrive side by side; each keeps its own count. */
export interface LoadingProgress {
  readonly step: Step | null;
  readonly index: Download | null;
  readonly model: Download | null;
}

export const NO_PROGRESS: LoadingProgress = { step: null, index: null, model: null };

export function advance(before: LoadingProgress, progress: Progress): LoadingProgress {
  if ('loaded' in progress) return { ...before, [progress.step]: progress };
  // Both come after all downloads: whatever a lost last message left open is done.
  const done = progress.step === 'embed' || progress.step === 'search';
  return { ...(done ? NO_PROGRESS : before), step: progress.step };
}

/** The one thing worth telling: the first download under way, else the last step. */
export function currentStep(progress: LoadingProgress): Download | Step | null {
  for (const download of [progress.index, progress.model]) {
    if (download && download.loaded < download.total) return download;
  }
  return progress.step ?? progress.model ?? progress.index;
}

/** Adds a page; an approximate index may name a hit of an earlier page again. */
export function appendPage(state: ResultsState, page: SearchResponse): ResultsState {
  const known = new Set(state.hits.map((hit) => hit.id));
  const fresh = page.hits.filter((hit) => !known.has(hit.id));
  const hits = [...state.hits, ...fresh];
  return {
    ...state,
    hits,
    latest: page,
    more: fresh.length > 0 && goesOn(page, hits.length) ? 'offered' : 'none',
  };
}

/** An approximate index counts only what it has seen: its total is no end. */
function goesOn({ total, totalRelation }: SearchResponse, shown: number): boolean {
  return shown < total || totalRelation === 'gte';
}

/** The state that an answer leads to. */
export function answered(
  subject: Subject,
  response: SearchResponse,
  options: SearchOptions,
  similar: number | null = null,
): ResultsState | NothingState {
  const { hits } = response;
  if (hits.length === 0) return { state: 'nothing', subject, response, options };
  const more = goesOn(response, hits.length) ? 'offered' : 'none';
  return { state: 'results', subject, response, latest: response, options, hits, similar, more };
}

/** Whether what lies below the cut-off is worth offering: little or nothing lies above it. */
export function canLoosen(state: NothingState | ResultsState): boolean {
  const { response } = state;
  const few = state.state === 'nothing' || (state.similar === null && response.total < FEW);
  return few && response.minScore > -1;
}

/** About a row of the grid. */
const FEW = 4;

/** The same question once more, for another page or cut-off: nothing is embedded again. */
export function askedAgain({ subject, response }: NothingState | ResultsState): SearchQuery {
  if (response.vector) return { vector: response.vector };
  return subject.kind === 'item' ? { id: subject.id } : subject.blob;
}

export function subjectOf(state: State): Subject | null {
  return 'subject' in state ? state.subject : null;
}

/** The object URL that a state holds, to be given back after it. */
export function objectUrlOf(state: State): string | null {
  const subject = subjectOf(state);
  return subject?.kind === 'photo' ? subject.url : null;
}

/** A state without anybody to see it: nothing is under way, and the photo's URL is given back. */
export function rested(state: State): State {
  if (!('subject' in state) || state.state === 'loading' || !state.subject) {
    return { state: 'empty' };
  }
  const { subject } = state;
  const asleep = {
    ...state,
    subject: subject.kind === 'photo' ? { ...subject, url: '' } : subject,
  };
  return asleep.state === 'results' && asleep.more === 'loading'
    ? { ...asleep, more: 'offered' }
    : asleep;
}

/** The same state, seen again. */
export function awake(state: State): State {
  const subject = subjectOf(state);
  if (!('subject' in state) || subject?.kind !== 'photo' || subject.url !== '') return state;
  return { ...state, subject: { ...subject, url: URL.createObjectURL(subject.blob) } };
}
