/** How an engine is to hold a catalogue. Each adapter ignores what its engine does not have. */
export interface StoreSettings {
  /** Links of each node of an HNSW graph; default 16. */
  readonly m?: number;
  /** Width of the beam while the graph is built; default 128. */
  readonly efConstruction?: number;
  /** Of an index of OpenSearch or Elasticsearch, or a collection of Qdrant or Milvus; default 1. */
  readonly shards?: number;
  /** Copies of each shard besides the first; default 1. Not of Milvus: the REST API has no such option. */
  readonly replicas?: number;
  /** Called with warnings, for example about a version of the engine with known faults. Default: they are ignored. */
  readonly warn?: (line: string) => void;
  /**
   * After so many milliseconds, PostgreSQL and MariaDB end a search, and the others are no longer waited for; default
   * 10,000.
   */
  readonly queryTimeoutMs?: number;
  /**
   * Connections of a store at most, for all its searches together; default 16. PostgreSQL and MariaDB only: Redis has one,
   * and those of engines with an HTTP API are opened as they are needed.
   */
  readonly connections?: number;
}

export const QUERY_TIMEOUT_MS = 10_000;
export const DEFAULT_M = 16;
export const DEFAULT_EF_CONSTRUCTION = 128;
