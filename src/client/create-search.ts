import { bundleFile, bundleUrl } from '../browser/bundle-url.ts';
import type { SearchOptions, SearchResponse } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import { checkSearchOptions } from '../core/search/options.ts';
import type { CallOptions, CreateSearchOptions, Search, SearchQuery, WorkerState } from './api.ts';
import { checkCallOptions, checkCreateOptions, checkPhoto, checkQuery } from './check-arguments.ts';
import { loadOnDemand } from './load-on-demand.ts';
import { checkLoad, embedPhoto } from './photo/photo-calls.ts';
import { searchInWorker } from './search-in-worker.ts';
import { keepStorage } from './storage/keep-storage.ts';
import { withRetries } from './with-retries.ts';
import { leaveGuard, takeGuard } from './worker/shared-guards.ts';
import type { GuardSubject, Question } from './worker/worker-guard.ts';

/**
 * Creates a search over one bundle, or several. Nothing is started or downloaded before the first call.
 * @throws SoutuError `UsageError` for an unknown option or a value of the wrong type
 */
export function createSearch(options: CreateSearchOptions): Search {
  checkCreateOptions(options);
  const subject = subjectOf(options);
  const { idleMs } = options;
  const guard = takeGuard(subject, idleMs === undefined ? {} : { idleMs });
  const caller = { guard, maxPixels: options.maxPixels };
  const end = new AbortController();
  let newest: AbortController | null = null;

  const ask = async <T>(work: (call: CallOptions) => Promise<T>, call: CallOptions): Promise<T> =>
    (await withRetries(work, call, end.signal)).answer;

  /** A method that asks the worker one question. */
  const asking =
    <T>(question: Question<T>) =>
    (call: CallOptions = {}): Promise<T> =>
      ask((given) => guard.call(question, given), call);

  return {
    remote: subject.remote,

    get worker(): WorkerState {
      return end.signal.aborted ? 'disposed' : guard.state;
    },

    watchWorker(listener) {
      const stop = guard.watch(listener);
      const disposed = () => {
        stop();
        listener('disposed');
      };
      end.signal.addEventListener('abort', disposed, { once: true });
      return () => {
        stop();
        end.signal.removeEventListener('abort', disposed);
      };
    },

    preload: (call = {}) =>
      ask(async (given) => {
        await checkLoad(guard, given);
        return guard.call((api, id) => api.preload(id), given);
      }, call),

    info: asking(async (_api, _id, opened) => opened),

    cost: asking((api) => api.cost()),

    async search(
      query: SearchQuery,
      searchOptions: SearchOptions = {},
      call: CallOptions = {},
    ): Promise<SearchResponse> {
      const asked = checkQuery(query);
      checkSearchOptions(searchOptions);
      checkCallOptions(call);
      newest?.abort(new DOMException('A newer search took its place.', 'AbortError'));
      const current = new AbortController();
      newest = current;
      const response = await searchInWorker(
        caller,
        asked,
        searchOptions,
        call,
        end.signal,
        current.signal,
      );
      const parts = 'several' in asked ? asked.several : [asked];
      if (parts.some((part) => 'photo' in part)) keepStorage();
      return response;
    },

    async embed(photo, call = {}) {
      checkPhoto(photo);
      return (await ask((given) => embedPhoto(caller, photo, undefined, given), call)).embedded
        .vector;
    },

    offlineFiles: asking((api) => api.offlineFiles()),

    keepIndex: asking((api) => api.keepIndex()),

    forget: async () => (await loadOnDemand()).forget(),

    dispose() {
      if (end.signal.aborted) return;
      end.abort(new SoutuError('WorkerError', 'The search was disposed.'));
      leaveGuard(subject);
    },
  };
}

/** What the worker is started for, with absolute URLs, so that searches over one bundle share it. */
function subjectOf(options: CreateSearchOptions) {
  const urlOf = (url: string) => bundleUrl(url, document.baseURI);
  const bundles = options.bundles?.map((key) => ({ key, url: urlOf(key) })) ?? null;
  return {
    bundle: bundles?.[0]?.url ?? urlOf(options.bundle as string),
    bundles,
    mirrors: options.mirrors?.map(urlOf) ?? [],
    remote: options.remote === undefined ? null : urlOf(options.remote),
    engine: options.engine ?? 'auto',
    assets: options.assets === undefined ? null : bundleFile(urlOf(options.assets), '.'),
  } satisfies GuardSubject;
}
