/** What the contract of stores needs of an engine. */
import type { Store } from '../../../src/node/stores/store.ts';

export interface StoreHarness {
  /** Stores of one name see the same releases; another name is another catalogue. */
  open(name: string): Promise<Store>;
  /** With a password that is wrong, and the words of the error; null if the engine has no passwords. */
  readonly refused: { open(): Promise<Store>; readonly words: RegExp } | null;
  /** As a user who may read and not write, and the words of the error; null if the engine has no such users. */
  readonly readOnly: { open(name: string): Promise<Store>; readonly words: RegExp } | null;
  /** Ends all connections, so that the next request of an open store fails; null if there are none. */
  readonly breakConnections: (() => Promise<void>) | null;
  /** Whether a second push of one name is refused while one is running. */
  readonly locks: boolean;
  stop(): Promise<void>;
}

export interface ContractOptions {
  /** Rows of the catalogue; default 2,000. */
  readonly rows?: number;
  /** Filters that the engine cannot apply, by the names below: they must be refused with `UsageError`. */
  readonly cannot?: readonly string[];
  /** Scores differ from cosines by at most this; default 1e-3. */
  readonly tolerance?: number;
  /** Queries of each test of a filter; default 4. */
  readonly filtered?: number;
  /** Swaps of the test of swaps; default 20, or as in the environment's SWAPS. */
  readonly swaps?: number;
  /** Whether a release begins with the rows of the current one; default true. */
  readonly copies?: boolean;
  /** Whether the engine's scores of dyadic vectors are exact, so that the contract of retrievers can run. */
  readonly isExact?: boolean;
}
