import type { IndexedItem } from '../../../core/item.ts';
import type { RedisStore } from '../address.ts';
import { joinItem } from '../item-parts.ts';
import type { PushedCondition } from '../pushed-filter.ts';
import { withRetries } from '../retry.ts';
import type { ReleaseInfo } from '../store.ts';
import type { FoundRow, RowFinder } from '../store-retriever.ts';
import type { Argument, RedisClient } from './client.ts';
import { goneError, mayPass, storeFault } from './faults.ts';
import { filterOf, type Keys, keysOf, nameKey } from './keys.ts';
import { listOf, type Reply, textOf } from './reply.ts';

/** Up to this many rows, comparing all is as fast as the graph; with a filter, which may pass few rows, more. */
const EXACT_UP_TO = 2000;
const FILTERED_UP_TO = 20_000;
/** Redis' graph needs a wider beam than others for the same recall. */
const LEAST_EF = 200;

export class RedisFinder implements RowFinder {
  readonly maxK = 10_000;
  readonly words = false;
  readonly #client: RedisClient;
  readonly #address: RedisStore;
  readonly #info: ReleaseInfo;
  readonly #keys: Keys;
  readonly #exactUpTo: number;

  constructor(
    client: RedisClient,
    address: RedisStore,
    info: ReleaseInfo,
    exactUpTo = EXACT_UP_TO,
  ) {
    this.#client = client;
    this.#address = address;
    this.#info = info;
    this.#keys = keysOf(address.name, info.release);
    this.#exactUpTo = exactUpTo;
  }

  prefersExact(k: number, ef: number): boolean {
    return this.#info.count <= this.#exactUpTo || Math.max(k, ef) * 4 > this.#info.count;
  }

  async approximate(
    unit: Float32Array,
    k: number,
    ef: number,
    conditions: readonly PushedCondition[],
  ): Promise<readonly FoundRow[] | null> {
    const { count } = this.#info;
    const width = Math.max(LEAST_EF, 2 * ef);
    if (conditions.length === 0) return this.#near(unit, k, conditions, ['EF', width]);
    if (count <= FILTERED_UP_TO) return null;
    // Rows that fail the filter are passed over; the effort is how many are looked at.
    return this.#near(unit, k, conditions, ['EF', width, 'FILTER-EF', count]);
  }

  exact(
    unit: Float32Array,
    k: number,
    conditions: readonly PushedCondition[],
  ): Promise<readonly FoundRow[]> {
    return this.#near(unit, k, conditions, ['TRUTH']);
  }

  /** Redis has no way to count, so that all rows that match are listed. */
  async count(conditions: readonly PushedCondition[]): Promise<number> {
    const { dimension, count } = this.#info;
    const any = new Float32Array(dimension).fill(1 / Math.sqrt(dimension));
    const [found] = await this.#pinned([this.#similar(any, count, conditions, ['TRUTH'])]);
    return listOf(found).length / 2;
  }

  async get(id: string): Promise<{ item: IndexedItem; vector: Float32Array } | null> {
    const { search, details, unit } = this.#keys;
    const [found, more, bytes] = await this.#pinned(
      [search, details, unit].map((key) => ['HGET', key, id]),
    );
    if (!(bytes instanceof Buffer)) return null;
    const vector = new Float32Array(Uint8Array.from(bytes).buffer);
    return { item: joinItem(id, textOf(found) ?? '{}', textOf(more) ?? '{}'), vector };
  }

  async items(ids: readonly string[]): Promise<readonly IndexedItem[]> {
    const { search, details } = this.#keys;
    const [found, more] = await this.#pinned(
      [search, details].map((key) => ['HMGET', key, ...ids]),
    );
    return ids.flatMap((id, i) => {
      const text = textOf(listOf(found)[i]);
      return text === null ? [] : [joinItem(id, text, textOf(listOf(more)[i]) ?? '{}')];
    });
  }

  async #near(
    unit: Float32Array,
    k: number,
    conditions: readonly PushedCondition[],
    how: readonly Argument[],
  ): Promise<readonly FoundRow[]> {
    const [found] = await this.#pinned([this.#similar(unit, k, conditions, how)]);
    const pairs = listOf(found);
    const ids = pairs.filter((_, i) => i % 2 === 0).map((id) => textOf(id) ?? '');
    if (ids.length === 0) return [];
    const [texts] = await this.#pinned([['HMGET', this.#keys.search, ...ids]]);
    return ids.map((id, i) => ({
      id,
      search: textOf(listOf(texts)[i]) ?? '{}',
      // Redis' similarity is (1 + cosine) / 2.
      score: Math.max(-1, Math.min(1, 2 * Number(textOf(pairs[2 * i + 1])) - 1)),
    }));
  }

  #similar(
    unit: Float32Array,
    k: number,
    conditions: readonly PushedCondition[],
    how: readonly Argument[],
  ): readonly Argument[] {
    const bytes = new Uint8Array(unit.buffer, unit.byteOffset, unit.byteLength);
    const filter = filterOf(conditions);
    return [
      ...['VSIM', this.#keys.near, 'FP32'],
      bytes,
      ...['WITHSCORES', 'COUNT', k],
      ...(filter === '' ? [] : ['FILTER', filter]),
      ...how,
    ];
  }

  /** Commands about keys that do not exist answer "nothing", so that each time the release is asked for, too. */
  async #pinned(commands: readonly (readonly Argument[])[]): Promise<readonly Reply[]> {
    const exists = ['HEXISTS', nameKey(this.#address.name, 'releases'), this.#info.release];
    try {
      const replies = await withRetries(() => this.#client.all([...commands, exists]), mayPass, {
        tries: 2,
        backOffMs: 50,
      });
      if (replies.at(-1) === 1) return replies.slice(0, -1);
    } catch (error) {
      throw storeFault(error, this.#address);
    }
    throw goneError(this.#address, this.#info.release);
  }
}
