/** Version 2 of Milvus' REST API: POST requests that answer `{ code, data, message }`, with status 200 for most errors. */
import { isRecord } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import { sleep } from '../../../core/timeout.ts';
import type { HttpStore } from '../address.ts';
import {
  HttpClient,
  HttpFault,
  headerOf,
  QUERY_RETRIES,
  type RequestOptions,
} from '../http/client.ts';
import { withRetries } from '../retry.ts';
import { isBusy, isNotLoaded, readError, storeFault } from './faults.ts';
import type { Json } from './rows.ts';

/** Milvus ends a request after 30 s otherwise. */
const WRITE_S = 300;
const LOAD_MS = 10 * 60_000;
const POLL_MS = 250;

export class MilvusApi {
  readonly address: HttpStore;
  readonly #queries: HttpClient;
  readonly #writes: HttpClient;

  /** @param queryTimeoutMs after which the engine is to end a search */
  constructor(address: HttpStore, queryTimeoutMs: number) {
    this.address = address;
    const { apiKey, user, password } = address;
    const token = apiKey ?? (user === undefined ? undefined : `${user}:${password ?? ''}`);
    const within = (seconds: number) =>
      new HttpClient(address, readError, {
        ...(token === undefined ? {} : { authorization: headerOf(`Bearer ${token}`) }),
        'request-timeout': String(seconds),
      });
    this.#queries = within(Math.ceil(queryTimeoutMs / 1000));
    this.#writes = within(WRITE_S);
  }

  /**
   * @param action `entities/search`
   * @param body a value, or JSON as text that begins with "{"
   * @returns the answer's `data` @throws HttpFault with Milvus' own code
   */
  async raw(action: string, body: Json | string, options: RequestOptions = {}): Promise<unknown> {
    try {
      return await this.#send(action, body, options);
    } catch (error) {
      if (!isNotLoaded(error) || typeof body === 'string') throw error;
      const { collectionName } = body;
      await this.#send('collections/load', { collectionName }, options);
      await this.loaded(String(collectionName));
      return this.#send(action, body, options);
    }
  }

  /** Waits until a collection is in memory. @throws HttpFault; SoutuError `StoreError` */
  async loaded(collectionName: string): Promise<void> {
    for (const until = Date.now() + LOAD_MS; ; await sleep(POLL_MS)) {
      const state = await this.#send('collections/get_load_state', { collectionName }, {});
      if (isRecord(state) && state.loadState === 'LoadStateLoaded') return;
      if (Date.now() > until) {
        throw new SoutuError(
          'StoreError',
          `${this.address.label}: collection "${collectionName}" is not loaded. Does a query node run?`,
        );
      }
    }
  }

  async #send(action: string, body: Json | string, options: RequestOptions): Promise<unknown> {
    const { database } = this.address;
    const asText = typeof body === 'string' ? body : JSON.stringify(body);
    const named = database === undefined ? '' : `"dbName":${JSON.stringify(database)}`;
    const comma = named !== '' && asText !== '{}' ? ',' : '';
    const { retries = QUERY_RETRIES } = options;
    const client = retries === QUERY_RETRIES ? this.#queries : this.#writes;
    return withRetries(
      async () => {
        const answer = await client.request(
          'POST',
          `/v2/vectordb/${action}`,
          `{${named}${comma}${asText.slice(1)}`,
          { ...options, isJson: true },
        );
        const { code, data } = isRecord(answer) ? answer : {};
        // 200 is what versions before 2.4.5 answer.
        if (code === 0 || code === 200) return data;
        const error = readError(answer);
        throw new HttpFault(error.reason || `The server answered ${code}`, 200, error.code, answer);
      },
      (error) => isBusy(error) && options.signal?.aborted !== true,
      retries,
    );
  }

  /** @throws SoutuError `StoreError` */
  async call(action: string, body: Json | string, options?: RequestOptions): Promise<unknown> {
    try {
      return await this.raw(action, body, options);
    } catch (error) {
      throw storeFault(error, this.address);
    }
  }

  /** As `call`; null for an error that means that there is nothing. */
  async find(
    action: string,
    body: Json,
    isNothing: (error: unknown) => boolean,
    options?: RequestOptions,
  ): Promise<unknown> {
    try {
      return await this.raw(action, body, options);
    } catch (error) {
      if (isNothing(error)) return null;
      throw storeFault(error, this.address);
    }
  }
}

export function listed(data: unknown): readonly Json[] {
  return Array.isArray(data) ? data : [];
}

/** @param data of a query for `count(*)` */
export function countIn(data: unknown): number {
  return Number(listed(data)[0]?.['count(*)'] ?? 0);
}
