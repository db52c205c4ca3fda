import { randomUUID } from 'node:crypto';
import { SoutuError } from '../../../core/errors.ts';
import { saidBy } from '../../database/faults.ts';
import type { RedisStore } from '../address.ts';
import { alreadyPublished } from '../release-checks.ts';
import { isSameSpace, parseRelease, releaseText } from '../release-info.ts';
import { withRetries } from '../retry.ts';
import { DEFAULT_EF_CONSTRUCTION, DEFAULT_M, type StoreSettings } from '../settings.ts';
import type { Draft, ReleaseInfo, RowFailure, StoreRow } from '../store.ts';
import { type Argument, type RedisClient, RedisFault } from './client.ts';
import { mayPass, storeFault } from './faults.ts';
import { attributesOf, HASHES, type Keys, keysOf, nameKey } from './keys.ts';
import { listOf, type Reply, textOf } from './reply.ts';

const LOCK_MS = 60_000;
const ROWS_PER_TRIP = 100;

/** Renews or deletes the lock, if it is ours. */
const IF_OURS = (what: string) =>
  `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call(${what}) end return 0`;
/** Vector sets cannot be copied, so vectors are added again from the hash, without leaving the server. */
const COPY = `local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', 200)
for i = 1, #page[2], 2 do
  local attributes = redis.call('VGETATTR', KEYS[2], page[2][i])
  redis.call('VADD', KEYS[3], 'FP32', page[2][i + 1], page[2][i], 'NOQUANT', 'EF', ARGV[2], 'SETATTR', attributes, 'M', ARGV[3])
end
return page[1]`;

export class RedisDraft implements Draft {
  readonly #client: RedisClient;
  readonly #address: RedisStore;
  readonly #settings: StoreSettings;
  readonly #info: ReleaseInfo;
  readonly #keys: Keys;
  readonly #lock = randomUUID();
  #timer: NodeJS.Timeout | null = null;

  private constructor(
    client: RedisClient,
    address: RedisStore,
    settings: StoreSettings,
    info: ReleaseInfo,
  ) {
    this.#client = client;
    this.#address = address;
    this.#settings = settings;
    this.#info = info;
    this.#keys = keysOf(address.name, info.release);
  }

  /** @throws SoutuError `StoreError` */
  static async begin(
    client: RedisClient,
    address: RedisStore,
    settings: StoreSettings,
    info: ReleaseInfo,
  ): Promise<RedisDraft> {
    const draft = new RedisDraft(client, address, settings, info);
    await draft.#take();
    try {
      await draft.#begin();
      return draft;
    } catch (error) {
      await draft.close();
      throw error;
    }
  }

  async held(): Promise<ReadonlyMap<string, string>> {
    const held = new Map<string, string>();
    for (let cursor = '0'; ; ) {
      const page = listOf(
        (await this.#all([['HSCAN', this.#keys.hash, cursor, 'COUNT', 1000]]))[0],
      );
      const pairs = listOf(page[1]);
      for (let i = 0; i < pairs.length; i += 2) {
        held.set(textOf(pairs[i]) ?? '', textOf(pairs[i + 1]) ?? '');
      }
      cursor = textOf(page[0]) ?? '0';
      if (cursor === '0') return held;
    }
  }

  async upsert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    const failures: RowFailure[] = [];
    for (let i = 0; i < rows.length; i += ROWS_PER_TRIP) {
      failures.push(...(await this.#write(rows.slice(i, i + ROWS_PER_TRIP))));
    }
    return failures;
  }

  async remove(ids: readonly string[]): Promise<void> {
    for (let i = 0; i < ids.length; i += 1000) {
      const some = ids.slice(i, i + 1000);
      await this.#all([
        ...some.map((id) => ['VREM', this.#keys.near, id]),
        ...HASHES.map((name) => ['HDEL', this.#keys[name], ...some]),
      ]);
    }
  }

  async finish(): Promise<number> {
    const [near, hashes] = await this.#all([
      ['VCARD', this.#keys.near],
      ['HLEN', this.#keys.hash],
    ]);
    return Math.min(Number(near), Number(hashes));
  }

  async publish(): Promise<void> {
    const { name, label } = this.#address;
    const [isOurs] = await this.#all([this.#ifOurs("'SET', KEYS[2], ARGV[2]", this.#info.release)]);
    if (textOf(isOurs) !== 'OK') {
      throw new SoutuError(
        'StoreError',
        `${label}: another push of "${name}" began meanwhile. Push again.`,
      );
    }
  }

  async abandon(): Promise<void> {
    await this.#all(dropCommands(this.#address.name, this.#info.release));
    await this.close();
  }

  async close(): Promise<void> {
    if (!this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
    // It expires if the server is gone.
    await this.#client.all([this.#ifOurs("'DEL', KEYS[1]")]).catch(() => undefined);
  }

  async #take(): Promise<void> {
    const { name, label } = this.#address;
    const key = nameKey(name, 'lock');
    const [taken] = await this.#all([['SET', key, this.#lock, 'NX', 'PX', LOCK_MS]]);
    // The answer to our own command may have been lost.
    if (taken === null && textOf((await this.#all([['GET', key]]))[0]) !== this.#lock) {
      throw new SoutuError(
        'StoreError',
        `${label}: another push of "${name}" is running. Wait until it has ended. If it was killed, its lock expires ` +
          `after ${LOCK_MS / 1000} seconds.`,
      );
    }
    this.#timer = setInterval(() => {
      this.#client.all([this.#ifOurs(`'PEXPIRE', KEYS[1], ${LOCK_MS}`)]).catch(() => undefined);
    }, LOCK_MS / 4).unref();
  }

  #ifOurs(what: string, ...more: readonly string[]): readonly Argument[] {
    const { name } = this.#address;
    const keys = [nameKey(name, 'lock'), nameKey(name, 'current')];
    return ['EVAL', IF_OURS(what), keys.length, ...keys, this.#lock, ...more];
  }

  async #begin(): Promise<void> {
    const { name, label } = this.#address;
    const { release } = this.#info;
    const releases = nameKey(name, 'releases');
    const [currentReply, own] = await this.#all([
      ['GET', nameKey(name, 'current')],
      ['HGET', releases, release],
    ]);
    const current = textOf(currentReply);
    if (current === release) throw alreadyPublished(label, release);
    if (textOf(own) === releaseText(this.#info)) return;
    await this.#all(dropCommands(name, release));
    const text = current && textOf((await this.#all([['HGET', releases, current]]))[0]);
    const before = text && parseRelease(text, `${label}, release ${current}`);
    try {
      if (before && isSameSpace(before, this.#info)) await this.#copy(keysOf(name, before.release));
      await this.#all([
        ['HSET', releases, release, releaseText(this.#info)],
        ['ZADD', nameKey(name, 'order'), Date.now(), release],
      ]);
    } catch (error) {
      // No list names it: nobody could delete it.
      await this.#client.all(dropCommands(name, release)).catch(() => undefined);
      throw error;
    }
  }

  async #copy(from: Keys): Promise<void> {
    for (let cursor = '0'; ; ) {
      const [next] = await this.#all([
        ['EVAL', COPY, 3, from.unit, from.near, this.#keys.near, cursor, this.#ef, this.#m],
      ]);
      cursor = textOf(next) ?? '0';
      if (cursor === '0') break;
    }
    await this.#all(HASHES.map((name) => ['COPY', from[name], this.#keys[name], 'REPLACE']));
  }

  async #write(given: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    // Redis takes such vectors, and finds them everywhere.
    const rows = given.filter(({ vector }) => isDirection(vector));
    const added = await this.#tried(() =>
      this.#client.settled(
        rows.map((row) => [
          ...['VADD', this.#keys.near, 'FP32'],
          bytesOf(row.vector),
          ...[row.item.id, 'NOQUANT', 'EF', this.#ef, 'SETATTR', attributesOf(row), 'M', this.#m],
        ]),
      ),
    );
    const failures: RowFailure[] = given
      .filter(({ vector }) => !isDirection(vector))
      .map(({ item }) => ({
        id: item.id,
        reason: 'The vector is zero or contains NaN.',
      }));
    const stored = rows.filter((row, i) => {
      const reply = added[i];
      if (!(reply instanceof RedisFault)) return true;
      // Not the row's fault: no memory, a replica.
      if (reply.code !== 'ERR') throw storeFault(reply, this.#address);
      const { label: shown, password } = this.#address;
      failures.push({
        id: row.item.id,
        reason: saidBy(reply, { shown, password, names: [] }),
      });
      return false;
    });
    if (stored.length > 0) {
      const values: { readonly [Name in (typeof HASHES)[number]]: readonly Argument[] } = {
        search: stored.map(({ search }) => search),
        details: stored.map(({ details }) => details),
        hash: stored.map(({ hash }) => hash),
        unit: stored.map(({ vector }) => bytesOf(vector)),
      };
      await this.#all(
        HASHES.map((name) => [
          'HSET',
          this.#keys[name],
          ...stored.flatMap(({ item }, i) => [item.id, values[name][i] as Argument]),
        ]),
      );
    }
    return failures;
  }

  get #ef(): number {
    return this.#settings.efConstruction ?? DEFAULT_EF_CONSTRUCTION;
  }

  get #m(): number {
    return this.#settings.m ?? DEFAULT_M;
  }

  #all(commands: readonly (readonly Argument[])[]): Promise<readonly Reply[]> {
    return this.#tried(() => this.#client.all(commands));
  }

  async #tried<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await withRetries(work, mayPass);
    } catch (error) {
      throw storeFault(error, this.#address);
    }
  }
}

export function dropCommands(name: string, release: string): readonly (readonly Argument[])[] {
  const { near, search, details, hash, unit } = keysOf(name, release);
  return [
    ['HDEL', nameKey(name, 'releases'), release],
    ['ZREM', nameKey(name, 'order'), release],
    ['UNLINK', near, search, details, hash, unit],
  ];
}

function isDirection(vector: Float32Array): boolean {
  const square = vector.reduce((sum, x) => sum + x * x, 0);
  return Number.isFinite(square) && square > 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
