import { isRecord } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import { checkNotCurrent } from '../release-checks.ts';
import { isSameSpace, releaseText } from '../release-info.ts';
import type { Draft, ReleaseInfo, RowFailure, StoreRow } from '../store.ts';
import { type BulkAction, bulk } from './bulk.ts';
import type { Json } from './dialect.ts';
import { documentId, documentOf } from './documents.ts';
import { type Indices, WRITE } from './indices.ts';
import { PushLock } from './lock.ts';

/** Rows in one answer when ids are listed: the engines' limit. */
const PAGE = 10_000;

export class ElasticDraft implements Draft {
  readonly #indices: Indices;
  readonly #lock: PushLock;
  readonly #index: string;
  readonly #release: string;

  private constructor(indices: Indices, lock: PushLock, info: ReleaseInfo) {
    this.#indices = indices;
    this.#lock = lock;
    this.#index = indices.nameOf(info.release);
    this.#release = info.release;
  }

  /** @throws SoutuError `StoreError` */
  static async begin(indices: Indices, info: ReleaseInfo): Promise<ElasticDraft> {
    const lock = await PushLock.take(indices);
    try {
      await beginRelease(indices, info);
      return new ElasticDraft(indices, lock, info);
    } catch (error) {
      await lock.release().catch(() => undefined);
      throw error;
    }
  }

  async held(): Promise<ReadonlyMap<string, string>> {
    const held = new Map<string, string>();
    await this.#indices.request('POST', `/${this.#index}/_refresh`, undefined, WRITE);
    for (let after: readonly unknown[] | null = null; ; ) {
      const answer: Json = await this.#indices.request(
        'POST',
        `/${this.#index}/_search?filter_path=hits.hits.fields,hits.hits.sort`,
        {
          size: PAGE,
          _source: false,
          docvalue_fields: ['id', 'hash'],
          sort: ['id'],
          ...(after === null ? {} : { search_after: after }),
        },
      );
      const hits = isRecord(answer.hits) && Array.isArray(answer.hits.hits) ? answer.hits.hits : [];
      for (const { fields } of hits) held.set(String(fields.id[0]), String(fields.hash[0]));
      if (hits.length < PAGE) return held;
      after = hits.at(-1).sort;
    }
  }

  async upsert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]> {
    this.#lock.throwIfLost();
    return bulk(this.#indices, this.#index, actionsOf(rows));
  }

  async remove(ids: readonly string[]): Promise<void> {
    this.#lock.throwIfLost();
    const actions = ids.map((id) => ({
      id,
      lines: `${JSON.stringify({ delete: { _id: documentId(id) } })}\n`,
    }));
    const [failure] = await bulk(this.#indices, this.#index, actions);
    if (!failure) return;
    throw new SoutuError(
      'StoreError',
      `${this.#indices.address.label}: row "${failure.id}" cannot be deleted: ${failure.reason}`,
    );
  }

  async finish(): Promise<number> {
    await this.#indices.request('POST', `/${this.#index}/_refresh`, undefined, WRITE);
    const { count } = await this.#indices.request('GET', `/${this.#index}/_count`);
    const { replicas = 1 } = this.#indices.settings;
    await this.#indices.request(
      'PUT',
      `/${this.#index}/_settings`,
      {
        'index.refresh_interval': null,
        'index.number_of_replicas': replicas,
        // A release never changes; and only an index that nobody writes to can be cloned.
        'index.blocks.write': true,
      },
      WRITE,
    );
    return Number(count);
  }

  async publish(): Promise<void> {
    await this.#lock.check();
    const before = await this.#indices.current();
    await this.#indices.request(
      'POST',
      '/_aliases',
      aliasActions(this.#indices.address.name, this.#index, before?.index),
      WRITE,
    );
    await this.#lock.release();
  }

  async abandon(): Promise<void> {
    // Another push may have taken the lock and published this release.
    await this.#lock.check();
    checkNotCurrent(this.#indices, this.#release, await this.#indices.current());
    await this.#indices.find('DELETE', `/${this.#index}`);
    await this.#lock.release();
  }

  /** Leaves what was written, so that the next push of this release goes on with it. */
  async close(): Promise<void> {
    await this.#lock.release().catch(() => this.#lock.abandon());
  }
}

export function* actionsOf(rows: readonly StoreRow[]): Generator<BulkAction> {
  for (const row of rows) {
    const { id } = row.item;
    const action = JSON.stringify({ index: { _id: documentId(id) } });
    yield { id, lines: `${action}\n${documentOf(row)}\n` };
  }
}

/** Removes and adds in one request, which the engine does as one. */
export function aliasActions(alias: string, index: string, before: string | undefined): Json {
  const remove =
    before === undefined || before === index ? [] : [{ remove: { index: before, alias } }];
  return { actions: [...remove, { add: { index, alias } }] };
}

async function beginRelease(indices: Indices, info: ReleaseInfo): Promise<void> {
  const current = await indices.current();
  checkNotCurrent(indices, info.release, current);
  const index = indices.nameOf(info.release);
  const own = (await indices.all()).find((stored) => stored.index === index);
  // An interrupted push goes on where it ended.
  if (own && releaseText(own.info) === releaseText(info) && own.built === indices.built) {
    await indices.request('PUT', `/${index}/_settings`, { 'index.blocks.write': null }, WRITE);
    return;
  }
  await indices.find('DELETE', `/${index}`);
  if (current && isSameSpace(current.info, info) && current.built === indices.built) {
    await indices.clone(current, info);
  } else {
    await indices.create(info);
  }
}
