/** OpenSearch and Elasticsearch: the indices are described in indices.ts, the documents in documents.ts. */
import type { Retriever } from '../../../engine/retriever.ts';
import type { HttpStore } from '../address.ts';
import { checkDroppable } from '../release-checks.ts';
import type { StoreSettings } from '../settings.ts';
import type { Draft, ReleaseInfo, Store } from '../store.ts';
import { StoreRetriever } from '../store-retriever.ts';
import { aliasActions, ElasticDraft } from './draft.ts';
import { ELASTICSEARCH } from './elasticsearch.ts';
import { ElasticFinder } from './finder.ts';
import { Indices } from './indices.ts';
import { PushLock } from './lock.ts';
import { OPENSEARCH } from './opensearch.ts';

/** It connects when it is first used. */
export function openElasticStore(address: HttpStore, settings: StoreSettings): Store {
  const dialect = address.kind === 'opensearch' ? OPENSEARCH : ELASTICSEARCH;
  return new ElasticStore(new Indices(address, dialect, settings));
}

class ElasticStore implements Store {
  readonly kind: string;
  readonly label: string;
  readonly #indices: Indices;
  readonly #drafts = new Set<ElasticDraft>();

  constructor(indices: Indices) {
    this.kind = indices.dialect.kind;
    this.label = indices.address.label;
    this.#indices = indices;
  }

  plan(info: ReleaseInfo): string {
    const { name } = this.#indices.address;
    const index = this.#indices.nameOf(info.release);
    const asText = (body: unknown) => JSON.stringify(body, null, 2);
    return [
      `PUT /${index}`,
      asText(this.#indices.createBody(info)),
      'POST /_aliases',
      asText(aliasActions(name, index, undefined)),
    ].join('\n');
  }

  async current(): Promise<ReleaseInfo | null> {
    return (await this.#indices.current())?.info ?? null;
  }

  async releases(): Promise<readonly ReleaseInfo[]> {
    return (await this.#indices.all()).map(({ info }) => info);
  }

  async begin(info: ReleaseInfo): Promise<Draft> {
    const draft = await ElasticDraft.begin(this.#indices, info);
    this.#drafts.add(draft);
    return draft;
  }

  async drop(release: string): Promise<void> {
    const lock = await PushLock.take(this.#indices);
    try {
      const current = await this.#indices.current();
      const stored = (await this.#indices.all()).find(({ info }) => info.release === release);
      checkDroppable(this.#indices.address, release, {
        isThere: stored !== undefined,
        isCurrent: current?.info.release === release,
      });
      if (stored) await this.#indices.find('DELETE', `/${stored.index}`);
    } finally {
      await lock.release();
    }
  }

  async retriever(info: ReleaseInfo): Promise<Retriever> {
    return new StoreRetriever(new ElasticFinder(this.#indices, info), info);
  }

  async close(): Promise<void> {
    for (const draft of this.#drafts) await draft.close();
    this.#drafts.clear();
  }
}
