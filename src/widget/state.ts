/** What the element shows: one of these, and nothing in between. */
import type { SearchQuery } from '../client/api.ts';
import type { Hit, Notice, Progress, SearchOptions, SearchResponse } from '../core/contract.ts';
import { isWhole, type PhotoView, WHOLE_PHOTO } from '../core/image/view.ts';
import { PLAIN, type Refinement, refinementOf } from './results/refinement.ts';

/** What the search looks for: the visitor's photo, or a picture of the catalogue ("more like this"). */
export type Subject =
  | {
      readonly kind: 'photo';
      readonly blob: Blob;
      /** The object URL for display. */
      readonly url: string;
      /** How it was turned, and which part of it is searched. */
      readonly view: PhotoView;
    }
  | {
      readonly kind: 'item';
      readonly id: string;
      readonly title: string;
      /** Absolute; null where the item has no picture. */
      readonly url: string | null;
    };

/** With an object URL of its own, to be given back by who shows it. */
export function photoSubject(blob: Blob, view: PhotoView = WHOLE_PHOTO): Subject {
  return { kind: 'photo', blob, url: URL.createObjectURL(blob), view };
}

export function queryOf(subject: Subject): SearchQuery {
  if (subject.kind === 'item') return { id: subject.id };
  const { blob, view } = subject;
  return isWhole(view) ? blob : { photo: blob, view };
}

export interface EmptyState {
  readonly state: 'empty';
}

/** A picture is being downloaded from a URL that the visitor entered. */
export interface FetchingState {
  readonly state: 'fetching';
  readonly host: string;
}

export interface LoadingState {
  readonly state: 'loading';
  readonly subject: Subject;
  readonly refinement: Refinement;
  readonly progress: LoadingProgress;
  /** What was found before stays in its place meanwhile, so that the page does not jump. */
  readonly before: ResultsState | null;
}

/** A large load is the visitor's to decide. */
export interface AskState {
  readonly state: 'ask';
  readonly subject: Subject;
  readonly refinement: Refinement;
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
  /** The cut-off that was lifted to show the nearest; null where one is in force. */
  readonly lifted: number | null;
  readonly more: MoreState;
  /** What the visitor has just chosen, until its answer is there. */
  readonly refining: Refinement | null;
}

/** `none`: all hits are shown. */
export type MoreState = 'none' | 'offered' | 'loading' | 'failed';

export interface NothingState {
  readonly state: 'nothing';
  readonly subject: Subject;
  readonly response: SearchResponse;
  readonly options: SearchOptions;
  readonly lifted: number | null;
  readonly refining: Refinement | null;
}

/** There is an answer, which can be refined. */
export type AnsweredState = ResultsState | NothingState;

/** `refused`: what was given is no photo; `gone`: the item that an address names is not there. */
export type Failure = 'failed' | 'refused' | 'offline' | 'gone';

export interface ErrorState {
  readonly state: 'error';
  readonly subject: Subject | null;
  readonly refinement: Refinement;
  readonly error: Error;
  /** Whether the same photo may fare better a second time. */
  readonly retry: boolean;
  readonly kind: Failure;
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
function goesOn({ total, totalRelation }: SearchResponse, visible: number): boolean {
  return visible < total || totalRelation === 'gte';
}

/** The state that an answer leads to. */
export function answered(
  subject: Subject,
  response: SearchResponse,
  options: SearchOptions,
  lifted: number | null = null,
): AnsweredState {
  const { hits } = response;
  const common = { subject, response, options, lifted, refining: null };
  if (hits.length === 0) return { ...common, state: 'nothing' };
  const more = goesOn(response, hits.length) ? 'offered' : 'none';
  return { ...common, state: 'results', latest: response, hits, more };
}

/** Of the nearest, how many are similar; null where all are, or where another order hides it. */
export function similarIn({ hits, lifted, options }: ResultsState): number | null {
  if (lifted === null || options.sort) return null;
  return hits.filter(({ score }) => score >= lifted).length;
}

/** Notices about the photo hold for later answers too, which only see its vector. */
export function keepNotices(before: SearchResponse, now: SearchResponse): SearchResponse {
  const said = new Set(now.notices.map(({ code }) => code));
  const earlier = before.notices.filter((notice: Notice) => !said.has(notice.code));
  return { ...now, notices: [...earlier, ...now.notices] };
}

/** Whether what lies below the cut-off is worth offering: little or nothing lies above it. */
export function canLoosen(state: AnsweredState): boolean {
  const { response } = state;
  const few = state.state === 'nothing' || (state.lifted === null && response.total < FEW);
  return few && response.minScore > -1;
}

/** About a row of the grid: nobody needs help to look through it. */
export const FEW = 4;

/** The same question once more, for another page or cut-off: nothing is embedded again. */
export function askedAgain({ subject, response }: AnsweredState): SearchQuery {
  if (response.vector) return { vector: response.vector };
  return queryOf(subject);
}

/** What the visitor has chosen, answered already or not. */
export function refinementIn(state: State): Refinement {
  switch (state.state) {
    case 'empty':
    case 'fetching':
      return PLAIN;
    case 'results':
    case 'nothing':
      return state.refining ?? refinementOf(state.options, pagesIn(state));
    default:
      return state.refinement;
  }
}

function pagesIn(state: AnsweredState): number {
  if (state.state === 'nothing') return 1;
  return Math.max(1, Math.ceil(state.hits.length / (state.options.size ?? state.hits.length)));
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
  if (asleep.state === 'nothing') return { ...asleep, refining: null };
  if (asleep.state !== 'results') return asleep;
  return {
    ...asleep,
    refining: null,
    more: asleep.more === 'loading' ? 'offered' : asleep.more,
  };
}

/** The same state, seen again. */
export function awake(state: State): State {
  const subject = subjectOf(state);
  if (!('subject' in state) || subject?.kind !== 'photo' || subject.url !== '') return state;
  return { ...state, subject: { ...subject, url: URL.createObjectURL(subject.blob) } };
}
