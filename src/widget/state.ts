/** The states of the element, as a discriminated union. */
import type { SearchQuery } from '../client/api.ts';
import type { Hit, Notice, Progress, SearchOptions, SearchResponse } from '../core/contract.ts';
import { PLAIN, type Refinement, refinementOf } from './results/refinement.ts';
import { answeredQuery, mapPhotos, photosOf, queryOf, type Subject } from './subject.ts';

export { photoSubject, queryOf, type Subject } from './subject.ts';

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
  /** The previous results, which stay in place so that the page does not jump. */
  readonly before: ResultsState | null;
  /** The hits of the shards read so far, until the answer replaces them. */
  readonly first?: ResultsState;
}

/** The visitor must agree to a large download. */
export interface AskState {
  readonly state: 'ask';
  readonly subject: Subject;
  readonly refinement: Refinement;
  /** Size of the one-time download, in bytes. */
  readonly bytes: number;
}

export interface ResultsState {
  readonly state: 'results';
  readonly subject: Subject;
  /** The response for the first page, and the query. */
  readonly response: SearchResponse;
  readonly options: SearchOptions;
  /** The response for the last page; an approximate index updates its total with every page. */
  readonly latest: SearchResponse;
  /** The hits of all pages so far. */
  readonly hits: readonly Hit[];
  readonly more: MoreState;
  /** The visitor's new filters or order, until the response arrives. */
  readonly refining: Refinement | null;
}

/** `none`: all hits are visible. */
export type MoreState = 'none' | 'offered' | 'loading' | 'failed';

/** Without hits: no item meets the filters, or the page's own `min-score`. */
export interface NothingState {
  readonly state: 'nothing';
  readonly subject: Subject;
  readonly response: SearchResponse;
  readonly options: SearchOptions;
  readonly refining: Refinement | null;
}

/** States with a response, which can be filtered and sorted. */
export type AnsweredState = ResultsState | NothingState;

/** `refused`: the input is not a photo; `gone`: the item in the URL does not exist. */
export type Failure = 'failed' | 'refused' | 'offline' | 'gone';

export interface ErrorState {
  readonly state: 'error';
  readonly subject: Subject | null;
  readonly refinement: Refinement;
  readonly error: Error;
  /** Whether retrying with the same photo may succeed. */
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

/** The catalogue and the model may download concurrently, so each has its own progress. */
export interface LoadingProgress {
  readonly step: Step | null;
  readonly index: Download | null;
  readonly model: Download | null;
}

export const NO_PROGRESS: LoadingProgress = { step: null, index: null, model: null };

export function advance(before: LoadingProgress, progress: Progress): LoadingProgress {
  if ('loaded' in progress) return { ...before, [progress.step]: progress };
  // These steps follow all downloads, so every download is complete even if its last message was lost.
  const done = progress.step === 'embed' || progress.step === 'search';
  return { ...(done ? NO_PROGRESS : before), step: progress.step };
}

/** The step to display: the first running download, otherwise the latest step. */
export function currentStep(progress: LoadingProgress): Download | Step | null {
  for (const download of [progress.index, progress.model]) {
    if (download && download.loaded < download.total) return download;
  }
  return progress.step ?? progress.model ?? progress.index;
}

/** Appends a page. An approximate index may repeat hits of an earlier page, which are dropped. */
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

/** Whether there are more hits. The total of an approximate index is only a lower bound. */
function goesOn({ total, totalRelation }: SearchResponse, visible: number): boolean {
  return visible < total || totalRelation === 'gte';
}

/** The state after a response. */
export function answered(
  subject: Subject,
  response: SearchResponse,
  options: SearchOptions,
): AnsweredState {
  const { hits } = response;
  const common = { subject, response, options, refining: null };
  if (hits.length === 0) return { ...common, state: 'nothing' };
  const more = goesOn(response, hits.length) ? 'offered' : 'none';
  return { ...common, state: 'results', latest: response, hits, more };
}

/** The search goes on; these hits are visible meanwhile. */
export function withFirst(
  state: LoadingState,
  response: SearchResponse,
  options: SearchOptions,
): LoadingState {
  const first = answered(state.subject, response, options);
  return first.state === 'results' ? { ...state, first: { ...first, more: 'none' } } : state;
}

/** How the thresholds of the catalogue divide the visible hits. */
export interface Bands {
  /** The band of the best hit: a match, more like it, or `far` from everything in the catalogue. */
  readonly best: 'match' | 'related' | 'far';
  /** The number of visible matches, which come first. Null in another order, where the bands are mixed. */
  readonly matches: number | null;
}

export function bandsOf({ hits, response, options }: ResultsState): Bands {
  const { thresholds, bestScore, parts } = response;
  // The thresholds are calibrated for single photos. A sum of several, some of them disliked, has lower scores.
  if (parts) return { best: 'related', matches: null };
  const score = bestScore ?? -1;
  const best =
    score >= thresholds.match ? 'match' : score >= thresholds.related ? 'related' : 'far';
  const matches = options.sort ? null : hits.filter((hit) => hit.score >= thresholds.match).length;
  return { best, matches };
}

/** Copies notices about the photo to later responses, which are computed from its vector only. */
export function keepNotices(before: SearchResponse, now: SearchResponse): SearchResponse {
  const said = new Set(now.notices.map(({ code }) => code));
  const earlier = before.notices.filter((notice: Notice) => !said.has(notice.code));
  return { ...now, notices: [...earlier, ...now.notices] };
}

/** About one row of the grid: too few hits to need filters or sorting. */
export const FEW = 4;

/** The query of an answer, for another page or other options: by vector, so that nothing is embedded again. */
export function askedAgain({ subject, response }: AnsweredState): SearchQuery {
  if (response.vector) return { vector: response.vector, soft: response.soft };
  if (response.parts) return answeredQuery(response.parts);
  return queryOf(subject);
}

/** The visitor's filters and order, including those whose response is pending. */
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

/** Whether results are on their way, and no earlier ones are visible meanwhile. */
export function isSearching(state: State): boolean {
  return state.state === 'fetching' || (state.state === 'loading' && state.before === null);
}

/** The object URLs of a state, to revoke when the state is replaced. */
export function objectUrlsOf(state: State): string[] {
  const subject = subjectOf(state);
  return subject ? photosOf(subject).map(({ url }) => url) : [];
}

/** The state of a disconnected element: nothing is running, and the photo's object URL is revoked. */
export function rested(state: State): State {
  if (!('subject' in state) || state.state === 'loading' || !state.subject) {
    return { state: 'empty' };
  }
  const { subject } = state;
  const asleep = {
    ...state,
    subject: mapPhotos(subject, (photo) => ({ ...photo, url: '' })),
  };
  if (asleep.state === 'nothing') return { ...asleep, refining: null };
  if (asleep.state !== 'results') return asleep;
  return {
    ...asleep,
    refining: null,
    more: asleep.more === 'loading' ? 'offered' : asleep.more,
  };
}

/** The state of a reconnected element, with new object URLs. */
export function awake(state: State): State {
  const subject = subjectOf(state);
  if (!('subject' in state) || !subject || !objectUrlsOf(state).includes('')) return state;
  const withUrl = mapPhotos(subject, (photo) => ({
    ...photo,
    url: photo.url || URL.createObjectURL(photo.blob),
  }));
  return { ...state, subject: withUrl };
}
