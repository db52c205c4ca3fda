/** The worker: implements the worker API with the engine and the cache of one bundle. */
import { expose, transferHandlers } from 'comlink';
import { transferErrors } from '../browser/error-transfer.ts';
import type { CallId, Opened, Report, WorkerApi, WorkerQuery } from '../browser/worker-api.ts';
import type { Manifest } from '../core/bundle/manifest.ts';
import type { Progress, Query, SearchResponse } from '../core/contract.ts';
import { MissingFileError, SoutuError } from '../core/errors.ts';
import {
  hasChosenRegion,
  type PhotoView,
  type Region,
  regionWithin,
  trimsBorders,
  WHOLE_PHOTO,
} from '../core/image/view.ts';
import { embedderIn, embedderNotices } from '../engine/answer.ts';
import { viewedPixels } from './bitmap-pixels.ts';
import { type AnyEngine, OpenBundle } from './open-bundle.ts';
import { Pauses } from './pauses.ts';

/** The arguments of the last `open`. */
let openArguments: Parameters<typeof OpenBundle.open> | null = null;
let opened: Promise<OpenBundle> | null = null;
/** The summary of the release for the page. */
let announced: Manifest | null = null;
let report: Report = () => undefined;
/** Plain embeddings are of whole photos. */
const WITH_BORDERS: PhotoView = { ...WHOLE_PHOTO, borders: 'kept' };
const calls = new Map<CallId, AbortController>();
const pauses = new Pauses();

function current(): Promise<OpenBundle> {
  if (!openArguments) throw new SoutuError('WorkerError', 'The worker was asked before open().');
  if (!opened) {
    const opening = openFirst(openArguments);
    opened = opening;
    // A failure is not cached: the next call tries again.
    const letGo = (bundle?: OpenBundle) => {
      if (opened === opening) opened = null;
      void bundle?.dispose();
    };
    opening.then(
      (bundle) => bundle.engine.catch(() => letGo(bundle)),
      () => letGo(),
    );
  }
  return opened;
}

/** Opens the first of several bundles that can be reached. It brings the model, and the others are opened beside it. */
async function openFirst(given: Parameters<typeof OpenBundle.open>): Promise<OpenBundle> {
  const [first, , settings, onFiles] = given;
  try {
    return await OpenBundle.open(...given);
  } catch (error) {
    for (const { url } of settings.bundles ?? []) {
      if (url === first) continue;
      const opening = OpenBundle.open(url, 'newest', settings, onFiles, async () => null);
      const opened = await opening.catch(() => null);
      if (opened) return opened;
    }
    throw error;
  }
}

/**
 * If a file is missing, a new release has probably replaced this one. The page opens that and asks again, since
 * the new release may want photos decoded in another way.
 * @throws MissingFileError
 */
async function withBundle<T>(work: (bundle: OpenBundle) => Promise<T>): Promise<T> {
  const opening = current();
  const before = await opening;
  try {
    return await work(before);
  } catch (error) {
    if (!(error instanceof MissingFileError)) throw error;
    // An aborted call may fail late, when the next release is open already.
    if (opened === opening) opened = null;
    await before.dispose();
    throw error;
  }
}

/** @throws MissingFileError if the release was replaced while it was opened */
async function engineOf(bundle: OpenBundle): Promise<AnyEngine> {
  const engine = await bundle.engine;
  if (bundle.manifest === announced) return engine;
  throw new MissingFileError('The catalogue was replaced while it was opened. Try again.');
}

/** A call that the page may abort. */
async function abortable<T>(
  call: CallId,
  work: (bundle: OpenBundle, signal: AbortSignal, onProgress: (p: Progress) => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const { signal } = controller;
  calls.set(call, controller);
  const end = pauses.begin();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  try {
    const onProgress = (progress: Progress) => report(call, progress);
    return await Promise.race([withBundle((bundle) => work(bundle, signal, onProgress)), aborted]);
  } finally {
    calls.delete(call);
    end();
  }
}

const api: WorkerApi = {
  async live(lock) {
    if (!navigator.locks) return false;
    return new Promise((held, failed) => {
      const forLife = () => {
        held(true);
        return new Promise<never>(() => undefined);
      };
      navigator.locks.request(lock, forLife).catch(failed);
    });
  },

  async ping() {},

  open(url, release, settings, onReport, early) {
    report = onReport;
    report(null, { step: 'manifest' });
    openArguments = [url, release, settings, (progress) => report(null, progress), early];
    return withBundle(async (bundle): Promise<Opened> => {
      announced = bundle.manifest;
      return { info: bundle.info(), release: bundle.manifest };
    });
  },

  cost: () => withBundle((bundle) => bundle.cost()),

  preload: (call) =>
    abortable(call, async (bundle, _, onProgress) => {
      bundle.prefetch();
      await (await engineOf(bundle)).preload(onProgress);
      return bundle.info();
    }),

  search(call, query, options, wantsFirst = false) {
    const asked = toQuery(query);
    return abortable(call, async (bundle, signal, onProgress) => {
      if ('photo' in asked) bundle.prefetch();
      const engine = await engineOf(bundle);
      const whole = (response: SearchResponse): SearchResponse => ({
        ...response,
        subjects: 'bitmap' in query ? subjectsIn(query.view, response) : [],
        notices: [...bundle.notices(), ...response.notices],
      });
      const onFirstHits = wantsFirst
        ? (response: SearchResponse) => report(call, { step: 'first', response: whole(response) })
        : undefined;
      const response = await engine.search(asked, options, { signal, onProgress, onFirstHits });
      if ('photo' in asked) void bundle.tune(pauses);
      return whole(response);
    });
  },

  embed(call, photo, view = WITH_BORDERS) {
    const pixels = 'data' in photo ? photo : viewedPixels(photo, view);
    return abortable(call, async (bundle, signal, onProgress) => {
      bundle.prefetch();
      const engine = await engineOf(bundle);
      const start = performance.now();
      await engine.preload(onProgress);
      onProgress({ step: 'embed' });
      const embedded = await engine.embedTrimmed(pixels, trimsBorders(view), signal);
      const ms = performance.now() - start;
      void bundle.tune(pauses);
      return {
        vector: embedded.vector,
        engine: embedderIn(embedded),
        ms,
        notices: embedderNotices(embedded),
      };
    });
  },

  offlineFiles: () =>
    withBundle(async (bundle) => {
      // Binaries are loaded through the cache, so they are already stored.
      const loaded = performance.getEntriesByType('resource').map(({ name }) => name);
      const scripts = [self.location.href, ...loaded.filter((name) => /\.m?js$/.test(name))];
      const thumbs = await bundle.keepDetails();
      const limit = bundle.offlineLimit();
      return { scripts, thumbs, ...(limit ? { limit } : {}) };
    }),

  keepIndex: () => withBundle(async (bundle) => bundle.keepIndex(pauses)),

  async abort(call) {
    calls.get(call)?.abort(new DOMException('The call was aborted.', 'AbortError'));
  },
};

function toQuery(query: WorkerQuery): Query {
  if (!('bitmap' in query)) return query;
  const { bitmap, view } = query;
  return { photo: viewedPixels(bitmap, view), trim: trimsBorders(view) };
}

/** In fractions of the rotated photo; the engine knew only what was searched of it. */
function subjectsIn(view: PhotoView, { subjects }: SearchResponse): readonly Region[] {
  if (hasChosenRegion(view)) return [];
  return subjects.map((subject) => regionWithin(view.region, subject));
}

transferErrors(transferHandlers);
expose(api);
