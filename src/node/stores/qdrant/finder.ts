import { isRecord } from '../../../core/check-record.ts';
import { ReleaseGoneError } from '../../../core/errors.ts';
import type { IndexedItem } from '../../../core/item.ts';
import type { Call } from '../../../engine/retriever.ts';
import { joinItem } from '../item-parts.ts';
import type { PushedCondition } from '../pushed-filter.ts';
import { QUERY_TIMEOUT_MS } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';
import type { FoundRow, RowFinder } from '../store-retriever.ts';
import { withTies } from '../with-ties.ts';
import type { Collections } from './collections.ts';
import { isMissing, storeFault } from './faults.ts';
import { filterOf, INFO_ID, type Json, pointId, testedAgain, VECTOR } from './points.ts';

/** Points in one answer when they are counted here. */
const PAGE = 10_000;
const ITEM = ['id', 'search', 'details'];

export class QdrantFinder implements RowFinder {
  /** Qdrant has no limit of its own; this many rows are some megabytes. */
  readonly maxK = 10_000;
  readonly #collections: Collections;
  readonly #info: ReleaseInfo;

  constructor(collections: Collections, info: ReleaseInfo) {
    this.#collections = collections;
    this.#info = info;
  }

  approximate(
    unit: Float32Array,
    k: number,
    ef: number,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]> {
    return withTies(k, this.maxK, (limit) =>
      this.#search(unit, limit, { hnsw_ef: Math.max(limit, ef) }, conditions, call),
    );
  }

  exact(
    unit: Float32Array,
    k: number,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]> {
    return withTies(k, this.maxK, (limit) =>
      this.#search(unit, limit, { exact: true }, conditions, call),
    );
  }

  async count(conditions: readonly PushedCondition[], call: Call): Promise<number> {
    const filter = { ...filterOf(conditions), must_not: [{ has_id: [INFO_ID] }] };
    const long = testedAgain(conditions);
    if (long.length > 0) return this.#countOf(long, filter, call);
    const result = await this.#request('points/count', { filter, exact: true }, call);
    return isRecord(result) ? Number(result.count) : 0;
  }

  async #countOf(long: readonly string[], filter: Json, call: Call): Promise<number> {
    let count = 0;
    for (let offset: unknown = null; ; ) {
      const from = offset === null ? {} : { offset };
      const body = { limit: PAGE, with_payload: ['long'], filter, ...from };
      const answer = await this.#request('points/scroll', body, call);
      const { points, next_page_offset: next = null } = isRecord(answer) ? answer : {};
      count += (Array.isArray(points) ? points : []).filter((point) => hasAll(point, long)).length;
      if (next === null) return count;
      offset = next;
    }
  }

  async get(id: string, call: Call): Promise<{ item: IndexedItem; vector: Float32Array } | null> {
    const [point] = await this.#points([id], { with_vector: [VECTOR] }, call);
    if (!point) return null;
    const { vector } = point;
    const unit = isRecord(vector) && Array.isArray(vector[VECTOR]) ? vector[VECTOR] : [];
    return { item: itemOf(point), vector: Float32Array.from(unit) };
  }

  async items(ids: readonly string[], call: Call): Promise<readonly IndexedItem[]> {
    return (await this.#points(ids, {}, call)).map(itemOf);
  }

  async #points(ids: readonly string[], more: Json, call: Call): Promise<readonly Json[]> {
    const result = await this.#request(
      'points',
      { ids: ids.map(pointId), with_payload: ITEM, ...more },
      call,
    );
    return Array.isArray(result) ? result : [];
  }

  /** The `k` nearest; of conditions that are tested again here, more are asked for until `k` are left. */
  async #search(
    unit: Float32Array,
    k: number,
    params: Json,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]> {
    const long = testedAgain(conditions);
    for (let limit = k; ; limit = Math.min(this.maxK, limit * 2)) {
      const points = await this.#query(unit, limit, params, conditions, call);
      const found = points.filter((point) => hasAll(point, long)).slice(0, k);
      if (found.length === k || points.length < limit || limit === this.maxK) {
        return found.map(rowOfPoint);
      }
    }
  }

  async #query(
    unit: Float32Array,
    limit: number,
    params: Json,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly Json[]> {
    const long = testedAgain(conditions);
    const filter = filterOf(conditions);
    const result = await this.#request(
      'points/query',
      {
        query: Array.from(unit),
        using: VECTOR,
        limit,
        params,
        ...(filter === undefined ? {} : { filter }),
        with_payload: ['id', 'search', ...(long.length > 0 ? ['long'] : [])],
      },
      call,
    );
    return isRecord(result) && Array.isArray(result.points) ? result.points : [];
  }

  /** @throws ReleaseGoneError; SoutuError `StoreError` */
  async #request(path: string, body: Json, { signal }: Call): Promise<unknown> {
    const { address, settings } = this.#collections;
    const { queryTimeoutMs: timeoutMs = QUERY_TIMEOUT_MS } = settings;
    const collection = this.#collections.nameOf(this.#info.release);
    try {
      return await this.#collections.rawRequest(
        'POST',
        // The engine ends it, too; it counts in whole seconds.
        `/collections/${collection}/${path}?timeout=${Math.ceil(timeoutMs / 1000)}`,
        body,
        { signal, timeoutMs },
      );
    } catch (error) {
      signal?.throwIfAborted();
      if (!isMissing(error)) throw storeFault(error, address);
      throw new ReleaseGoneError(
        `${address.label}: release ${this.#info.release} was dropped. Ask for the current one, and search again.`,
      );
    }
  }
}

function hasAll({ payload }: Json, long: readonly string[]): boolean {
  const text = isRecord(payload) ? String(payload.long ?? '') : '';
  return long.every((word) => text.includes(word));
}

function rowOfPoint({ score, payload }: Json): FoundRow {
  const { id, search } = payload as Record<'id' | 'search', string>;
  // The score of cosine distance is the cosine, in float32: the rounding may leave −1 … 1.
  return { id, search, score: Math.max(-1, Math.min(1, Number(score))) };
}

function itemOf({ payload }: Json): IndexedItem {
  const { id, search, details } = payload as Record<'id' | 'search' | 'details', string>;
  return joinItem(id, search, details);
}
