import { transfer } from 'comlink';
import { bundleUrl } from '../browser/bundle-url.ts';
import type { WorkerQuery } from '../browser/worker-api.ts';
import type { Notice, SearchOptions, SearchResponse } from '../core/contract.ts';
import { MissingFileError, SoutuError } from '../core/errors.ts';
import type { PhotoView } from '../core/image/view.ts';
import { checkSearchOptions } from '../core/search/options.ts';
import type { CallOptions, CreateSearchOptions, Search, SearchQuery, WorkerState } from './api.ts';
import { askSeveral } from './ask-several.ts';
import { checkCallOptions, checkCreateOptions, checkPhoto, checkQuery } from './check-arguments.ts';
import { linkSignals } from './linked-signal.ts';
import { loadOnDemand } from './load-on-demand.ts';
import { LoadRefused } from './load-refused.ts';
import { readPhoto } from './photo/read-photo.ts';
import { keepStorage } from './storage/keep-storage.ts';
import { WorkerDied } from './worker/running-worker.ts';
import { leaveGuard, takeGuard } from './worker/shared-guards.ts';

const RESTARTED: Notice = {
  code: 'worker-restarted',
  message: 'The search had stopped on this device and was started again.',
};

/**
 * Creates a search over one bundle, or several. Nothing is started or downloaded before the first call.
 * @throws SoutuError `UsageError` for an unknown option or a value of the wrong type
 */
export function createSearch(options: CreateSearchOptions): Search {
  checkCreateOptions(options);
  // Normalized, so that searches over one bundle share its worker.
  const urlOf = (url: string) => bundleUrl(url, document.baseURI);
  const bundles = options.bundles?.map((key) => ({ key, url: urlOf(key) })) ?? null;
  const bundle = bundles?.[0]?.url ?? urlOf(options.bundle as string);
  const { maxPixels, idleMs, engine = 'auto' } = options;
  const assets = options.assets === undefined ? null : folderUrl(options.assets);
  const remote = options.remote === undefined ? null : bundleUrl(options.remote, document.baseURI);
  const mirrors = options.mirrors?.map(urlOf) ?? [];
  const subject = { bundle, bundles, mirrors, remote, engine, assets };
  const guard = takeGuard(subject, idleMs === undefined ? {} : { idleMs });
  const end = new AbortController();
  let newest: AbortController | null = null;

  /** Calls the worker; retries once if it died or found another release. */
  async function ask<T>(
    work: (call: CallOptions) => Promise<T>,
    call: CallOptions,
    newer?: AbortSignal,
  ): Promise<{ answer: T; notices: readonly Notice[] }> {
    if (end.signal.aborted) {
      throw new SoutuError('UsageError', 'This search was disposed; create a new one.');
    }
    checkCallOptions(call);
    const { signal, unlink } = linkSignals(call.signal, newer, end.signal);
    const notices: Notice[] = [];
    try {
      for (let mayRestart = true, mayReopen = true; ; ) {
        try {
          return { answer: await work({ ...call, signal }), notices };
        } catch (error) {
          if (error instanceof WorkerDied && mayRestart) {
            mayRestart = false;
            notices.push(RESTARTED);
          } else if (error instanceof MissingFileError && mayReopen) {
            // Reopen with the newest release. If the file is missing there too, the bundle is incomplete.
            mayReopen = false;
          } else {
            throw error;
          }
        }
      }
    } finally {
      unlink();
    }
  }

  async function checkLoad({ mayLoad, ...call }: CallOptions): Promise<void> {
    if (!mayLoad) return;
    const cost = await guard.call((api) => api.cost(), call);
    if (!mayLoad(cost)) throw new LoadRefused(cost);
  }

  /** Decodes the photo for each try, because a worker that dies takes the transferred bitmap with it. */
  async function withPhoto<T>(
    photo: Blob,
    call: CallOptions,
    work: (bitmap: ImageBitmap, notices: readonly Notice[]) => Promise<T>,
  ): Promise<T> {
    const { signal, onProgress } = call;
    await checkLoad(call);
    onProgress?.({ step: 'photo' });
    let { bitmap, notices } = await readPhoto(photo, maxPixels);
    try {
      // Only few models need the photo decoded differently from how it is displayed; the bundle says which.
      const { decode } = await guard.call(async (_api, _id, opened) => opened, call);
      if (decode) {
        bitmap.close();
        ({ bitmap, notices } = await readPhoto(photo, maxPixels, decode));
      }
      signal?.throwIfAborted();
      return await work(bitmap, notices);
    } finally {
      // Frees the memory; a no-op if the bitmap was transferred.
      bitmap.close();
    }
  }

  /** Embeds a photo in the worker. */
  const embedPhoto = (photo: Blob, view: PhotoView | undefined, given: CallOptions) =>
    withPhoto(photo, given, async (bitmap, notices) => ({
      notices,
      embedded: await guard.call(
        (api, id) => api.embed(id, transfer(bitmap, [bitmap]), view),
        given,
      ),
    }));

  return {
    remote,

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

    async preload(call = {}) {
      const ready = async (given: CallOptions) => {
        await checkLoad(given);
        return guard.call((api, id) => api.preload(id), given);
      };
      return (await ask(ready, call)).answer;
    },

    async info(call = {}) {
      const info = (given: CallOptions) => guard.call(async (_api, _id, opened) => opened, given);
      return (await ask(info, call)).answer;
    },

    async cost(call = {}) {
      return (await ask((given) => guard.call((api) => api.cost(), given), call)).answer;
    },

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
      let { onFirstHits } = call;
      const send = (sent: WorkerQuery, bitmaps: ImageBitmap[], given: CallOptions) =>
        guard.call(
          (api, id) => api.search(id, transfer(sent, bitmaps), searchOptions, !!onFirstHits),
          given,
        );
      let photoNotices: readonly Notice[] = [];
      const once = (given: CallOptions) => {
        if ('several' in asked) {
          return askSeveral(asked.several, {
            embed: (photo, view) => embedPhoto(photo, view, given),
            search: (several) => send(several, [], given),
          });
        }
        if (!('photo' in asked)) return send(asked, [], given);
        return withPhoto(asked.photo, given, (bitmap, notices) => {
          photoNotices = notices;
          return send({ bitmap, view: asked.view }, [bitmap], given);
        });
      };
      const first = (response: SearchResponse) => {
        // A second try has none.
        const tell = onFirstHits;
        onFirstHits = undefined;
        tell?.(response);
      };
      const given = onFirstHits ? { ...call, onFirstHits: first } : call;
      const { answer, notices } = await ask(once, given, current.signal);
      const hasPhoto = 'several' in asked ? asked.several.some(isPhoto) : isPhoto(asked);
      if (hasPhoto) keepStorage();
      return { ...answer, notices: [...photoNotices, ...notices, ...answer.notices] };
    },

    async embed(photo, call = {}) {
      checkPhoto(photo);
      const once = (given: CallOptions) => embedPhoto(photo, undefined, given);
      return (await ask(once, call)).answer.embedded.vector;
    },

    async offlineFiles(call = {}) {
      return (await ask((given) => guard.call((api) => api.offlineFiles(), given), call)).answer;
    },

    async keepIndex(call = {}) {
      return (await ask((given) => guard.call((api) => api.keepIndex(), given), call)).answer;
    },

    forget: async () => (await loadOnDemand()).forget(),

    dispose() {
      if (end.signal.aborted) return;
      end.abort(new SoutuError('WorkerError', 'The search was disposed.'));
      leaveGuard(subject);
    },
  };
}

function isPhoto(query: object): boolean {
  return 'photo' in query;
}

function folderUrl(url: string): string {
  const folder = new URL(url, document.baseURI);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return folder.href;
}
