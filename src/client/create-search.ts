import { proxy, transfer } from 'comlink';
import type {
  BundleInfo,
  Notice,
  Progress,
  SearchOptions,
  SearchResponse,
  WorkerQuery,
} from '../core/contract.ts';
import { type ErrorCode, SoutuError } from '../core/errors.ts';
import type { CallOptions, CreateSearchOptions, Search, SearchQuery } from './api.ts';
import { readPhoto } from './read-photo.ts';
import { WorkerHandle } from './worker-handle.ts';

const silent = () => undefined;

/** Errors after which the same worker can do better: other files, another connection. */
const MAY_RECOVER: readonly string[] = ['NetworkError', 'BundleError'];

/** A search over one bundle; nothing is started or fetched before the first call. */
export function createSearch(options: CreateSearchOptions): Search {
  const bundle = new URL(options.bundle, document.baseURI).href;
  const { maxPixels } = options;
  if (maxPixels !== undefined && !(maxPixels > 0)) {
    throw new SoutuError('UsageError', `"maxPixels" must be a number above 0, got ${maxPixels}.`);
  }
  const handle = new WorkerHandle(
    () =>
      new Worker(new URL('../worker/main.ts', import.meta.url), { type: 'module', name: 'soutu' }),
  );
  let opened: Promise<BundleInfo> | null = null;
  let disposed = false;

  /** Opens the bundle once for each worker: after a crash the new worker knows nothing. */
  async function open(onProgress: (progress: Progress) => void): Promise<BundleInfo> {
    if (disposed) {
      throw new SoutuError('UsageError', 'This search was disposed; create a new one.');
    }
    if (!opened || !handle.alive) {
      const opening = handle
        .call((worker) => worker.open(bundle, proxy(onProgress)))
        .catch(rethrow);
      opened = opening;
      opening.catch((error: SoutuError) => {
        if (opened === opening) opened = null;
        // A runtime that failed to start never starts again in the same worker.
        if (!MAY_RECOVER.includes(error.name)) handle.end(error.message);
      });
    }
    return opened;
  }

  /** Decoded photos are large: where there is no bundle to search, their memory is given back at once. */
  async function openFor(
    bitmaps: readonly ImageBitmap[],
    onProgress: (progress: Progress) => void,
  ): Promise<void> {
    try {
      await open(onProgress);
    } catch (error) {
      for (const bitmap of bitmaps) bitmap.close();
      throw error;
    }
  }

  async function toWorkerQuery(
    query: SearchQuery,
  ): Promise<{ query: WorkerQuery; notices: readonly Notice[] }> {
    if (!(query instanceof Blob)) return { query, notices: [] };
    const { bitmap, notices } = await readPhoto(query, maxPixels);
    return { query: { bitmap }, notices };
  }

  return {
    preload: ({ onProgress = silent } = {}) => open(onProgress),

    async search(
      query: SearchQuery,
      searchOptions: SearchOptions = {},
      { onProgress = silent }: CallOptions = {},
    ): Promise<SearchResponse> {
      onProgress({ step: 'photo' });
      const asked = await toWorkerQuery(query);
      const transferred = 'bitmap' in asked.query ? [asked.query.bitmap as ImageBitmap] : [];
      await openFor(transferred, onProgress);
      const response = await handle
        .call((worker) =>
          worker.search(transfer(asked.query, transferred), searchOptions, proxy(onProgress)),
        )
        .catch(rethrow);
      return { ...response, notices: [...asked.notices, ...response.notices] };
    },

    async embed(photo) {
      const { bitmap } = await readPhoto(photo, maxPixels);
      await openFor([bitmap], silent);
      return handle.call((worker) => worker.embed(transfer(bitmap, [bitmap]))).catch(rethrow);
    },

    dispose() {
      disposed = true;
      handle.end('The search was disposed.');
    },
  };
}

/** Across the worker's boundary only `name`, `message` and `stack` survive: an error of ours again. */
function rethrow(error: unknown): never {
  if (error instanceof Error && !(error instanceof SoutuError)) {
    throw new SoutuError(error.name as ErrorCode, error.message, { cause: error });
  }
  throw error;
}
