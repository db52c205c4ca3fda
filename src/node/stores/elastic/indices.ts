/**
 * The indices of a catalogue "soutu" with a release "3f2a…":
 *
 *     soutu          alias of the index of the current release
 *     soutu-3f2a…    the rows; its mapping's `_meta` has the release's description and how the graph is built
 *     soutu.lock     has a document while a push is running (lock.ts)
 */
import { isRecord, isText } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { HttpStore } from '../address.ts';
import { HttpClient, HttpFault, type Method, type RequestOptions } from '../http/client.ts';
import { parseRelease, releaseText } from '../release-info.ts';
import { STORE_RETRIES } from '../retry.ts';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M, type StoreSettings } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';
import type { Dialect, Json } from './dialect.ts';
import { indexBody } from './documents.ts';
import { isMissingIndex, readError, storeFault } from './faults.ts';

/** Raise it with every change of the mapping, so that no later push writes into an earlier index. */
const LAYOUT = 1;

export const WRITE = { retries: STORE_RETRIES } as const;

export interface StoredRelease {
  readonly index: string;
  readonly info: ReleaseInfo;
  /** What makes two indices interchangeable for rows. */
  readonly built: string;
  readonly made: number;
}

export class Indices {
  readonly address: HttpStore;
  readonly dialect: Dialect;
  readonly settings: StoreSettings;
  readonly #client: HttpClient;

  constructor(address: HttpStore, dialect: Dialect, settings: StoreSettings) {
    this.address = address;
    this.dialect = dialect;
    this.settings = settings;
    this.#client = new HttpClient(address, readError);
  }

  nameOf(release: string): string {
    return `${this.address.name}-${release}`;
  }

  /** @throws HttpFault */
  rawRequest(
    method: Method,
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<unknown> {
    return this.#client.request(method, path, body, options);
  }

  /** @throws SoutuError `StoreError` */
  async request(
    method: Method,
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<Json> {
    try {
      const answer = await this.rawRequest(method, path, body, options);
      return isRecord(answer) ? answer : {};
    } catch (error) {
      throw this.fault(error);
    }
  }

  fault(error: unknown): SoutuError {
    return storeFault(error, this.address, this.dialect.title);
  }

  /** As `request`; null if an index does not exist. */
  async find(method: Method, path: string, body?: unknown): Promise<Json | null> {
    try {
      const answer = await this.rawRequest(method, path, body);
      return isRecord(answer) ? answer : {};
    } catch (error) {
      if (isMissingIndex(error)) return null;
      throw this.fault(error);
    }
  }

  /** The release that the alias names. */
  async current(): Promise<StoredRelease | null> {
    const { name, label } = this.address;
    const answer = await this.find('GET', `/${name}/_mapping?filter_path=*.mappings._meta`);
    if (answer === null) return null;
    const [first, second] = this.#parsed(answer);
    if (first && !second) return first;
    throw new SoutuError(
      'StoreError',
      `${label}: "${name}" is ${second ? 'the alias of several releases' : 'an index or alias that Soutu did not make'}. ` +
        'Choose another --name, or remove it.',
    );
  }

  /** Every release, oldest first; those of unfinished pushes, too. */
  async all(): Promise<readonly StoredRelease[]> {
    const path = `/${this.address.name}-*/_mapping?filter_path=*.mappings._meta`;
    const answer = await this.find('GET', path);
    return [...this.#parsed(answer ?? {})].sort((a, b) => a.made - b.made);
  }

  createBody(info: ReleaseInfo): Json {
    return indexBody(this.dialect, info.dimension, this.settings, this.#meta(info));
  }

  async create(info: ReleaseInfo): Promise<void> {
    await this.#make('PUT', `/${this.nameOf(info.release)}`, this.createBody(info));
  }

  /** Copies the rows of a release within the engine: links to the same files, which takes no time. */
  async clone(from: StoredRelease, info: ReleaseInfo): Promise<void> {
    const index = this.nameOf(info.release);
    await this.request('PUT', `/${from.index}/_settings`, { 'index.blocks.write': true }, WRITE);
    await this.#make('POST', `/${from.index}/_clone/${index}?wait_for_active_shards=1`, {
      settings: {
        'index.blocks.write': null,
        'index.number_of_replicas': 0,
        'index.refresh_interval': '-1',
      },
    });
    await this.request('PUT', `/${index}/_mapping`, { _meta: this.#meta(info) }, WRITE);
  }

  /** Makes an index. The caller has the lock, so one that exists was made by a request whose answer was lost. */
  async #make(method: 'PUT' | 'POST', path: string, body: Json): Promise<void> {
    try {
      await this.rawRequest(method, path, body, WRITE);
    } catch (error) {
      if (error instanceof HttpFault && /already_exists/.test(error.code)) return;
      throw this.fault(error);
    }
  }

  /** How rows are stored: with another value, an index is built anew. */
  get built(): string {
    const { m = DEFAULT_M, efConstruction = DEFAULT_EF_CONSTRUCTION, shards = 1 } = this.settings;
    return JSON.stringify({ layout: LAYOUT, m, efConstruction, shards });
  }

  #meta(info: ReleaseInfo): Json {
    const { name } = this.address;
    return { soutu: { name, info: releaseText(info), built: this.built, made: Date.now() } };
  }

  /** The indices that are ours. One that was cloned a moment ago still has the description of its source. */
  #parsed(answer: Json): readonly StoredRelease[] {
    return Object.entries(answer).flatMap(([index, entry]): StoredRelease[] => {
      const mappings = isRecord(entry) ? entry.mappings : undefined;
      const meta =
        isRecord(mappings) && isRecord(mappings._meta) ? mappings._meta.soutu : undefined;
      if (!isRecord(meta) || meta.name !== this.address.name || !isText(meta.info)) return [];
      const info = parseRelease(meta.info, `${this.address.label}, index ${index}`);
      if (index !== this.nameOf(info.release)) return [];
      return [{ index, info, built: String(meta.built), made: Number(meta.made) }];
    });
  }
}
