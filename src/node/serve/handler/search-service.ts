import { thresholdsOf } from '../../../core/bundle/info.ts';
import type { Query, SearchOptions, SearchResponse } from '../../../core/contract.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { Space } from '../../../core/vector/space.ts';
import { answer, completeOptions } from '../../../engine/answer.ts';
import { resolveQuery } from '../../../engine/resolve-query.ts';
import type { Retriever } from '../../../engine/retriever.ts';
import { clientLeft } from './body-errors.ts';
import { checkRows } from './check-caps.ts';
import { HttpError } from './http-error.ts';
import type { ServeLimits } from './limits.ts';
import type { Metrics } from './metrics.ts';
import type { OpenRelease, Releases } from './releases.ts';

export interface Answered {
  readonly response: SearchResponse;
  readonly release: string;
  readonly engineMs: number;
}

export interface Asked {
  /** Reads the query for the release that answers, which checks that they belong together. */
  queryFor(release: OpenRelease): Query;
  readonly options: SearchOptions;
  /** The query's vectors are in the space of the index already. */
  readonly centred: boolean;
}

/** Vectors that are centred already are only brought to unit length. */
const PLAIN: Space = { centre: null, colour: null };

export class SearchService {
  readonly #releases: Releases;
  readonly #limits: ServeLimits;
  readonly #metrics: Metrics;

  constructor(releases: Releases, limits: ServeLimits, metrics: Metrics) {
    this.#releases = releases;
    this.#limits = limits;
    this.#metrics = metrics;
  }

  /** @throws as `run` */
  search(asked: Asked, left: AbortSignal): Promise<Answered> {
    const limits = this.#limits;
    return this.run((release, signal) => searchIn(release, asked, limits, signal), left);
  }

  /**
   * Searches in the current release, within the limits of time and number.
   * @param left of the client: it has closed the connection
   * @throws HttpError; errors of the store and of `work`
   */
  async run<T extends { readonly engineMs: number }>(
    work: (release: OpenRelease, signal: AbortSignal) => Promise<T>,
    left: AbortSignal,
  ): Promise<T> {
    const { timeoutMs, inFlight } = this.#limits;
    if (this.#metrics.inFlight >= inFlight) {
      throw new HttpError(
        503,
        'overloaded',
        `The service is answering ${inFlight} searches already. Try again in a second.`,
        { headers: { 'Retry-After': '1' } },
      );
    }
    // `AbortSignal.any` and `AbortSignal.timeout` would take as long as the rest of this function.
    const ended = new AbortController();
    const { signal } = ended;
    let stopWaiting: (reason: unknown) => void = () => undefined;
    const stop = (reason: unknown) => {
      ended.abort(reason);
      stopWaiting(reason);
    };
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      stop(new DOMException('The search took too long.', 'TimeoutError'));
    }, timeoutMs);
    const leave = () => stop(left.reason);
    left.addEventListener('abort', leave, { once: true });
    if (left.aborted) leave();
    this.#metrics.inFlight++;
    const idle = () => {
      this.#metrics.inFlight--;
    };
    try {
      const searching = this.#releases.use((release) => work(release, signal), signal);
      // An abandoned search still counts: it uses the engine until it ends.
      searching.then(idle, idle);
      // An engine that does not stop on its own is no longer waited for.
      const answered = await new Promise<T>((resolve, reject) => {
        stopWaiting = reject;
        if (signal.aborted) reject(signal.reason);
        searching.then(resolve, reject);
      });
      this.#metrics.searched(answered.engineMs / 1000);
      return answered;
    } catch (error) {
      if (error instanceof HttpError) throw error;
      if (left.aborted) throw clientLeft();
      if (!isLate) throw error;
      const message = `The engine did not answer within ${timeoutMs / 1000} seconds. Try again, or ask for less.`;
      throw new HttpError(504, 'timeout', message, { cause: error });
    } finally {
      clearTimeout(timer);
      left.removeEventListener('abort', leave);
    }
  }
}

async function searchIn(
  release: OpenRelease,
  asked: Asked,
  limits: ServeLimits,
  signal: AbortSignal,
): Promise<Answered> {
  const start = performance.now();
  const { info, manifest, space } = release;
  const query = asked.queryFor(release);
  const retriever = 'vector' in query ? release.retriever : withKnownIds(release.retriever);
  checkRows(asked.options, info.count, limits);
  const checked = await completeOptions(asked.options, retriever);
  if (checked.exact && retriever.can.exact === false) {
    throw new SoutuError(
      'UsageError',
      'This engine cannot compare all items of a catalogue of this size. Ask for an answer without "exact".',
    );
  }
  const resolved = await resolveQuery(query, {
    retriever,
    space: asked.centred ? PLAIN : space,
    embed: refusePhoto,
    signal,
  });
  const thresholds = thresholdsOf(manifest.index);
  const searched = { retriever, thresholds, manifest, soft: false };
  const times = { start, embedded: start };
  const response = await answer(resolved, checked, searched, times, { signal });
  return { response, release: info.release, engineMs: performance.now() - start };
}

/** An unknown id is answered with 404, unlike other faults of a query. */
function withKnownIds(retriever: Retriever): Retriever {
  return Object.create(retriever, {
    nearest: { value: retriever.nearest.bind(retriever) },
    items: { value: retriever.items.bind(retriever) },
    facets: { value: retriever.facets.bind(retriever) },
    numeric: { value: retriever.numeric.bind(retriever) },
    get: {
      value: async (...args: Parameters<Retriever['get']>) => {
        const found = await retriever.get(...args);
        if (found) return found;
        throw new HttpError(404, 'unknown-item', `No item has the id "${args[0]}" in this index.`);
      },
    },
  });
}

async function refusePhoto(): Promise<never> {
  throw new SoutuError('UsageError', 'This service takes vectors and ids, no photos.');
}
