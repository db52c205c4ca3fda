/**
 * The public face of a search: what `createSearch` returns. The widget and a developer's own page use
 * nothing else.
 */

import type { EngineChoice } from '../browser/engine-choice.ts';
import type { LoadCost, OfflineFiles } from '../browser/worker-api.ts';
import type { BundleInfo, Progress, SearchOptions, SearchResponse } from '../core/contract.ts';
import type { PhotoView } from '../core/image/view.ts';

/** A photo as it lies there, or turned and a part of it only; nothing is compressed again. */
export type PhotoQuery = Blob | { readonly photo: Blob; readonly view: PhotoView };

/** A picture as the page has it, a plain embedding of the model's dimension, or an indexed item's id. */
export type SearchQuery = PhotoQuery | { readonly vector: Float32Array } | { readonly id: string };

export interface CreateSearchOptions {
  /** URL of the bundle's folder, relative to the page. */
  readonly bundle: string;
  /**
   * What runs the model: `auto` (default) begins with the kernel, and for models of more than 10 MB tries the
   * GPU in idle time and keeps what is quicker on this device; `kernel`, `onnxruntime` (its WebAssembly build)
   * and `webgpu` name one. One that cannot run is followed by another, with a notice; the response says which
   * one read the photo. Searches over one bundle by different engines have a worker each.
   */
  readonly engine?: EngineChoice;
  /**
   * URL of a copy of the package's folder `dist/browser`, relative to the page. Needed only where the bundler
   * copies no files (esbuild, Rollup) and the page's policy forbids `blob:`, or ONNX Runtime is to run.
   */
  readonly assets?: string;
  /** Photos with more pixels than this are refused by their header, undecoded; default 100 million. */
  readonly maxPixels?: number;
  /** Milliseconds without a call after which the worker's memory is given back; default two minutes. */
  readonly idleMs?: number;
}

/** What goes along with any call. */
export interface CallOptions {
  /** Aborted, the call rejects at once with the signal's reason; its work ends as soon as it can. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Asked before the model is loaded, with what is not yet on the device; where it says no the call rejects
   * with a `LoadRefused`. Default: all may be loaded.
   */
  readonly mayLoad?: (cost: LoadCost) => boolean;
}

/**
 * The worker behind a search. `asleep`: nothing was asked for `idleMs`, and its memory is free. `stopped`: it failed,
 * the system ended it, or an aborted call did not stop. The next call starts it again in either case, from the files
 * on the device.
 */
export type WorkerState = 'unstarted' | 'awake' | 'asleep' | 'stopped' | 'disposed';

export interface Search {
  readonly worker: WorkerState;
  /**
   * @param listener called on every change of `worker`
   * @returns stops it
   */
  watchWorker(listener: (worker: WorkerState) => void): () => void;
  /**
   * Starts the worker and loads everything that a search needs.
   * @throws SoutuError `NetworkError`, `BundleError`, `ModelError` or `WorkerError` by `name`
   */
  preload(call?: CallOptions): Promise<BundleInfo>;
  /**
   * What the bundle holds; the model is not loaded for it.
   * @throws SoutuError as `preload`
   */
  info(call?: CallOptions): Promise<BundleInfo>;
  /**
   * What a first search by photo would still have to fetch, to ask before a large load.
   * @throws SoutuError as `preload`
   */
  cost(call?: CallOptions): Promise<LoadCost>;
  /**
   * A newer search of this object takes the place of the older one, which rejects with an `AbortError`.
   * @throws SoutuError as `preload`, and `PhotoError` for a picture that cannot be read, `UsageError`
   *   for a view outside of it
   */
  search(query: SearchQuery, options?: SearchOptions, call?: CallOptions): Promise<SearchResponse>;
  /** The plain embedding of a picture: unit length, the model's dimension. */
  embed(photo: Blob, call?: CallOptions): Promise<Float32Array>;
  /** What `keepOffline` has to keep besides the page's own files. */
  offlineFiles(call?: CallOptions): Promise<OfflineFiles>;
  /** Deletes all that the searches of this origin have left on the device, what works offline too. */
  forget(): Promise<void>;
  /** Ends the worker, unless another search shares it; the object cannot be used afterwards. */
  dispose(): void;
}
