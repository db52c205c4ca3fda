/** The boundary between page and worker. Everything in it survives structured cloning. */
import type { Manifest } from '../core/bundle/manifest.ts';
import type {
  BundleInfo,
  Progress,
  Query,
  SearchOptions,
  SearchResponse,
} from '../core/contract.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { PhotoView } from '../core/image/view.ts';
import type { EngineChoice } from './engine-choice.ts';

/** Bytes that a first search by photo would still have to fetch; what the device has kept costs nothing. */
export interface LoadCost {
  readonly index: number;
  readonly model: number;
  /** What runs the model. */
  readonly engine: number;
}

/** Addresses of what a page with no network needs besides its own files. */
export interface OfflineFiles {
  /** The scripts that the worker has loaded. */
  readonly scripts: readonly string[];
  /** The catalogue's thumbnails where they are few; none where they are many. */
  readonly thumbs: readonly string[];
}

/** Which release of a bundle: a manifest is that of a visit that goes on after a pause. */
export type Release = 'newest' | Manifest;

/** What of the page's wishes a worker has to know from its start. */
export interface WorkerSettings {
  readonly engine: EngineChoice;
  /** The visitor asked pages to save data: nothing is loaded that a search does not need. */
  readonly savesData: boolean;
}

export interface Opened {
  readonly info: BundleInfo;
  readonly release: Release;
}

/** Counts the calls of a worker's life, to abort one of them. */
export type CallId = number;

/** Tells how far a call is; `null` where all that wait may want to know, as for files on their way. */
export type Report = (call: CallId | null, progress: Progress) => void;

/**
 * The worker's side of the boundary; a photo arrives as a transferred bitmap or as pixels. `open` comes
 * first; it and `preload` may be called again, and then cost nothing.
 */
export interface WorkerApi {
  /** Takes a Web Lock for the worker's life, so that the page learns of its end; false where there are none. */
  live(lock: string): Promise<boolean>;
  /** Answers, and thereby shows that the worker is alive. */
  ping(): Promise<void>;
  /** Reads manifest, items and vectors. */
  open(bundle: string, release: Release, settings: WorkerSettings, report: Report): Promise<Opened>;
  cost(): Promise<LoadCost>;
  /** Loads the model. */
  preload(call: CallId): Promise<BundleInfo>;
  search(call: CallId, query: WorkerQuery, options: SearchOptions): Promise<SearchResponse>;
  /** The plain, unit-length embedding of a photo. */
  embed(call: CallId, photo: ImageBitmapLike | RgbaImage): Promise<Float32Array>;
  /** The call rejects with an `AbortError` as soon as it can; one that has ended is none. */
  abort(call: CallId): Promise<void>;
  offlineFiles(): Promise<OfflineFiles>;
}

export type WorkerQuery =
  | Query
  /** Cut and turned in the worker, where it is read in bands: a canvas is too small for a camera's photo. */
  | { readonly bitmap: ImageBitmapLike; readonly view: PhotoView };

/** `ImageBitmap` without the DOM's types, which `core` does not know. */
export interface ImageBitmapLike {
  readonly width: number;
  readonly height: number;
  close(): void;
}
