/** Redis from 8.0 on, which has vector sets: the keys are described in keys.ts. */
import { SoutuError } from '../../../core/errors.ts';
import type { Retriever } from '../../../engine/retriever.ts';
import type { RedisStore as RedisAddress } from '../address.ts';
import { checkDroppable } from '../release-checks.ts';
import { parseRelease } from '../release-info.ts';
import { withRetries } from '../retry.ts';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M, type StoreSettings } from '../settings.ts';
import type { Draft, ReleaseInfo, Store } from '../store.ts';
import { StoreRetriever } from '../store-retriever.ts';
import { type Argument, RedisClient } from './client.ts';
import { dropCommands, RedisDraft } from './draft.ts';
import { mayPass, storeFault } from './faults.ts';
import { RedisFinder } from './finder.ts';
import { HASHES, keysOf, nameKey } from './keys.ts';
import { listOf, type Reply, textOf } from './reply.ts';

export interface RedisSettings extends StoreSettings {
  /** Up to this many rows, every row is compared; default 2,000. */
  readonly exactUpTo?: number;
}

/** It connects when it is first used. */
export function openRedisStore(address: RedisAddress, settings: RedisSettings): Store {
  return new RedisStore(address, settings);
}

class RedisStore implements Store {
  readonly kind = 'redis';
  readonly label: string;
  readonly #address: RedisAddress;
  readonly #settings: RedisSettings;
  readonly #client: RedisClient;

  constructor(address: RedisAddress, settings: RedisSettings) {
    this.label = address.label;
    this.#address = address;
    this.#settings = settings;
    this.#client = new RedisClient(address);
  }

  plan(info: ReleaseInfo): string {
    const { name } = this.#address;
    const keys = keysOf(name, info.release);
    const { m = DEFAULT_M, efConstruction = DEFAULT_EF_CONSTRUCTION } = this.#settings;
    return [
      `VADD ${keys.near} FP32 <${info.dimension} numbers> ID NOQUANT EF ${efConstruction} SETATTR JSON M ${m}`,
      ...HASHES.map((hash) => `HSET ${keys[hash]} ID ${hash.toUpperCase()}`),
      `HSET ${nameKey(name, 'releases')} ${info.release} INFO`,
      `SET ${nameKey(name, 'current')} ${info.release}`,
    ].join('\n');
  }

  async current(): Promise<ReleaseInfo | null> {
    const { name } = this.#address;
    for (let tries = 0; ; tries++) {
      const [release] = await this.#all([['GET', nameKey(name, 'current')]]);
      const current = textOf(release);
      if (current === null) return null;
      const [info] = await this.#all([['HGET', nameKey(name, 'releases'), current]]);
      const text = textOf(info);
      if (text !== null) return parseRelease(text, `${this.label}, release ${current}`);
      // Between the two, another one was published and this one dropped.
      if (tries === 3) {
        throw new SoutuError(
          'StoreError',
          `${this.label}: release ${current} has no description. Push the bundle again.`,
        );
      }
    }
  }

  async releases(): Promise<readonly ReleaseInfo[]> {
    const { name } = this.#address;
    const [order] = await this.#all([['ZRANGE', nameKey(name, 'order'), 0, -1]]);
    const names = listOf(order).map((one) => textOf(one) ?? '');
    if (names.length === 0) return [];
    const [infos] = await this.#all([['HMGET', nameKey(name, 'releases'), ...names]]);
    return names.flatMap((release, i) => {
      const text = textOf(listOf(infos)[i]);
      return text === null ? [] : [parseRelease(text, `${this.label}, release ${release}`)];
    });
  }

  begin(info: ReleaseInfo): Promise<Draft> {
    return RedisDraft.begin(this.#client, this.#address, this.#settings, info);
  }

  async drop(release: string): Promise<void> {
    const { name } = this.#address;
    const [current, info] = await this.#all([
      ['GET', nameKey(name, 'current')],
      ['HGET', nameKey(name, 'releases'), release],
    ]);
    checkDroppable(this.#address, release, {
      isThere: info !== null,
      isCurrent: textOf(current) === release,
    });
    await this.#all(dropCommands(name, release));
  }

  async retriever(info: ReleaseInfo): Promise<Retriever> {
    const { exactUpTo } = this.#settings;
    return new StoreRetriever(new RedisFinder(this.#client, this.#address, info, exactUpTo), info);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #all(commands: readonly (readonly Argument[])[]): Promise<readonly Reply[]> {
    try {
      return await withRetries(() => this.#client.all(commands), mayPass, {
        tries: 2,
        backOffMs: 50,
      });
    } catch (error) {
      throw storeFault(error, this.#address);
    }
  }
}
