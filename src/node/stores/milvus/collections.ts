/**
 * The collections of a catalogue "soutu" with a release "3f2a…":
 *
 *     soutu           alias of the collection of the current release
 *     soutu__3f2a…    the rows (rows.ts)
 *     soutu__Meta     descriptions of releases, in pieces because a text has at most 65,535 bytes; and, while a push is
 *                     running, who pushes (lease.ts)
 *
 * Milvus cannot copy a collection, so every release is sent whole.
 */
import { isRecord, isText } from '../../../core/check-record.ts';
import { SoutuError } from '../../../core/errors.ts';
import { sleep } from '../../../core/timeout.ts';
import type { HttpStore } from '../address.ts';
import { Lease, type LeasePlace, type LeaseRecord } from '../lease.ts';
import { parseRelease, releaseText } from '../release-info.ts';
import { STORE_RETRIES } from '../retry.ts';
import { QUERY_TIMEOUT_MS } from '../settings.ts';
import type { ReleaseInfo } from '../store.ts';
import { countIn, listed, MilvusApi } from './api.ts';
import { isMissingAlias, isMissingCollection } from './faults.ts';
import { createBody, type Json, listOf, type MilvusSettings } from './rows.ts';

/** Raise it with every change of rows.ts, so that no later push writes into an earlier collection. */
const LAYOUT = 1;
/** Characters of a piece, at most four bytes each. */
const PIECE = 15_000;
const MOST_PIECES = 16_000;
const WAIT_MS = 30 * 60_000;
const POLL_MS = 250;
/** What writes, and what reads after a write. */
export const WRITE = { retries: STORE_RETRIES } as const;
export const STRONG = { consistencyLevel: 'Strong' } as const;

export interface StoredRelease {
  readonly info: ReleaseInfo;
  /** How rows are stored. */
  readonly built: string;
  readonly made: number;
}

export class Collections {
  readonly api: MilvusApi;
  readonly settings: MilvusSettings;
  /** The release that was current last. */
  #current: StoredRelease | null = null;

  constructor(address: HttpStore, settings: MilvusSettings) {
    this.api = new MilvusApi(address, settings.queryTimeoutMs ?? QUERY_TIMEOUT_MS);
    this.settings = settings;
  }

  get address(): HttpStore {
    return this.api.address;
  }

  nameOf(release: string): string {
    return `${this.address.name}__${release}`;
  }

  /** The release that the alias names. */
  async current(): Promise<StoredRelease | null> {
    const { name, label } = this.address;
    for (let tries = 0; ; tries++) {
      const collection = await this.aliased();
      if (collection === null) return null;
      // A release never changes, and services ask every second.
      if (this.#current && this.nameOf(this.#current.info.release) === collection) {
        return this.#current;
      }
      const start = this.nameOf('');
      const release = collection.startsWith(start) ? collection.slice(start.length) : '';
      const [stored] = /^[0-9a-z]+$/i.test(release) ? await this.#described(release) : [];
      if (stored) {
        this.#current = stored;
        return stored;
      }
      // Between the two, another release may have been published and this one dropped.
      if (tries === 3) {
        throw new SoutuError(
          'StoreError',
          `${label}: "${name}" is an alias of "${collection}", which Soutu did not make. Choose another --name, or ` +
            'remove it.',
        );
      }
    }
  }

  /** The collection that the alias names. */
  async aliased(): Promise<string | null> {
    const found = await this.api.find(
      'aliases/describe',
      { aliasName: this.address.name },
      isMissingAlias,
    );
    return isRecord(found) && isText(found.collectionName) ? found.collectionName : null;
  }

  /** Every release, oldest first; those of unfinished pushes, too. */
  all(): Promise<readonly StoredRelease[]> {
    return this.#described('');
  }

  /** @param release empty for all of them */
  async #described(release: string): Promise<readonly StoredRelease[]> {
    const pieces = new Map<string, string[]>();
    const filter = `key like "release.${release === '' ? '' : `${release}.`}%"`;
    for (const { key, value } of await this.#metaRows(filter)) {
      const [, release = '', piece] = String(key).split('.');
      const of = pieces.get(release) ?? [];
      of[Number(piece)] = String(value);
      pieces.set(release, of);
    }
    const releases = [...pieces].map(([release, texts]): StoredRelease => {
      const where = `${this.address.label}, release ${release}`;
      let described: { info: string; built: string; made: number };
      try {
        described = JSON.parse(texts.join(''));
      } catch {
        throw new SoutuError(
          'StoreError',
          `${where}: its description in "${this.#meta}" is incomplete. Delete its rows there, and push the bundle again.`,
        );
      }
      const { info, built, made } = described;
      return { info: parseRelease(info, where), built, made };
    });
    return releases.sort((a, b) => a.made - b.made);
  }

  createBody(info: ReleaseInfo): Json {
    return {
      collectionName: this.nameOf(info.release),
      ...createBody(info.dimension, info.count, this.settings),
    };
  }

  metaBody(): Json {
    return metaBody(this.#meta);
  }

  async create(info: ReleaseInfo): Promise<void> {
    await this.drop(info.release);
    // The description first: what is in no list, nobody could delete.
    const { built } = this;
    const text = JSON.stringify({ info: releaseText(info), built, made: Date.now() });
    const pieces = Array.from({ length: Math.ceil(text.length / PIECE) }, (_, i) => ({
      key: `release.${info.release}.${i}`,
      value: text.slice(i * PIECE, (i + 1) * PIECE),
    }));
    await this.#writeMeta(pieces);
    await this.api.call('collections/create', this.createBody(info), WRITE);
    // With its index, it is loaded meanwhile.
    await this.api.loaded(this.nameOf(info.release));
  }

  /** Deletes a release, or what there is of it. */
  async drop(release: string): Promise<void> {
    const collectionName = this.nameOf(release);
    // Whoever may push and not delete can begin a release that is not there yet.
    if (await this.has(collectionName)) {
      await this.api.find('collections/drop', { collectionName }, isMissingCollection, WRITE);
    }
    // The description last: until then it is in the list, and can be deleted again.
    const keys = (await this.#metaRows(`key like "release.${release}.%"`)).map(({ key }) =>
      String(key),
    );
    await this.#deleteMeta(keys);
  }

  async has(collectionName: string): Promise<boolean> {
    const answer = await this.api.call('collections/has', { collectionName }, WRITE);
    return isRecord(answer) && answer.has === true;
  }

  /** Waits until the index is built and every search sees all rows. @returns how many */
  async finished(release: string): Promise<number> {
    const collectionName = this.nameOf(release);
    // Rows in memory become a segment, which is indexed. Milvus before 2.5 does so after some minutes by itself.
    const isUnknown = (error: unknown) =>
      /404|not supported/i.test(String((error as { code?: unknown }).code));
    await this.api.find('collections/flush', { collectionName }, isUnknown, WRITE);
    const counted = (level: string) =>
      this.api.call(
        'entities/query',
        {
          collectionName,
          filter: '',
          outputFields: ['count(*)'],
          consistencyLevel: level,
        },
        WRITE,
      );
    const count = countIn(await counted(STRONG.consistencyLevel));
    for (const until = Date.now() + WAIT_MS; ; await sleep(POLL_MS)) {
      const [index] = listed(
        await this.api.call('indexes/describe', { collectionName, indexName: 'unit' }, WRITE),
      );
      if (index?.indexState === 'Failed') {
        const { label } = this.address;
        throw new SoutuError(
          'StoreError',
          `${label}: the index cannot be built: ${index.failReason}. Nothing was published.`,
        );
      }
      const isBuilt = index?.indexState === 'Finished' && !Number(index.pendingRows ?? 0);
      if (isBuilt && countIn(await counted('Bounded')) === count) return count;
      if (Date.now() > until) {
        this.settings.warn?.(
          `${this.address.label}: the index is still being built after ${WAIT_MS / 60_000} minutes. Searches are slow ` +
            'until it is.',
        );
        return count;
      }
    }
  }

  /** How rows are stored: with another value, a release is sent from its beginning. */
  get built(): string {
    return JSON.stringify({
      layout: LAYOUT,
      indexParams: createBody(0, Infinity, this.settings).indexParams,
      params: createBody(0, Infinity, this.settings).params,
    });
  }

  lease(): Promise<Lease> {
    const { name, label } = this.address;
    return Lease.take(this.#leasePlace(), name, label);
  }

  #leasePlace(): LeasePlace {
    return {
      read: async () => {
        const [row] = await this.#metaRows('key == "lease"');
        return row ? (JSON.parse(String(row.value)) as LeaseRecord) : null;
      },
      write: (record) => this.#writeMeta([{ key: 'lease', value: JSON.stringify(record) }]),
      remove: () => this.#deleteMeta(['lease']),
    };
  }

  get #meta(): string {
    return this.nameOf('Meta');
  }

  async #metaRows(filter: string): Promise<readonly Json[]> {
    const body = {
      collectionName: this.#meta,
      filter,
      limit: MOST_PIECES,
      outputFields: ['key', 'value'],
      ...STRONG,
    };
    return listed(await this.api.find('entities/query', body, isMissingCollection));
  }

  async #writeMeta(rows: readonly { key: string; value: string }[]): Promise<void> {
    const collectionName = this.#meta;
    if (!(await this.has(collectionName))) {
      await this.api.call('collections/create', this.metaBody(), WRITE);
      await this.api.loaded(collectionName);
    }
    // Milvus has no collection without a vector.
    const data = rows.map((row) => ({ ...row, unused: [0, 1] }));
    await this.api.call('entities/upsert', { collectionName, data }, WRITE);
  }

  async #deleteMeta(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    const body = { collectionName: this.#meta, filter: `key in ${listOf(keys)}` };
    await this.api.find('entities/delete', body, isMissingCollection, WRITE);
  }
}

function metaBody(collectionName: string): Json {
  const text = (fieldName: string, length: number) => ({
    fieldName,
    dataType: 'VarChar',
    elementTypeParams: { max_length: length },
  });
  return {
    collectionName,
    schema: {
      autoID: false,
      enableDynamicField: false,
      fields: [
        { ...text('key', 100), isPrimary: true },
        text('value', 65_535),
        { fieldName: 'unused', dataType: 'FloatVector', elementTypeParams: { dim: 2 } },
      ],
    },
    indexParams: [
      {
        fieldName: 'unused',
        indexName: 'unused',
        metricType: 'COSINE',
        indexType: 'FLAT',
        params: {},
      },
    ],
  };
}
