/**
 * The past searches of one element: the recent ones, and the photos saved for Back. Their scripts are loaded when the
 * device has some, when the visitor comes back, or after the first answer. If that fails, nothing is remembered.
 */
import { loadOnDemand } from '../../client/load-on-demand.ts';
import { RECENT_DATABASE } from '../../client/recent/database.ts';
import type { SearchResponse } from '../../core/contract.ts';
import { lazy } from '../../core/lazy.ts';
import { loadScript } from '../../core/load-script.ts';
import { forgetScroll } from '../history/scroll-place.ts';
import type { Subject } from '../subject.ts';
import type { RecentSearches } from './recent-searches.ts';

export interface PastSearchesHost {
  /** Absolute URL of the bundle's folder; null if nothing may be saved on the device. */
  readonly bundle: () => string | null;
  readonly enabled: () => boolean;
  readonly maxPixels: () => number | null;
}

/** A photo's key in the history entries; null if it has none. */
export type MarkOf = (photo: Blob) => string | null;

type Script = typeof import('./index.ts');

export interface LoadedPast {
  readonly recent: RecentSearches;
  readonly saved: InstanceType<Script['SavedPhotos']>;
  readonly RecentStrip: Script['RecentStrip'];
}

export class PastSearches {
  readonly #host: PastSearchesHost;
  readonly #load = lazy(() => this.#start());
  #loaded: LoadedPast | null = null;
  #onLoad: (past: LoadedPast) => void = () => undefined;

  constructor(host: PastSearchesHost) {
    this.#host = host;
  }

  get enabled(): boolean {
    return this.#host.enabled();
  }

  /** The scripts, if they have been asked for. */
  get loading(): Promise<unknown> | null {
    return this.#load.started();
  }

  /** Calls the listener as soon as there is something to show. Only the most recently passed one is called. */
  onLoad(listener: (past: LoadedPast) => void): void {
    this.#onLoad = listener;
    if (this.#loaded) listener(this.#loaded);
    else void this.#look();
  }

  /** Reads the recent queries again, for example after the bundle changed. */
  reload(): void {
    if (this.#loaded) this.#loaded.recent.reload();
    else void this.#look();
  }

  /** Saves a search that has succeeded. */
  keep(subject: Subject | null, response: SearchResponse, markOf: MarkOf): void {
    if (!subject || !this.enabled) return;
    // By the time the scripts are loaded, the element may use another bundle.
    const bundle = this.#host.bundle();
    this.#use(({ recent, saved }) => {
      recent.keep(subject, bundle, markOf);
      if (bundle !== null) saved.keep(subject, response, bundle, markOf);
    });
  }

  /** Takes over a search of an earlier page, which is already saved. */
  adopt(subject: Subject | null, markOf: MarkOf): void {
    this.#use(({ recent }) => recent.adopt(subject, markOf));
  }

  /** The saved photos among those with these marks; none if storage is blocked. */
  async find(marks: readonly string[]): ReturnType<LoadedPast['saved']['find']> {
    const bundle = this.enabled ? this.#host.bundle() : null;
    if (bundle === null) return [];
    const past = await this.#load().catch(() => null);
    return past ? past.saved.find(marks, bundle) : [];
  }

  /**
   * Deletes all searches, including those still being saved.
   * @throws SoutuError `StorageError` if the device still has some of them
   */
  async clear(): Promise<void> {
    forgetScroll();
    const past = await this.#load.started()?.catch(() => null);
    await past?.recent.clear();
  }

  async #look(): Promise<void> {
    if (!this.enabled || this.#host.bundle() === null) return;
    if (await mayHaveQueries()) this.#use(() => undefined);
  }

  /** Now if the scripts are loaded, else in the order of the calls. */
  #use(work: (past: LoadedPast) => void): void {
    if (this.#loaded) work(this.#loaded);
    else this.#load().then(work, () => undefined);
  }

  async #start(): Promise<LoadedPast> {
    // After an answer, its pictures are requested first.
    await new Promise((resolve) => setTimeout(resolve));
    const [{ RecentSearches, RecentStrip, SavedPhotos }, { openRecentQueries }] = await Promise.all(
      [loadScript(import('./index.ts')), loadOnDemand()],
    );
    const saved = new SavedPhotos();
    const onClear = async () => {
      forgetScroll();
      await saved.clear();
    };
    const recent = new RecentSearches({ ...this.#host, onClear }, openRecentQueries);
    const past = { recent, saved, RecentStrip };
    this.#loaded = past;
    this.#onLoad(past);
    return past;
  }
}

/** Looking must not create the database. */
async function mayHaveQueries(): Promise<boolean> {
  try {
    // Firefox before 126 cannot list them.
    const databases = await indexedDB.databases?.();
    return databases?.some(({ name }) => name === RECENT_DATABASE) ?? true;
  } catch {
    // Storage is blocked.
    return false;
  }
}
