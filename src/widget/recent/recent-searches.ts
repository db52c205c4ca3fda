/** The recent queries of one element, saved one at a time in the background. */
import { loadOnDemand } from '../../client/load-on-demand.ts';
import type { Asked, RecentQueries, RecentQuery } from '../../client/recent/query.ts';
import { photoSubject, type SingleSubject, type Subject } from '../subject.ts';
import type { MarkOf, PastSearchesHost } from './past-searches.ts';

export interface RecentSearchesHost extends PastSearchesHost {
  /** Deletes what else is stored of recent queries. */
  readonly onClear: () => Promise<void>;
}

export class RecentSearches {
  readonly #host: RecentSearchesHost;
  readonly #open: (bundle: string | null) => RecentQueries;
  #queries: RecentQueries;
  #bundle: string | null = null;
  #listed: readonly RecentQuery[] = [];
  #onChange: () => void = () => undefined;
  #last: Promise<void> = Promise.resolve();
  /** Saved photo → its key, so that another view of the same photo replaces the entry. */
  readonly #keys = new WeakMap<Blob, number>();
  readonly #marks = new WeakMap<Blob, string>();
  #latest: SingleSubject | null = null;

  /** @param open opens the queries of the bundle with this URL; null for those that stay in memory */
  constructor(host: RecentSearchesHost, open: (bundle: string | null) => RecentQueries) {
    this.#host = host;
    this.#open = open;
    this.#queries = open(null);
  }

  /** Newest first. */
  get listed(): readonly RecentQuery[] {
    return this.#host.enabled() ? this.#listed : [];
  }

  /** Reads the stored queries. Only the most recently passed listener is called on changes. */
  load(onChange: () => void): void {
    this.#onChange = onChange;
    this.reload();
  }

  /** Reads the queries again, for example after the bundle changed. */
  reload(): void {
    this.#listed = [];
    this.#later(() => this.#list());
  }

  /** Takes over a query of an earlier page, which is already saved. */
  adopt(subject: Subject | null, markOf: MarkOf): void {
    if (!subject || subject.kind === 'several') return;
    this.#latest = subject;
    this.#mark(subject, markOf);
  }

  /**
   * Saves a query of one photo or item that has succeeded.
   * @param bundle of the query; the element may use another one by the time it is saved
   */
  keep(subject: Subject, bundle: string | null, markOf: MarkOf): void {
    if (subject.kind === 'several') return;
    if (isSame(subject, this.#latest)) return;
    this.#mark(subject, markOf);
    this.#latest = subject;
    const store = this.#store(bundle);
    this.#later(async () => {
      await quiet();
      const instead = this.#keyOf(subject);
      const asked = await this.#askedBy(subject);
      const key = await store.keep(asked, instead);
      if (subject.kind === 'photo') this.#keys.set(subject.blob, key);
      await this.#list();
    });
  }

  /**
   * Deletes all queries, including those still being saved.
   * @throws SoutuError `StorageError` if the device still has some of them
   */
  async clear(): Promise<void> {
    const cleared = this.#last.then(async () => {
      await Promise.all([this.#store().clear(), this.#host.onClear()]);
      // The latest query stays known: its next filter or page must not save it again.
      this.#listed = [];
      this.#onChange();
    });
    this.#later(() => cleared);
    await cleared;
  }

  /** Converts a recent query to a subject, to repeat the search. */
  subjectOf({ asked, key }: RecentQuery): SingleSubject {
    if (asked.kind === 'item') return asked;
    this.#keys.set(asked.photo, key);
    return photoSubject(asked.photo, asked.view);
  }

  isOf({ asked, key }: RecentQuery, subject: Subject | null): boolean {
    if (!subject) return false;
    return asked.kind === 'item'
      ? subject.kind === 'item' && subject.id === asked.id
      : this.#keyOf(subject) === key;
  }

  #keyOf(subject: Subject): number | undefined {
    if (subject.kind !== 'photo') return undefined;
    const mark = this.#marks.get(subject.blob);
    const isSamePhoto = ({ asked }: RecentQuery) =>
      asked.kind === 'photo' && asked.mark !== undefined && asked.mark === mark;
    return this.#keys.get(subject.blob) ?? this.#listed.find(isSamePhoto)?.key;
  }

  #mark(subject: SingleSubject, markOf: MarkOf): void {
    const mark = subject.kind === 'photo' ? markOf(subject.blob) : null;
    if (subject.kind === 'photo' && mark !== null) this.#marks.set(subject.blob, mark);
  }

  async #askedBy(subject: SingleSubject): Promise<Asked> {
    if (subject.kind === 'item') {
      const { kind, id, title, url } = subject;
      return { kind, id, title, url };
    }
    const { blob, view } = subject;
    const { smallPhoto } = await loadOnDemand();
    const small = await smallPhoto(blob, view, this.#host.maxPixels() ?? undefined);
    const mark = this.#marks.get(blob);
    return { kind: 'photo', view, ...small, ...(mark === undefined ? {} : { mark }) };
  }

  async #list(): Promise<void> {
    this.#listed = this.#host.enabled() ? await this.#store().list() : [];
    this.#onChange();
  }

  #store(bundle = this.#host.bundle()): RecentQueries {
    if (bundle !== this.#bundle) {
      this.#bundle = bundle;
      this.#queries = this.#open(bundle);
    }
    return this.#queries;
  }

  /** Runs tasks in sequence. Failures are ignored: a photo that cannot be resized is not saved. */
  #later(work: () => Promise<void>): void {
    this.#last = this.#last.then(work).catch(() => undefined);
  }
}

/** Waits until the browser is idle, so that the results' pictures load first. */
function quiet(): Promise<unknown> {
  // Not supported by Safari.
  if (!('requestIdleCallback' in globalThis)) return new Promise((resolve) => setTimeout(resolve));
  return new Promise((resolve) => requestIdleCallback(resolve, { timeout: 2000 }));
}

function isSame(a: SingleSubject, b: SingleSubject | null): boolean {
  if (a.kind === 'photo') return b?.kind === 'photo' && a.blob === b.blob && a.view === b.view;
  return b?.kind === 'item' && a.id === b.id;
}
