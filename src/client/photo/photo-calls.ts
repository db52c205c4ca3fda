/** Calls of the worker with a photo, which the page decodes. */
import { transfer } from 'comlink';
import type { EmbeddedPhoto } from '../../browser/worker-api.ts';
import type { Notice } from '../../core/contract.ts';
import type { PhotoView } from '../../core/image/view.ts';
import type { CallOptions } from '../api.ts';
import { LoadRefused } from '../load-refused.ts';
import type { WorkerGuard } from '../worker/worker-guard.ts';
import { readPhoto } from './read-photo.ts';

export interface PhotoCaller {
  readonly guard: WorkerGuard;
  readonly maxPixels: number | undefined;
}

/** @throws LoadRefused if the page does not want to download what is missing */
export async function checkLoad(
  guard: WorkerGuard,
  { mayLoad, ...call }: CallOptions,
): Promise<void> {
  if (!mayLoad) return;
  const cost = await guard.call((api) => api.cost(), call);
  if (!mayLoad(cost)) throw new LoadRefused(cost);
}

/** Decodes the photo for each try, because a worker that dies takes the transferred bitmap with it. */
export async function withPhoto<T>(
  { guard, maxPixels }: PhotoCaller,
  photo: Blob,
  call: CallOptions,
  work: (bitmap: ImageBitmap, notices: readonly Notice[]) => Promise<T>,
): Promise<T> {
  const { signal, onProgress } = call;
  await checkLoad(guard, call);
  onProgress?.({ step: 'photo' });
  let { bitmap, notices } = await readPhoto(photo, maxPixels);
  try {
    // Only few models need the photo decoded differently from how it is displayed; the bundle says which.
    const { decode } = await guard.call(async (_api, _id, info) => info, call);
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
export function embedPhoto(
  caller: PhotoCaller,
  photo: Blob,
  view: PhotoView | undefined,
  call: CallOptions,
): Promise<{ notices: readonly Notice[]; embedded: EmbeddedPhoto }> {
  return withPhoto(caller, photo, call, async (bitmap, notices) => ({
    notices,
    embedded: await caller.guard.call(
      (api, id) => api.embed(id, transfer(bitmap, [bitmap]), view),
      call,
    ),
  }));
}
