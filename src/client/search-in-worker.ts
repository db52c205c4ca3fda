/** One search in the worker: by a photo, by several queries in one, or by what needs no photo. */
import { transfer } from 'comlink';
import type { WorkerQuery } from '../browser/worker-api.ts';
import type { Notice, SearchOptions, SearchResponse } from '../core/contract.ts';
import type { CallOptions } from './api.ts';
import { askSeveral } from './ask-several.ts';
import type { CheckedSearch } from './check-arguments.ts';
import { embedPhoto, type PhotoCaller, withPhoto } from './photo/photo-calls.ts';
import { withRetries } from './with-retries.ts';

/** @param disposed, newer as `withRetries` takes them */
export async function searchInWorker(
  caller: PhotoCaller,
  asked: CheckedSearch,
  options: SearchOptions,
  call: CallOptions,
  disposed: AbortSignal,
  newer: AbortSignal,
): Promise<SearchResponse> {
  let { onFirstHits } = call;
  let photoNotices: readonly Notice[] = [];

  const send = (query: WorkerQuery, given: CallOptions, bitmaps: ImageBitmap[] = []) =>
    caller.guard.call(
      (api, id) => api.search(id, transfer(query, bitmaps), options, !!onFirstHits),
      given,
    );

  const once = (given: CallOptions): Promise<SearchResponse> => {
    if ('several' in asked) {
      return askSeveral(asked.several, {
        embed: (photo, view) => embedPhoto(caller, photo, view, given),
        search: (several) => send(several, given),
      });
    }
    if (!('photo' in asked)) return send(asked, given);
    return withPhoto(caller, asked.photo, given, (bitmap, notices) => {
      photoNotices = notices;
      return send({ bitmap, view: asked.view }, given, [bitmap]);
    });
  };

  const first = (response: SearchResponse) => {
    // A second try has none, and a caller may want none.
    const tell = onFirstHits;
    onFirstHits = undefined;
    tell?.(response);
  };
  const { answer, notices } = await withRetries(
    once,
    { ...call, onFirstHits: first },
    disposed,
    newer,
  );
  return { ...answer, notices: [...photoNotices, ...notices, ...answer.notices] };
}
