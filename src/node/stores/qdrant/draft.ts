import { isRecord } from '../../../core/check-record.ts';
import { saidBy } from '../../database/faults.ts';
import type { Lease } from '../lease.ts';
import { checkNotCurrent } from '../release-checks.ts';
import { releaseText } from '../release-info.ts';
import { sendRows } from '../send-rows.ts';
import type { Draft, ReleaseInfo, RowFailure, StoreRow } from '../store.ts';
import { type Collections, WRITE } from './collections.ts';
import { isRefusal, redaction, storeFault } from './faults.ts';
import { INFO_ID, type Json, numbersOf, pointId, pointOf } from './points.ts';

/** Points in one answer when hashes are listed. */
const PAGE = 10_000;
/** A server takes 32 MB by default. */
const MOST_BYTES = 6_000_000;

export class QdrantDraft implements Draft {
  readonly #collections: Collections;
  readonly #lease: Lease;
  readonly #collection: string;
  readonly #release: string;
  /** Numeric attributes that have an index; some are numbers in a few items only. */
  readonly #numeric: Set<string>;

  private constructor(collections: Collections, lease: Lease, info: ReleaseInfo) {
    this.#collections = collections;
    this.#lease = lease;
    this.#release = info.release;
    this.#numeric = new Set(info.numeric);
    this.#collection = collections.nameOf(info.release);
  }

  /** @throws SoutuError `StoreError` */
  static async begin(collections: Collections, info: ReleaseInfo): Promise<QdrantDraft> {
    await collections.checkVersion();
    const lease = await collections.lease();
    try {
      await beginRelease(collections, info);
      return new QdrantDraft(collections, lease, info);
    } catch (error) {
      await lease.release();
      throw error;
    }
  }

  async held(): Promise<ReadonlyMap<string, string>> {
    const held = new Map<string, string>();
    for (let offset: unknown = null; ; ) {
      const answer = await this.#request('POST', 'points/scroll', {
        limit: PAGE,
        with_payload: ['id', 'hash'],
        filter: { must_not: [{ has_id: [INFO_ID] }] },
        ...(offset === null ? {} : { offset }),
      });
      const { points, next_page_offset: next = null } = isRecord(answer) ? answer : {};
      for (const { payload } of Array.isArray(points) ? points : []) {
        held.set(String(payload.id), String(payload.hash));
      }
      if (next === null) return held;
      offset = next;
    }
  }

  async upsert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    this.#lease.throwIfLost();
    const { address } = this.#collections;
    const path = `/collections/${this.#collection}/points?wait=true`;
    for (const attribute of numbersOf(rows)) {
      if (this.#numeric.has(attribute)) continue;
      await this.#collections.indexNumber(this.#collection, attribute);
      this.#numeric.add(attribute);
    }
    try {
      return await sendRows(rows, {
        mostBytes: MOST_BYTES,
        textOf: pointOf,
        send: async (texts) => {
          const body = `{"points":[${texts.join(',')}]}`;
          await this.#collections.rawRequest('PUT', path, body, { ...WRITE, isJson: true });
        },
        reasonOf: (error) => (isRefusal(error) ? saidBy(error, redaction(address)) : null),
      });
    } catch (error) {
      throw storeFault(error, address);
    }
  }

  async remove(ids: readonly string[]): Promise<void> {
    this.#lease.throwIfLost();
    for (let i = 0; i < ids.length; i += PAGE) {
      const points = ids.slice(i, i + PAGE).map(pointId);
      await this.#request('POST', 'points/delete?wait=true', { points });
    }
  }

  async finish(): Promise<number> {
    await this.#collections.indexed(this.#release);
    const answer = await this.#request('POST', 'points/count', {
      exact: true,
      filter: { must_not: [{ has_id: [INFO_ID] }] },
    });
    return isRecord(answer) ? Number(answer.count) : 0;
  }

  async publish(): Promise<void> {
    await this.#lease.check();
    const { name } = this.#collections.address;
    const body = aliasActions(name, this.#collection, await hasAlias(this.#collections));
    await this.#collections.request('POST', '/collections/aliases', body, WRITE);
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

  #request(method: 'POST', path: string, body: Json): Promise<unknown> {
    const whole = `/collections/${this.#collection}/${path}`;
    return this.#collections.request(method, whole, body, WRITE);
  }
}

/** Removes and makes in one request, which Qdrant does as one. */
export function aliasActions(alias: string, collection: string, isTaken: boolean): Json {
  const remove = isTaken ? [{ delete_alias: { alias_name: alias } }] : [];
  return {
    actions: [...remove, { create_alias: { collection_name: collection, alias_name: alias } }],
  };
}

async function hasAlias(collections: Collections): Promise<boolean> {
  const answer = await collections.request('GET', '/aliases');
  const aliases = isRecord(answer) && Array.isArray(answer.aliases) ? answer.aliases : [];
  return aliases.some((one) => isRecord(one) && one.alias_name === collections.address.name);
}

async function beginRelease(collections: Collections, info: ReleaseInfo): Promise<void> {
  const current = await collections.current();
  checkNotCurrent(collections, info.release, current);
  const own = (await collections.all()).find((stored) => stored.info.release === info.release);
  // An interrupted push goes on where it ended.
  if (own && releaseText(own.info) === releaseText(info) && own.built === collections.built) {
    await collections.indexPayload(info);
  } else {
    await collections.create(info);
  }
}
