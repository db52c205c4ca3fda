/** The interface between page and worker. All its types survive structured cloning. */
import type { Manifest } from '../core/bundle/manifest.ts';
import type {
  BundleInfo,
  Notice,
  Progress,
  Query,
  SearchOptions,
  SearchResponse,
} from '../core/contract.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { PhotoView } from '../core/image/view.ts';
import type { EngineChoice } from './engine-choice.ts';

/** Bytes that a first search by photo still has to download; cached files count as zero. */
export interface LoadCost {
  /** Bytes of the index. For an index in parts, an estimate: the shards of an average search, even if they are cached. */
  readonly index: number;
  readonly model: number;
  /** The engine that runs the model. */
  readonly engine: number;
}

/** URLs of the files that an offline page needs in addition to its own. */
export interface OfflineFiles {
  /** The scripts that the worker has loaded. */
  readonly scripts: readonly string[];
  /** The catalogue's thumbnails, if there are few; otherwise empty. */
  readonly thumbs: readonly string[];
  /** Why the page cannot search everything offline: its index is in parts, or a service searches. */
  readonly limit?: OfflineLimit;
}

/** How much of an index in parts is on the device: some of it, some of it while the rest is being loaded, or all. */
export type KeptIndex = 'partly' | 'loading' | 'whole';

export type OfflineLimit = 'parts' | 'service';

/** The release of a bundle to open. A manifest continues a visit after a pause with the same release. */
export type Release = 'newest' | Manifest;

/** One of several bundles that are searched together. */
export interface KeyedBundle {
  /** Begins the ids of its items. */
  readonly key: string;
  /** Absolute URL of its folder. */
  readonly url: string;
}

/** Settings that a worker needs from its start. */
export interface WorkerSettings {
  readonly engine: EngineChoice;
  /** The visitor asked pages to save data: only files that a search needs are downloaded. */
  readonly savesData: boolean;
  /** The connection is slow: a visit begins with the release of the last one, if that is recent. */
  readonly slowLine?: boolean;
  /** Absolute URL of a search service; null to search on this device. */
  readonly remote?: string | null;
  /** Absolute URLs of copies of the bundle, which are tried if it fails. */
  readonly mirrors?: readonly string[];
  /** All bundles, with the opened one, if several are searched together. */
  readonly bundles?: readonly KeyedBundle[] | null;
}

export interface Opened {
  readonly info: BundleInfo;
  readonly release: Release;
}

/** Sequence number of a call to a worker, used to abort the call. */
export type CallId = number;

/** Asks the page for the newest manifest, which it may have downloaded already; null if it has not. */
export type EarlyBytes = () => Promise<Uint8Array | null>;

/** The hits of a search that goes on. */
export interface FirstHits {
  readonly step: 'first';
  readonly response: SearchResponse;
}

/** Reports the progress of a call. `null` addresses all pending calls, as for downloads. */
export type Report = (call: CallId | null, progress: Progress | FirstHits) => void;

/**
 * The worker's side of the boundary; a photo arrives as a transferred bitmap or as pixels. `open` comes
 * first; it and `preload` may be called again, and then cost nothing.
 */
export interface WorkerApi {
  /** Holds a Web Lock for the worker's lifetime, so that the page detects its end; false if not supported. */
  live(lock: string): Promise<boolean>;
  /** Responds, which shows that the worker is alive. */
  ping(): Promise<void>;
  /** Reads the manifest, and begins to load the index: its errors reach the first call that needs it. */
  open(
    bundle: string,
    release: Release,
    settings: WorkerSettings,
    report: Report,
    early: EarlyBytes,
  ): Promise<Opened>;
  cost(): Promise<LoadCost>;
  /** Loads the model. */
  preload(call: CallId): Promise<BundleInfo>;
  /** @param wantsFirst whether first hits are reported */
  search(
    call: CallId,
    query: WorkerQuery,
    options: SearchOptions,
    wantsFirst?: boolean,
  ): Promise<SearchResponse>;
  /** Default view: the whole photo with its borders. */
  embed(call: CallId, photo: ImageBitmapLike | RgbaImage, view?: PhotoView): Promise<EmbeddedPhoto>;
  /** The call rejects with an `AbortError` as soon as possible. Has no effect on a call that has ended. */
  abort(call: CallId): Promise<void>;
  offlineFiles(): Promise<OfflineFiles>;
  /** Begins to load the rest of an index in parts, in pauses between searches. Returns at once, so that searches do not wait. */
  keepIndex(): Promise<KeptIndex>;
}

export interface EmbeddedPhoto {
  /** The plain embedding, of unit length. */
  readonly vector: Float32Array;
  readonly engine: Pick<SearchResponse['engine'], 'embedder' | 'threads'>;
  readonly ms: number;
  readonly notices: readonly Notice[];
}

export type WorkerQuery =
  | Query
  /** Cropped and rotated in the worker, which reads in bands because a canvas is too small for a camera's photo. */
  | { readonly bitmap: ImageBitmapLike; readonly view: PhotoView };

/** `ImageBitmap` without the DOM types, which are not available in `core`. */
export interface ImageBitmapLike {
  readonly width: number;
  readonly height: number;
  close(): void;
}
