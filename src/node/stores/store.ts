/**
 * A store: a catalogue's releases in an engine that the owner operates (PostgreSQL, OpenSearch, …). One file per
 * engine; `test/node/stores/store.contract.ts` runs on each. An engine finds neighbours that meet the filter and reach
 * `minScore`; groups, pages and facets stay with `rank()`, so every answer is the one a static bundle would give.
 *
 *   push:   begin(release) ─ upsert, remove … ─ finish() ─ publish() ─ close()   the name now answers from this release
 *   query:  current() ─ retriever(release) ─ nearest, get, items                  pinned to one release, whatever is published
 */
import type { IndexedItem } from '../../core/item.ts';
import type { Retriever } from '../../engine/retriever.ts';

/** What a push sends for one item as it is in the bundle: made by `storeRow` (store-row.ts). */
export interface StoreRow {
  readonly item: IndexedItem;
  /** Unit vector in the index's space (centred), `dimension` numbers. */
  readonly vector: Float32Array;
  /** `splitItem().search` */
  readonly search: string;
  /** `splitItem().details` */
  readonly details: string;
  /** Of item and vector: a row with the same hash is not sent again. */
  readonly hash: string;
}

/** Stored with the rows, so that a query of another model is refused. */
export interface ReleaseInfo {
  /** Name of the release: content hash of the bundle's manifest, letters and digits only. */
  readonly release: string;
  readonly count: number;
  readonly dimension: number;
  /** Fingerprint of the model that made the vectors: `identityOf` in core/bundle/identity.ts. */
  readonly model: string;
  /** Hash of the centre that was subtracted from them: `identityOf`, too. */
  readonly centre: string;
  /** `releaseManifestOf` the bundle's manifest as JSON text: thresholds, attributes, the centre and the like. */
  readonly manifest: string;
  /** Answer of `Retriever.facets()`: `facetsOf` over all items, computed by the push. */
  readonly facets: readonly string[];
  /** Answer of `Retriever.numeric()`: `numericOf` over all items. */
  readonly numeric: readonly string[];
  /** Whether an item has `copyOf`, for `Retriever.hasCopies`. */
  readonly hasCopies: boolean;
}

export interface RowFailure {
  readonly id: string;
  readonly reason: string;
}

/** A release that is being written; readers do not see it until `publish()`. */
export interface Draft {
  /** Ids and hashes of the rows it already holds: those of the current release, copied within the engine, or none. */
  held(): Promise<ReadonlyMap<string, string>>;
  /** @returns the rows the engine refused, each with its reason; a failure that may pass is tried again first */
  upsert(rows: readonly StoreRow[]): Promise<readonly RowFailure[]>;
  remove(ids: readonly string[]): Promise<void>;
  /** Builds what is built once (an index after a bulk load), and returns how many rows can now be found. */
  finish(): Promise<number>;
  /** From here on the public name answers from this release: one atomic step. */
  publish(): Promise<void>;
  /** Removes what was written. */
  abandon(): Promise<void>;
  /** Ends the push; without `publish()`, what was written stays for a push that goes on with it. Never throws. */
  close(): Promise<void>;
}

export interface Store {
  /** As in `--to`: 'postgres', 'opensearch', … */
  readonly kind: string;
  /** The address without credentials, for messages. */
  readonly label: string;
  /** The statements or the mapping that `begin` would send, for `--dry-run`. */
  plan(release: ReleaseInfo): string;
  /** The release that the public name answers from; null if nothing was published. */
  current(): Promise<ReleaseInfo | null>;
  /** Every release the engine holds, oldest first, with those that were begun and never published. */
  releases(): Promise<readonly ReleaseInfo[]>;
  /**
   * Goes on with a release that an earlier push began and did not publish.
   * @throws SoutuError `StoreError` if the engine refuses, if another push of this name is running, or if the release is
   * current
   */
  begin(release: ReleaseInfo): Promise<Draft>;
  /** Deletes a release that is not current. */
  drop(release: string): Promise<void>;
  /** A retriever pinned to one release. It throws `ReleaseGoneError` once that release is dropped. */
  retriever(release: ReleaseInfo): Promise<Retriever>;
  close(): Promise<void>;
}
