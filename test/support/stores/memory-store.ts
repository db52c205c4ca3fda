/** A store in this process: what `push`, `serve` and the contract are tested with where no engine is needed. */
import { ReleaseGoneError, SoutuError } from '../../../src/core/errors.ts';
import { byId } from '../../../src/core/item.ts';
import { FlatRetriever } from '../../../src/engine/flat-retriever.ts';
import type { Retriever } from '../../../src/engine/retriever.ts';
import { alreadyPublished, checkDroppable } from '../../../src/node/stores/release-checks.ts';
import { isSameSpace, parseRelease, releaseText } from '../../../src/node/stores/release-info.ts';
import type {
  Draft,
  ReleaseInfo,
  RowFailure,
  Store,
  StoreRow,
} from '../../../src/node/stores/store.ts';
import { tableOf } from '../item-table.ts';

interface Release {
  /** As text, so that what does not survive JSON is found. */
  readonly info: string;
  readonly rows: Map<string, StoreRow>;
}

interface Catalogue {
  readonly releases: Map<string, Release>;
  current: string | null;
  isPushing: boolean;
}

/** The engine: stores opened with the same name see the same releases. */
export class MemoryEngine {
  readonly catalogues = new Map<string, Catalogue>();
  /** Ids that the engine refuses, with the reason. */
  readonly refused = new Map<string, string>();
  /** Rows sent so far. */
  sent = 0;

  open(name = 'soutu'): Store {
    const known = this.catalogues.get(name);
    const catalogue = known ?? { releases: new Map(), current: null, isPushing: false };
    this.catalogues.set(name, catalogue);
    return new MemoryStore(this, catalogue, name);
  }
}

class MemoryStore implements Store {
  readonly kind = 'memory';
  readonly label: string;
  readonly #name: string;
  readonly #engine: MemoryEngine;
  readonly #catalogue: Catalogue;

  constructor(engine: MemoryEngine, catalogue: Catalogue, name: string) {
    this.#engine = engine;
    this.#catalogue = catalogue;
    this.#name = name;
    this.label = `memory://${name}`;
  }

  plan({ release, dimension }: ReleaseInfo): string {
    return `a map "${release}" of vectors with ${dimension} numbers`;
  }

  async current(): Promise<ReleaseInfo | null> {
    const { current } = this.#catalogue;
    return current === null ? null : this.#infoOf(current);
  }

  async releases(): Promise<readonly ReleaseInfo[]> {
    return [...this.#catalogue.releases.keys()].map((release) => this.#infoOf(release));
  }

  async begin(info: ReleaseInfo): Promise<Draft> {
    const catalogue = this.#catalogue;
    if (catalogue.current === info.release) throw alreadyPublished(this.label, info.release);
    if (catalogue.isPushing) {
      throw new SoutuError('StoreError', `${this.label}: another push is running. Wait for it.`);
    }
    catalogue.isPushing = true;
    const before = catalogue.current === null ? null : this.#infoOf(catalogue.current);
    const isAlike = before !== null && isSameSpace(before, info);
    const copied = isAlike ? catalogue.releases.get(before.release)?.rows : undefined;
    const draft = catalogue.releases.get(info.release) ?? {
      info: releaseText(info),
      rows: new Map(copied),
    };
    catalogue.releases.set(info.release, draft);
    return {
      held: async () => new Map([...draft.rows].map(([id, { hash }]) => [id, hash])),
      upsert: async (rows) => this.#upsert(draft, rows),
      remove: async (ids) => {
        for (const id of ids) draft.rows.delete(id);
      },
      finish: async () => draft.rows.size,
      publish: async () => {
        catalogue.current = info.release;
      },
      abandon: async () => {
        catalogue.releases.delete(info.release);
        catalogue.isPushing = false;
      },
      close: async () => {
        catalogue.isPushing = false;
      },
    };
  }

  async drop(release: string): Promise<void> {
    if (this.#catalogue.isPushing) {
      throw new SoutuError('StoreError', `${this.label}: another push is running. Wait for it.`);
    }
    checkDroppable({ label: this.label, name: this.#name }, release, {
      isThere: this.#catalogue.releases.has(release),
      isCurrent: this.#catalogue.current === release,
    });
    this.#catalogue.releases.delete(release);
  }

  async retriever({ release, dimension }: ReleaseInfo): Promise<Retriever> {
    const rows = [...this.#rowsOf(release).values()].sort((a, b) => byId(a.item, b.item));
    const vectors = new Float32Array(rows.length * dimension);
    rows.forEach(({ vector }, i) => {
      vectors.set(vector, i * dimension);
    });
    const flat = new FlatRetriever(vectors, dimension, tableOf(rows.map(({ item }) => item)));
    const pinned =
      <T extends unknown[], R>(call: (...args: T) => Promise<R>) =>
      async (...args: T): Promise<R> => {
        this.#rowsOf(release);
        return call(...args);
      };
    return {
      count: flat.count,
      dimension,
      hasCopies: flat.hasCopies,
      can: flat.can,
      nearest: pinned((...args: Parameters<Retriever['nearest']>) => flat.nearest(...args)),
      get: pinned((id: string) => flat.get(id)),
      items: pinned((ids: readonly string[]) => flat.items(ids)),
      facets: () => flat.facets(),
      numeric: () => flat.numeric(),
      dispose: () => flat.dispose(),
    };
  }

  async close(): Promise<void> {}

  #upsert(draft: Release, rows: readonly StoreRow[]): RowFailure[] {
    this.#engine.sent += rows.length;
    return rows.flatMap((row) => {
      const reason = this.#engine.refused.get(row.item.id);
      if (reason !== undefined) return [{ id: row.item.id, reason }];
      draft.rows.set(row.item.id, { ...row, vector: row.vector.slice() });
      return [];
    });
  }

  #infoOf(release: string): ReleaseInfo {
    const text = this.#catalogue.releases.get(release)?.info ?? '';
    return parseRelease(text, `${this.label}, release ${release}`);
  }

  #rowsOf(release: string): Release['rows'] {
    const rows = this.#catalogue.releases.get(release)?.rows;
    if (rows) return rows;
    throw new ReleaseGoneError(`${this.label}: release ${release} was dropped.`);
  }
}
