/**
 * The public types of a search, as returned by `createSearch`. The widget uses only this interface too.
 */

import type { EngineChoice } from '../browser/engine-choice.ts';
import type { KeptIndex, LoadCost, OfflineFiles } from '../browser/worker-api.ts';
import type { BundleInfo, Progress, SearchOptions, SearchResponse } from '../core/contract.ts';
import type { PhotoView } from '../core/image/view.ts';

/**
 * An image file, or an image file with a view: a rotation and a region to search. The region is searched with some of its
 * surroundings: catalogues show things with room around them. The file is not re-encoded.
 */
export type PhotoQuery = Blob | { readonly photo: Blob; readonly view: PhotoView };

/**
 * An embedding of the model's dimension, or the id of an indexed item. To page through the hits of a photo by its
 * vector, pass the response's `soft`, too.
 */
type VectorOrItem =
  | { readonly vector: Float32Array; readonly soft?: boolean }
  | { readonly id: string };

/**
 * One part of a query of several. The weight is between -100 and 100 and not 0, by default 1; a negative one means
 * "less like this".
 */
export type PartQuery =
  | Blob
  | ((VectorOrItem | { readonly photo: Blob; readonly view?: PhotoView }) & {
      readonly weight?: number;
    });

/**
 * A photo, an embedding, the id of an indexed item, or up to 16 of them in one query: several photos of one thing, or
 * items that the result should be like or unlike. At least one part has a positive weight.
 */
export type SearchQuery = PhotoQuery | VectorOrItem | { readonly several: readonly PartQuery[] };

export interface CreateSearchOptions {
  /** URL of the bundle's folder, relative to the page. Needed unless `bundles` is given. */
  readonly bundle?: string;
  /**
   * URLs of several bundles that are searched together, instead of `bundle`. A photo is embedded once, all bundles are
   * searched, and the hits are merged by score. Ids of items begin with the URL as it is given here: `shoes/#red-1`;
   * groups, too. All bundles must have the same model. If one cannot be read, the others answer, with the notice
   * `index-partial`. Thresholds and labels of attributes are those of the first that can be read.
   */
  readonly bundles?: readonly string[];
  /**
   * URLs of copies of the bundle, for example on another host: if a file of the bundle cannot be read, the copies are
   * tried in this order, and the one that answered is asked first from then on. Pictures of hits come from `bundle`.
   */
  readonly mirrors?: readonly string[];
  /**
   * URL of a search service (`soutu serve`), relative to the page. Photos are still embedded on the device; their
   * vectors are sent, with the options of the search. The bundle's model is downloaded, its index is not.
   */
  readonly remote?: string;
  /**
   * The engine that runs the model: `auto` (default), `kernel`, `onnxruntime` (WebAssembly) or `webgpu`. `auto`
   * starts with the kernel; for models over 10 MB it also tries the GPU in idle time and keeps the faster of the
   * two. If an engine cannot run, another one is used and the response has a notice. The response names the
   * engine that embedded the photo. Each combination of bundle and engine has its own worker.
   */
  readonly engine?: EngineChoice;
  /**
   * URL of a copy of the package's folder `dist/browser`, relative to the page. Needed only if the bundler does
   * not copy files (esbuild, Rollup) and either the page's CSP forbids `blob:` or ONNX Runtime is used.
   */
  readonly assets?: string;
  /** Maximum width × height of a photo, in pixels; larger photos are rejected before decoding. Default 100 million. */
  readonly maxPixels?: number;
  /** Milliseconds without a call after which the worker is terminated to free memory. Default 120,000 (2 minutes). */
  readonly idleMs?: number;
}

/** Options that every call accepts. */
export interface CallOptions {
  /** On abort, the call rejects immediately with the signal's reason; its work stops as soon as possible. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
  /**
   * Called at most once by a search of an index in parts that takes longer than 150 ms: with the best hits of the first
   * shards, while others are still loading. The answer that the call returns replaces them: hits may change their place,
   * their scores and their groups. Counts are of what was read so far. Not called for later pages (`from`), `sort`,
   * `exact`, several bundles and a service. Pictures of hits that are replaced cost about 10 kB.
   */
  readonly onFirstHits?: (response: SearchResponse) => void;
  /**
   * Called before the model is downloaded, with the size of the files that are not yet on the device. If it
   * returns false, the call rejects with `LoadRefused`. By default, everything may be downloaded.
   */
  readonly mayLoad?: (cost: LoadCost) => boolean;
}

/**
 * The state of a search's worker. `asleep`: there was no call for `idleMs`, so its memory was freed. `stopped`: it
 * failed, the system killed it, or an aborted call did not stop. In both states the next call restarts it from the
 * files on the device.
 */
export type WorkerState = 'unstarted' | 'awake' | 'asleep' | 'stopped' | 'disposed';

export interface Search {
  /** Absolute URL of the service that searches; null if this device does. */
  readonly remote?: string | null;
  readonly worker: WorkerState;
  /**
   * @param listener called on every change of `worker`
   * @returns a function that removes the listener
   */
  watchWorker(listener: (worker: WorkerState) => void): () => void;
  /**
   * Starts the worker and downloads everything that a search needs.
   * @throws SoutuError with `name` `NetworkError`, `BundleError`, `ModelError` or `WorkerError`
   */
  preload(call?: CallOptions): Promise<BundleInfo>;
  /**
   * Describes the bundle, without downloading the model.
   * @throws SoutuError as `preload`
   */
  info(call?: CallOptions): Promise<BundleInfo>;
  /**
   * The bytes that a first search by photo still has to download, to ask the visitor before a large download.
   * @throws SoutuError as `preload`
   */
  cost(call?: CallOptions): Promise<LoadCost>;
  /**
   * Searches for similar items. A newer search on this object aborts this one, which rejects with `AbortError`.
   * @throws SoutuError as `preload`; `PhotoError` if the photo cannot be decoded; `UsageError` if the view is
   *   outside the photo
   */
  search(query: SearchQuery, options?: SearchOptions, call?: CallOptions): Promise<SearchResponse>;
  /** Embeds a photo. The vector has unit length and the model's dimension. */
  embed(photo: Blob, call?: CallOptions): Promise<Float32Array>;
  /** The files that `keepOffline` caches in addition to the page's own files. */
  offlineFiles(call?: CallOptions): Promise<OfflineFiles>;
  /**
   * Begins to download the rest of an index in parts, in pauses between searches, and returns at once: ask again while it says
   * `loading`. `partly` if the index has more than 8 MB, the visitor saves data, the device is full, a file is missing, or
   * several bundles or a service are searched. `keepOffline` calls it.
   */
  keepIndex(call?: CallOptions): Promise<KeptIndex>;
  /** Deletes everything that searches of this origin have stored on the device, including offline pages. */
  forget(): Promise<void>;
  /** Terminates the worker, unless another search shares it. The object cannot be used afterwards. */
  dispose(): void;
}
