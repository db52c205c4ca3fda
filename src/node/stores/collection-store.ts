/** A store whose releases are collections of an engine, with an alias for the current one: Qdrant and Milvus. */
import type { Retriever } from '../../engine/retriever.ts';
import type { HttpStore } from './address.ts';
import { checkDroppable } from './release-checks.ts';
import type { Draft, ReleaseInfo, Store } from './store.ts';
import { type RowFinder, StoreRetriever } from './store-retriever.ts';

interface Described {
  readonly info: ReleaseInfo;
}

export interface ReleaseCollections {
  readonly address: HttpStore;
  current(): Promise<Described | null>;
  all(): Promise<readonly Described[]>;
  /** The lock of the name. */
  lease(): Promise<{ release(): Promise<void> }>;
  drop(release: string): Promise<void>;
}

/** What differs between the engines. */
export interface CollectionEngine {
  readonly kind: Store['kind'];
  readonly collections: ReleaseCollections;
  plan(info: ReleaseInfo): string;
  begin(info: ReleaseInfo): Promise<Draft>;
  finder(info: ReleaseInfo): RowFinder;
}

export class CollectionStore implements Store {
  readonly kind: Store['kind'];
  readonly label: string;
  readonly #engine: CollectionEngine;
  readonly #drafts = new Set<Draft>();

  constructor(engine: CollectionEngine) {
    this.kind = engine.kind;
    this.label = engine.collections.address.label;
    this.#engine = engine;
  }

  plan(info: ReleaseInfo): string {
    return this.#engine.plan(info);
  }

  async current(): Promise<ReleaseInfo | null> {
    return (await this.#engine.collections.current())?.info ?? null;
  }

  async releases(): Promise<readonly ReleaseInfo[]> {
    return (await this.#engine.collections.all()).map(({ info }) => info);
  }

  async begin(info: ReleaseInfo): Promise<Draft> {
    const draft = await this.#engine.begin(info);
    this.#drafts.add(draft);
    return draft;
  }

  async drop(release: string): Promise<void> {
    const { collections } = this.#engine;
    const lease = await collections.lease();
    try {
      const current = await collections.current();
      const all = await collections.all();
      checkDroppable(collections.address, release, {
        isThere: all.some(({ info }) => info.release === release),
        isCurrent: current?.info.release === release,
      });
      await collections.drop(release);
    } finally {
      await lease.release();
    }
  }

  async retriever(info: ReleaseInfo): Promise<Retriever> {
    return new StoreRetriever(this.#engine.finder(info), info);
  }

  async close(): Promise<void> {
    for (const draft of this.#drafts) await draft.close();
    this.#drafts.clear();
  }
}
