import { SoutuError } from '../../../core/errors.ts';
import { saidBy } from '../../database/faults.ts';
import type { Lease } from '../lease.ts';
import { checkNotCurrent } from '../release-checks.ts';
import { releaseText } from '../release-info.ts';
import { sendRows } from '../send-rows.ts';
import type { Draft, ReleaseInfo, RowFailure, StoreRow } from '../store.ts';
import { countIn, listed } from './api.ts';
import { type Collections, STRONG, WRITE } from './collections.ts';
import { isRefusal, redaction, storeFault } from './faults.ts';
import { keyOf, listOf, rowText } from './rows.ts';

const MOST_BYTES = 6_000_000;
/** Rows in one answer when hashes are listed: Milvus' limit. */
const MOST_ROWS = 16_384;
const HEX = Array.from('0123456789abcdef');

export class MilvusDraft implements Draft {
  readonly #collections: Collections;
  readonly #lease: Lease;
  readonly #release: string;
  readonly #collectionName: string;

  private constructor(collections: Collections, lease: Lease, { release }: ReleaseInfo) {
    this.#collections = collections;
    this.#lease = lease;
    this.#release = release;
    this.#collectionName = collections.nameOf(release);
  }

  /** @throws SoutuError `StoreError` */
  static async begin(collections: Collections, info: ReleaseInfo): Promise<MilvusDraft> {
    const lease = await collections.lease();
    try {
      await beginRelease(collections, info);
      return new MilvusDraft(collections, lease, info);
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  /** Milvus has no order to page by; keys are hashes, so their first digits divide the rows evenly. */
  async held(): Promise<ReadonlyMap<string, string>> {
    const held = new Map<string, string>();
    const collectionName = this.#collectionName;
    const query = (filter: string, more: Readonly<Record<string, unknown>>) =>
      this.#collections.api.call('entities/query', { collectionName, filter, ...more, ...STRONG });
    const read = async (prefix: string): Promise<void> => {
      const filter = `key like "${prefix}%"`;
      const count = countIn(await query(filter, { outputFields: ['count(*)'] }));
      if (count === 0) return;
      if (count > MOST_ROWS / 2) {
        for (const digit of HEX) await read(prefix + digit);
        return;
      }
      const rows = await query(filter, { limit: MOST_ROWS, outputFields: ['id', 'hash'] });
      for (const { id, hash } of listed(rows)) held.set(String(id), String(hash));
    };
    await read('');
    return held;
  }

  async upsert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    this.#lease.throwIfLost();
    const { api, address } = this.#collections;
    try {
      return await sendRows(rows, {
        mostBytes: MOST_BYTES,
        textOf: rowText,
        send: async (texts) => {
          const body = `{"collectionName":"${this.#collectionName}","data":[${texts.join(',')}]}`;
          await api.raw('entities/upsert', body, WRITE);
        },
        reasonOf: (error) => (isRefusal(error) ? saidBy(error, redaction(address)) : null),
      });
    } catch (error) {
      throw storeFault(error, address);
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    this.#lease.throwIfLost();
    const collectionName = this.#collectionName;
    for (let i = 0; i < ids.length; i += 1000) {
      const filter = `key in ${listOf(ids.slice(i, i + 1000).map(keyOf))}`;
      await this.#collections.api.call('entities/delete', { collectionName, filter }, WRITE);
    }
  }

  finish(): Promise<number> {
    return this.#collections.finished(this.#release);
  }

  async publish(): Promise<void> {
    await this.#lease.check();
    const body = {
      aliasName: this.#collections.address.name,
      collectionName: this.#collectionName,
    };
    const action = (await this.#collections.aliased()) === null ? 'create' : 'alter';
    await this.#collections.api.call(`aliases/${action}`, body, WRITE);
    await this.#lease.release();
  }

  async abandon(): Promise<void> {
    // Another push may have taken the lock and published this release.
    await this.#lease.check();
    checkNotCurrent(this.#collections, this.#release, await this.#collections.current());
    await this.#collections.drop(this.#release);
    await this.#lease.release();
  }

  /** Leaves what was written, so that the next push of this release goes on with it. */
  async close(): Promise<void> {
    await this.#lease.release();
  }
}

async function beginRelease(collections: Collections, info: ReleaseInfo): Promise<void> {
  const current = await collections.current();
  checkNotCurrent(collections, info.release, current);
  const { name, label } = collections.address;
  // An alias would answer the same, and there is none.
  if (current === null && (await collections.has(name))) {
    throw new SoutuError(
      'StoreError',
      `${label}: "${name}" is a collection that Soutu did not make. Choose another --name, or remove it.`,
    );
  }
  const own = (await collections.all()).find((stored) => stored.info.release === info.release);
  // An interrupted push goes on where it ended.
  const isSame =
    own && releaseText(own.info) === releaseText(info) && own.built === collections.built;
  // A release whose rows are not there yet, or no longer, has a description all the same.
  if (isSame && (await collections.has(collections.nameOf(info.release)))) return;
  await collections.create(info);
}
