/** Milvus from 2.4 on, over version 2 of its REST API: see collections.ts and rows.ts. */
import { SoutuError } from '../../../core/errors.ts';
import type { Retriever } from '../../../engine/retriever.ts';
import type { HttpStore } from '../address.ts';
import type { Draft, ReleaseInfo, Store } from '../store.ts';
import { StoreRetriever } from '../store-retriever.ts';
import { Collections } from './collections.ts';
import { MilvusDraft } from './draft.ts';
import { MilvusFinder } from './finder.ts';
import type { MilvusSettings } from './rows.ts';

/** It connects when it is first used. */
export function openMilvusStore(address: HttpStore, settings: MilvusSettings): Store {
  return new MilvusStore(new Collections(address, settings));
}

class MilvusStore implements Store {
  readonly kind = 'milvus';
  readonly label: string;
  readonly #collections: Collections;
  readonly #drafts = new Set<MilvusDraft>();

  constructor(collections: Collections) {
    this.label = collections.address.label;
    this.#collections = collections;
  }

  plan(info: ReleaseInfo): string {
    const { name } = this.#collections.address;
    const alias = { aliasName: name, collectionName: this.#collections.nameOf(info.release) };
    return [
      'POST /v2/vectordb/collections/create  (once)',
      JSON.stringify(this.#collections.metaBody(), null, 2),
      'POST /v2/vectordb/entities/upsert  (into it: a description of the release, and a lock while a push is running)',
      'POST /v2/vectordb/collections/create',
      JSON.stringify(this.#collections.createBody(info), null, 2),
      'POST /v2/vectordb/entities/upsert  (each item)',
      'POST /v2/vectordb/aliases/create  (the first time; then aliases/alter)',
      JSON.stringify(alias, null, 2),
    ].join('\n');
  }

  async current(): Promise<ReleaseInfo | null> {
    return (await this.#collections.current())?.info ?? null;
  }

  async releases(): Promise<readonly ReleaseInfo[]> {
    return (await this.#collections.all()).map(({ info }) => info);
  }

  async begin(info: ReleaseInfo): Promise<Draft> {
    const draft = await MilvusDraft.begin(this.#collections, info);
    this.#drafts.add(draft);
    return draft;
  }

  async drop(release: string): Promise<void> {
    const refuse = (what: string): never => {
      throw new SoutuError('StoreError', `${this.label}: ${what}`);
    };
    const lease = await this.#collections.lease();
    try {
      const current = await this.#collections.current();
      if (current?.info.release === release) {
        refuse(`release ${release} is current. Publish another one first.`);
      }
      const all = await this.#collections.all();
      if (!all.some(({ info }) => info.release === release)) {
        refuse(`there is no release ${release} of "${this.#collections.address.name}".`);
      }
      await this.#collections.drop(release);
    } finally {
      await lease.release();
    }
  }

  async retriever(info: ReleaseInfo): Promise<Retriever> {
    return new StoreRetriever(new MilvusFinder(this.#collections, info), info);
  }

  async close(): Promise<void> {
    for (const draft of this.#drafts) await draft.close();
    this.#drafts.clear();
  }
}
