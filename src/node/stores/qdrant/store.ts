/** Qdrant from 1.10 on, over REST: the collections are described in collections.ts, the points in points.ts. */
import { SoutuError } from '../../../core/errors.ts';
import type { Retriever } from '../../../engine/retriever.ts';
import type { HttpStore } from '../address.ts';
import type { StoreSettings } from '../settings.ts';
import type { Draft, ReleaseInfo, Store } from '../store.ts';
import { StoreRetriever } from '../store-retriever.ts';
import { Collections } from './collections.ts';
import { aliasActions, QdrantDraft } from './draft.ts';
import { QdrantFinder } from './finder.ts';

/** It connects when it is first used. */
export function openQdrantStore(address: HttpStore, settings: StoreSettings): Store {
  return new QdrantStore(new Collections(address, settings));
}

class QdrantStore implements Store {
  readonly kind = 'qdrant';
  readonly label: string;
  readonly #collections: Collections;
  readonly #drafts = new Set<QdrantDraft>();

  constructor(collections: Collections) {
    this.label = collections.address.label;
    this.#collections = collections;
  }

  plan(info: ReleaseInfo): string {
    const { name } = this.#collections.address;
    const collection = this.#collections.nameOf(info.release);
    const asText = (body: unknown) => JSON.stringify(body, null, 2);
    return [
      ...this.#collections.lockPlan(),
      `PUT /collections/${collection}`,
      asText(this.#collections.createBody(info)),
      `PUT /collections/${collection}/points  (a point that describes the release, and one for each item)`,
      ...this.#collections
        .indexBodies(info)
        .map((body) => `PUT /collections/${collection}/index ${JSON.stringify(body)}`),
      'POST /collections/aliases',
      asText(aliasActions(name, collection, false)),
      '(with delete_alias before it, if a release is current)',
    ].join('\n');
  }

  async current(): Promise<ReleaseInfo | null> {
    return (await this.#collections.current())?.info ?? null;
  }

  async releases(): Promise<readonly ReleaseInfo[]> {
    return (await this.#collections.all()).map(({ info }) => info);
  }

  async begin(info: ReleaseInfo): Promise<Draft> {
    const draft = await QdrantDraft.begin(this.#collections, info);
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
    return new StoreRetriever(new QdrantFinder(this.#collections, info), info);
  }

  async close(): Promise<void> {
    for (const draft of this.#drafts) await draft.close();
    this.#drafts.clear();
  }
}
