import { SoutuError } from '../../core/errors.ts';
import {
  type AddressOptions,
  parseStoreAddress,
  type StoreAddress,
  type StoreKind,
} from './address.ts';
import type { Store } from './store.ts';

/** How an engine is to hold a catalogue. Each adapter ignores what its engine does not have. */
export interface StoreSettings {
  /** Links of each node of an HNSW graph; default 16. */
  readonly m?: number;
  /** Width of the beam while the graph is built; default 128. */
  readonly efConstruction?: number;
  /** Of an index of OpenSearch or Elasticsearch, or a collection of Qdrant; default 1. */
  readonly shards?: number;
  /** Copies of each shard besides the first; default 1. */
  readonly replicas?: number;
  /** Takes a line for the owner that is no error, such as an engine with a known fault. Default: it is dropped. */
  readonly warn?: (line: string) => void;
  /** Connections that a retriever opens at most; default 16. */
  readonly connections?: number;
}

export const DEFAULT_M = 16;
export const DEFAULT_EF_CONSTRUCTION = 128;

export type OpenOptions = StoreSettings & AddressOptions;

/**
 * Opens a store. The package that speaks to the engine is loaded now; most adapters connect when they are first used.
 * @param text see address.ts
 * @throws SoutuError `UsageError` if the address is wrong or the package is missing; `StoreError`
 */
export async function openStore(
  text: string,
  { name, option, ...settings }: OpenOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): Promise<Store> {
  const address = parseStoreAddress(
    text,
    { name, ...(option === undefined ? {} : { option }) },
    env,
  );
  return openAddress(address, settings);
}

/** Each adapter is loaded when it is used. */
const ADAPTERS: {
  readonly [Kind in StoreKind]?: (
    address: Extract<StoreAddress, { kind: Kind }>,
    settings: StoreSettings,
  ) => Promise<Store>;
} = {};

async function openAddress(address: StoreAddress, settings: StoreSettings): Promise<Store> {
  const open = ADAPTERS[address.kind] as
    | ((address: StoreAddress, settings: StoreSettings) => Promise<Store>)
    | undefined;
  if (open) return open(address, settings);
  throw new SoutuError(
    'UsageError',
    `${address.label}: this version of Soutu has no adapter for ${address.kind}.`,
  );
}
