/** Where an index in parts reads its files, and within which limits. */
import type { CodeTables } from '../../core/codes/tables.ts';
import type { FileRef } from '../../core/file-ref.ts';
import type { ItemDetails } from '../../core/item.ts';
import type { LayerCodes } from '../../core/parts/code-decoder.ts';
import type { PartsRoot, Probing } from '../../core/parts/root.ts';
import type { ReadPart } from '../../core/parts/shard-reader.ts';

export interface PartsSource {
  readonly dimension: number;
  readonly count: number;
  readonly hasCopies: boolean;
  root(): Promise<PartsRoot>;
  /** The list of postings; default: searches with a filter read shards. */
  readonly postings?: FileRef | null;
  readonly readPart: ReadPart;
  /** The titles of all positions. */
  titles(): Promise<readonly (string | undefined)[]>;
  /** Total size of the files with titles; default 0. */
  readonly titleBytes?: number;
  /** What pages display of the items at these positions. */
  detailsAt(positions: readonly number[]): Promise<readonly ItemDetails[]>;
  /** Whether another release has replaced this one, so that its files may be gone. */
  isReplaced(): Promise<boolean>;
}

export interface PartsSettings {
  /** Memory for decoded shards; at least one shard stays. */
  readonly memoryBytes?: number;
  /** Milliseconds after which an answer no longer waits for a shard. */
  readonly slowMs?: number;
  /** Decodes and scans codes; default: WebAssembly, or JavaScript where it cannot run. Answers are the same. */
  readonly openLayer?: (tables: CodeTables) => Promise<LayerCodes>;
  /** Replaces what the build chose, for measurements. */
  readonly probing?: Partial<Probing> | undefined;
}
