/**
 * The collections of a catalogue "soutu" with a release "3f2a…":
 *
 *     soutu          alias of the collection of the current release
 *     soutu-3f2a…    the rows, and a point with the release's description (points.ts)
 *     soutu.lock     has a point while a push is running (lease.ts)
 *
 * Qdrant cannot copy a collection, so every release is sent whole.
 */
import { isRecord, isText } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import { sleep } from '../../../core/timeout.ts';
import type { HttpStore } from '../address.ts';
import {
  HttpClient,
  HttpFault,
  headerOf,
  type Method,
  type RequestOptions,
} from '../http/client.ts';
import { Lease, type LeasePlace, type LeaseRecord } from '../lease.ts';
import { parseRelease, releaseText } from '../release-info.ts';
import { STORE_RETRIES } from '../retry.ts';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M, type StoreSettings } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';
import { isMissing, readError, storeFault } from './faults.ts';
import { INFO_ID, type Json, LEASE_ID, numberKey, VECTOR } from './points.ts';

/** Raise it with every change of points.ts, so that no later push writes into an earlier collection. */
const LAYOUT = 2;
/** Of Qdrant 1: earlier ones do not have `points/query`. */
const OLDEST_MINOR = 10;
const INDEX_WAIT_MS = 30 * 60_000;
const POLL_MS = 1000;

export const WRITE = { retries: STORE_RETRIES } as const;

export interface StoredRelease {
  readonly collection: string;
  readonly info: ReleaseInfo;
  /** How rows are stored. */
  readonly built: string;
  readonly made: number;
}

const LOCK_BODY: Json = { vectors: { [VECTOR]: { size: 1, distance: 'Dot' } } };

const numberIndex = (attribute: string): Json => ({
  field_name: numberKey(attribute),
  field_schema: 'float',
});

export class Collections {
  readonly address: HttpStore;
  readonly settings: StoreSettings;
  readonly #client: HttpClient;

  constructor(address: HttpStore, settings: StoreSettings) {
    this.address = address;
    this.settings = settings;
    const { apiKey } = address;
    this.#client = new HttpClient(
      address,
      readError,
      apiKey === undefined ? {} : { 'api-key': headerOf(apiKey) },
    );
  }

  nameOf(release: string): string {
    return `${this.address.name}-${release}`;
  }

  /** @returns the answer's `result` @throws HttpFault */
  async rawRequest(
    method: Method,
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<unknown> {
    const answer = await this.#client.request(method, path, body, options);
    return isRecord(answer) ? answer.result : undefined;
  }

  /** @throws SoutuError `StoreError` if the server says that it is older than the requests of searches */
  async checkVersion(): Promise<void> {
    let version: unknown;
    try {
      const answer = await this.#client.request('GET', '/');
      version = isRecord(answer) ? answer.version : undefined;
    } catch (error) {
      // A proxy may pass on nothing but collections.
      if (!(error instanceof HttpFault) || ![403, 404].includes(error.status)) {
        throw storeFault(error, this.address);
      }
    }
    const [, major, minor] = /^(\d+)\.(\d+)\./.exec(String(version)) ?? [];
    if (major === undefined || Number(major) > 1 || Number(minor) >= OLDEST_MINOR) return;
    throw new SoutuError(
      'StoreError',
      `${this.address.label}: Soutu needs Qdrant 1.${OLDEST_MINOR} or later, this is ${version}. Nothing was sent.`,
    );
  }

  /** @throws SoutuError `StoreError` */
  async request(
    method: Method,
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<unknown> {
    try {
      return await this.rawRequest(method, path, body, options);
    } catch (error) {
      throw storeFault(error, this.address);
    }
  }

  /** As `request`; null if a collection does not exist. */
  async find(
    method: Method,
    path: string,
    body?: unknown,
    options?: RequestOptions,
  ): Promise<unknown> {
    try {
      return await this.rawRequest(method, path, body, options);
    } catch (error) {
      if (isMissing(error)) return null;
      throw storeFault(error, this.address);
    }
  }

  /** The release that the alias names. */
  async current(): Promise<StoredRelease | null> {
    const { name, label } = this.address;
    const stored = await this.#described(name);
    if (stored === null || stored !== 'other') return stored;
    throw new SoutuError(
      'StoreError',
      `${label}: "${name}" is a collection or alias that Soutu did not make. Choose another --name, or remove it.`,
    );
  }

  /** Every release, oldest first; those of unfinished pushes, too. */
  async all(): Promise<readonly StoredRelease[]> {
    const answer = await this.request('GET', '/collections');
    const listed = isRecord(answer) && Array.isArray(answer.collections) ? answer.collections : [];
    const releases: StoredRelease[] = [];
    for (const { name } of listed) {
      if (!isText(name) || !name.startsWith(`${this.address.name}-`)) continue;
      const stored = await this.#described(name);
      if (stored !== null && stored !== 'other') releases.push(stored);
    }
    return releases.sort((a, b) => a.made - b.made);
  }

  createBody({ dimension }: ReleaseInfo): Json {
    const {
      m = DEFAULT_M,
      efConstruction = DEFAULT_EF_CONSTRUCTION,
      shards = 1,
      replicas = 1,
    } = this.settings;
    return {
      vectors: { [VECTOR]: { size: dimension, distance: 'Cosine' } },
      hnsw_config: { m, ef_construct: efConstruction },
      shard_number: shards,
      replication_factor: replicas + 1,
    };
  }

  /**
   * Of payload. Without an index, a filter is tested on every point, a graph has no links among the points that match, so
   * that searches miss some, and servers in strict mode refuse the filter.
   */
  indexBodies({ numeric }: ReleaseInfo): readonly Json[] {
    return [
      ...['terms', 'words'].map((name) => ({ field_name: name, field_schema: 'keyword' })),
      ...numeric.map(numberIndex),
    ];
  }

  /** Before points with this attribute are written, so that graphs are built with it. */
  async indexNumber(collection: string, attribute: string): Promise<void> {
    const path = `/collections/${collection}/index?wait=true`;
    await this.request('PUT', path, numberIndex(attribute), WRITE);
  }

  async create(info: ReleaseInfo): Promise<void> {
    const path = `/collections/${this.nameOf(info.release)}`;
    // A request whose answer was lost may have made it; the caller has the lock.
    await this.drop(info.release);
    try {
      await this.rawRequest('PUT', path, this.createBody(info), WRITE);
    } catch (error) {
      // The answer to the first try may have been lost: the caller has the lock, and it was deleted a moment ago.
      if (!(error instanceof HttpFault && error.status === 409)) {
        throw storeFault(error, this.address);
      }
    }
    // At once, since a collection without it is in no list, so that nobody could delete it.
    const { name } = this.address;
    const soutu = { name, info: releaseText(info), built: this.built, made: Date.now() };
    const points = [{ id: INFO_ID, vector: {}, payload: { soutu } }];
    await this.request('PUT', `${path}/points?wait=true`, { points }, WRITE);
    await this.indexPayload(info);
  }

  /** Does nothing where an index is there already. */
  async indexPayload(info: ReleaseInfo): Promise<void> {
    const path = `/collections/${this.nameOf(info.release)}/index?wait=true`;
    for (const body of this.indexBodies(info)) await this.request('PUT', path, body, WRITE);
  }

  /** Deletes a release, or what there is of it. */
  async drop(release: string): Promise<void> {
    await this.find('DELETE', `/collections/${this.nameOf(release)}`, undefined, WRITE);
  }

  /** Waits until graphs are built: before, searches compare rows that are in none. */
  async indexed(release: string): Promise<void> {
    const path = `/collections/${this.nameOf(release)}`;
    // A server that has just stored rows may be green until its optimizer starts.
    let isGreen = false;
    for (const until = Date.now() + INDEX_WAIT_MS; ; await sleep(POLL_MS)) {
      const answer = await this.request('GET', path, undefined, WRITE);
      const { status, optimizer_status: optimizer } = isRecord(answer) ? answer : {};
      if (isRecord(optimizer) && isText(optimizer.error)) {
        throw storeFault(new Error(`the index cannot be built: ${optimizer.error}`), this.address);
      }
      if (status === 'red') {
        throw storeFault(
          new Error('the index cannot be built: the collection is red'),
          this.address,
        );
      }
      if (status === 'green' && isGreen) return;
      isGreen = status === 'green';
      // After a restart, nothing is built until something changes.
      if (status === 'grey') await this.request('PATCH', path, { optimizers_config: {} }, WRITE);
      if (Date.now() > until) {
        this.settings.warn?.(
          `${this.address.label}: the index is still being built after ${INDEX_WAIT_MS / 60_000} minutes. Searches are ` +
            'complete, and slow until it is.',
        );
        return;
      }
    }
  }

  /** How rows are stored: with another value, a release is sent from its beginning. */
  get built(): string {
    return JSON.stringify({ layout: LAYOUT, ...this.createBody({ dimension: 0 } as ReleaseInfo) });
  }

  async lease(): Promise<Lease> {
    const { name, label } = this.address;
    return Lease.take(this.#leasePlace(this.#lockPath), name, label);
  }

  get #lockPath(): string {
    return `/collections/${this.address.name}.lock`;
  }

  /** For `--dry-run`. */
  lockPlan(): readonly string[] {
    return [
      `PUT ${this.#lockPath}  (once)`,
      JSON.stringify(LOCK_BODY),
      `PUT ${this.#lockPath}/points  (while a push is running)`,
    ];
  }

  #leasePlace(path: string): LeasePlace {
    const body = { ids: [LEASE_ID], with_payload: true };
    return {
      read: async () => {
        const found = await this.find('POST', `${path}/points`, body);
        const [point] = Array.isArray(found) ? found : [];
        return point ? (point.payload as LeaseRecord) : null;
      },
      write: async (record) => {
        if ((await this.find('GET', path)) === null) {
          // Another push may have made it meanwhile.
          await this.find('PUT', path, LOCK_BODY).catch(async (error: unknown) => {
            if ((await this.find('GET', path)) === null) throw error;
          });
        }
        const points = [{ id: LEASE_ID, vector: {}, payload: record }];
        await this.request('PUT', `${path}/points?wait=true`, { points }, WRITE);
      },
      remove: async () => {
        await this.request(
          'POST',
          `${path}/points/delete?wait=true`,
          { points: [LEASE_ID] },
          WRITE,
        );
      },
    };
  }

  /** @returns null if it does not exist, 'other' if it is not ours */
  async #described(collection: string): Promise<StoredRelease | 'other' | null> {
    const found = await this.find('POST', `/collections/${collection}/points`, {
      ids: [INFO_ID],
      with_payload: true,
    });
    if (found === null) return null;
    const [point] = Array.isArray(found) ? found : [];
    const soutu = isRecord(point) && isRecord(point.payload) ? point.payload.soutu : undefined;
    const { name, label } = this.address;
    if (!isRecord(soutu) || soutu.name !== name || !isText(soutu.info)) return 'other';
    const info = parseRelease(soutu.info, `${label}, collection ${collection}`);
    return {
      collection: this.nameOf(info.release),
      info,
      built: String(soutu.built),
      made: Number(soutu.made),
    };
  }
}
