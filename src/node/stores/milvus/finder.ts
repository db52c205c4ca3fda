import { ReleaseGoneError } from '../../../core/errors.ts';
import type { IndexedItem } from '../../../core/item.ts';
import type { Call } from '../../../engine/retriever.ts';
import { joinItem } from '../item-parts.ts';
import type { PushedCondition } from '../pushed-filter.ts';
import { QUERY_TIMEOUT_MS } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';
import type { FoundRow, RowFinder } from '../store-retriever.ts';
import { withTies } from '../with-ties.ts';
import { countIn, listed } from './api.ts';
import type { Collections } from './collections.ts';
import { isMissingCollection, storeFault } from './faults.ts';
import { expressionOf, isFlat, type Json, keyOf, listOf } from './rows.ts';

/** The widest beam that Milvus accepts. */
const MOST_EF = 32_768;
/** Rows that a filter excludes take places in the beam, too: with 64, Milvus Lite found 96 % behind a filter. */
const WIDER_WITH_FILTER = 8;
const ITEM = ['id', 'search', 'details'];

export class MilvusFinder implements RowFinder {
  /** Milvus answers 16,384 rows at most. */
  readonly maxK = 10_000;
  readonly comparesAll: boolean;
  readonly #collections: Collections;
  readonly #info: ReleaseInfo;

  constructor(collections: Collections, info: ReleaseInfo) {
    this.#collections = collections;
    this.#info = info;
    this.comparesAll = isFlat(info.count, collections.settings);
  }

  prefersExact(): boolean {
    return this.comparesAll;
  }

  approximate(
    unit: Float32Array,
    k: number,
    ef: number,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]> {
    const wide = conditions.length === 0 ? ef : ef * WIDER_WITH_FILTER;
    return this.#search(unit, k, wide, conditions, call);
  }

  /** Of a release with a graph, by the widest beam: Milvus cannot be asked to compare all rows. */
  exact(
    unit: Float32Array,
    k: number,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]> {
    return this.#search(unit, k, MOST_EF, conditions, call);
  }

  async count(conditions: readonly PushedCondition[], call: Call): Promise<number> {
    const body = { filter: expressionOf(conditions), outputFields: ['count(*)'] };
    return countIn(await this.#request('entities/query', body, call));
  }

  async get(id: string, call: Call): Promise<{ item: IndexedItem; vector: Float32Array } | null> {
    const [row] = await this.#rows([id], [...ITEM, 'unit'], call);
    if (!row) return null;
    return { item: itemOf(row), vector: Float32Array.from(row.unit as readonly number[]) };
  }

  async items(ids: readonly string[], call: Call): Promise<readonly IndexedItem[]> {
    return (await this.#rows(ids, ITEM, call)).map(itemOf);
  }

  async #rows(
    ids: readonly string[],
    outputFields: readonly string[],
    call: Call,
  ): Promise<readonly Json[]> {
    const filter = `key in ${listOf(ids.map(keyOf))}`;
    const body = { filter, limit: ids.length, outputFields };
    return listed(await this.#request('entities/query', body, call));
  }

  #search(
    unit: Float32Array,
    k: number,
    ef: number,
    conditions: readonly PushedCondition[],
    call: Call,
  ): Promise<readonly FoundRow[]> {
    const filter = expressionOf(conditions);
    return withTies(k, this.maxK, async (limit) => {
      const params = this.comparesAll ? {} : { ef: Math.min(MOST_EF, Math.max(ef, limit)) };
      const found = await this.#request(
        'entities/search',
        {
          data: [Array.from(unit)],
          annsField: 'unit',
          ...(filter === '' ? {} : { filter }),
          limit,
          outputFields: ['id', 'search'],
          searchParams: { metricType: 'COSINE', params },
        },
        call,
      );
      return listed(found).map(({ id, search, distance }) => ({
        id: String(id),
        search: String(search),
        // With COSINE, the distance is the cosine, in float32: the rounding may leave −1 … 1.
        score: Math.max(-1, Math.min(1, Number(distance))),
      }));
    });
  }

  /** @throws ReleaseGoneError; SoutuError `StoreError` */
  async #request(action: string, body: Json, { signal }: Call): Promise<unknown> {
    const { api, address } = this.#collections;
    const collectionName = this.#collections.nameOf(this.#info.release);
    try {
      const timeoutMs = this.#collections.settings.queryTimeoutMs ?? QUERY_TIMEOUT_MS;
      return await api.raw(action, { collectionName, ...body }, { signal, timeoutMs });
    } catch (error) {
      signal?.throwIfAborted();
      if (!isMissingCollection(error)) throw storeFault(error, address);
      throw new ReleaseGoneError(
        `${address.label}: release ${this.#info.release} was dropped. Ask for the current one, and search again.`,
      );
    }
  }
}

function itemOf({ id, search, details }: Json): IndexedItem {
  return joinItem(String(id), String(search), String(details));
}
