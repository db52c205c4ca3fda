import { isRecord, isText } from '../../../core/check-record.ts';
import { ReleaseGoneError } from '../../../core/errors.ts';
import type { IndexedItem } from '../../../core/item.ts';
import type { Call } from '../../../engine/retriever.ts';
import { HttpFault } from '../http/client.ts';
import { joinItem } from '../item-parts.ts';
import type { PushedCondition } from '../pushed-filter.ts';
import { QUERY_TIMEOUT_MS } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';
import type { FoundRow, RowFinder } from '../store-retriever.ts';
import type { Json, SearchBody } from './dialect.ts';
import { filterQuery } from './dialect.ts';
import { conditionQuery, decodeUnit, documentId } from './documents.ts';
import { isMissingIndex } from './faults.ts';
import type { Indices } from './indices.ts';

type Source = Readonly<Record<string, string>>;

export class ElasticFinder implements RowFinder {
  /** `index.max_result_window` */
  readonly maxK = 10_000;
  readonly #indices: Indices;
  readonly #info: ReleaseInfo;
  readonly #index: string;

  constructor(indices: Indices, info: ReleaseInfo) {
    this.#indices = indices;
    this.#info = info;
    this.#index = indices.nameOf(info.release);
  }

  approximate(
    unit: Float32Array,
    k: number,
    ef: number,
    conditions: readonly PushedCondition[],
    call: Call,
    details: boolean,
  ): Promise<readonly FoundRow[]> {
    const filter = conditions.map(conditionQuery);
    const body = this.#indices.dialect.approximate(Array.from(unit), k, ef, filter);
    return this.#search(body, call, details);
  }

  exact(
    unit: Float32Array,
    k: number,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]> {
    const filter = conditions.map(conditionQuery);
    const { dialect } = this.#indices;
    return this.#search(dialect.exact(Array.from(unit), k, filter, this.#info.count), call);
  }

  async count(conditions: readonly PushedCondition[], call: Call): Promise<number> {
    const query = filterQuery(conditions.map(conditionQuery));
    const { count } = await this.#request('POST', '_count', { query }, call);
    return Number(count);
  }

  async get(id: string, call: Call): Promise<{ item: IndexedItem; vector: Float32Array } | null> {
    // The path would be another one.
    if (id === '') return null;
    const path = `_doc/${encodeURIComponent(documentId(id))}?_source=id,search,details,unit`;
    const found = await this.#request('GET', path, undefined, call);
    const source = sourceOf(found);
    if (source === null) return null;
    return { item: itemOf(source), vector: decodeUnit(source.unit ?? '') };
  }

  async items(ids: readonly string[], call: Call): Promise<readonly IndexedItem[]> {
    const { docs } = await this.#request(
      'POST',
      '_mget?_source=id,search,details',
      {
        ids: ids.filter((id) => id !== '').map(documentId),
      },
      call,
    );
    const found = Array.isArray(docs) ? docs : [];
    // This request answers 200 for an index that does not exist.
    const isGone = (one: unknown) =>
      isRecord(one) && isRecord(one.error) && one.error.type === 'index_not_found_exception';
    if (found.some(isGone)) throw this.#gone();
    return found.flatMap((one) => {
      const source = sourceOf(one);
      return source ? [itemOf(source)] : [];
    });
  }

  async #search(
    { body, toCosine }: SearchBody,
    call: Call,
    details = false,
  ): Promise<readonly FoundRow[]> {
    const answer = await this.#request(
      'POST',
      '_search?filter_path=hits.hits._score,hits.hits._source,_shards.failed,timed_out',
      {
        ...body,
        _source: ['id', 'search', ...(details ? ['details'] : [])],
        track_total_hits: false,
      },
      call,
    );
    const shards = isRecord(answer._shards) ? answer._shards.failed : 0;
    if (shards !== 0 || answer.timed_out === true) {
      throw this.#indices.fault(
        new Error(`${shards} shards of ${this.#index} did not answer, so that rows are missing`),
      );
    }
    const hits = isRecord(answer.hits) && Array.isArray(answer.hits.hits) ? answer.hits.hits : [];
    return hits.map(({ _score, _source }) => ({
      id: String(_source.id),
      search: String(_source.search),
      ...(details ? { details: String(_source.details) } : {}),
      score: toCosine(Number(_score)),
    }));
  }

  #gone(): ReleaseGoneError {
    return new ReleaseGoneError(
      `${this.#indices.address.label}: release ${this.#info.release} was dropped. Ask for the current one, and search again.`,
    );
  }

  /** @throws ReleaseGoneError; SoutuError `StoreError` */
  async #request(
    method: 'GET' | 'POST',
    path: string,
    body: unknown,
    { signal }: Call,
  ): Promise<Json> {
    try {
      const answer = await this.#indices.rawRequest(method, `/${this.#index}/${path}`, body, {
        signal,
        timeoutMs: this.#indices.settings.queryTimeoutMs ?? QUERY_TIMEOUT_MS,
      });
      return isRecord(answer) ? answer : {};
    } catch (error) {
      signal?.throwIfAborted();
      if (isMissingIndex(error)) {
        throw this.#gone();
      }
      // A document that does not exist is no error of ours.
      if (error instanceof HttpFault && isRecord(error.body) && error.body.found === false) {
        return error.body;
      }
      throw this.#indices.fault(error);
    }
  }
}

function sourceOf(found: unknown): Source | null {
  if (!isRecord(found) || found.found !== true || !isRecord(found._source)) return null;
  return isText(found._source.id) ? (found._source as Source) : null;
}

function itemOf({ id = '', search = '{}', details = '{}' }: Source): IndexedItem {
  return joinItem(id, search, details);
}
