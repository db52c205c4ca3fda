import type { Environment } from '../database/server-address.ts';
import {
  type AddressOptions,
  parseStoreAddress,
  type StoreAddress,
  type StoreKind,
} from './address.ts';
import type { StoreSettings } from './settings.ts';
import type { Store } from './store.ts';

export type { StoreSettings } from './settings.ts';

export type OpenOptions = StoreSettings & AddressOptions;

/**
 * Opens a store. The package that speaks to the engine is loaded now; most adapters connect when they are first used.
 * @param text see address.ts
 * @throws SoutuError `UsageError` if the address is wrong or the package is missing; `StoreError`
 */
export async function openStore(
  text: string,
  { name, option, ...settings }: OpenOptions = {},
  env: Environment = process.env,
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
  readonly [Kind in StoreKind]: (
    address: Extract<StoreAddress, { kind: Kind }>,
    settings: StoreSettings,
  ) => Promise<Store>;
} = {
  postgres: async (address, settings) =>
    (await import('./postgres/store.ts')).openPostgresStore(address, settings),
  mariadb: async (address, settings) =>
    (await import('./mariadb/store.ts')).openMariaDbStore(address, settings),
  redis: async (address, settings) =>
    (await import('./redis/store.ts')).openRedisStore(address, settings),
  opensearch: async (address, settings) =>
    (await import('./elastic/store.ts')).openElasticStore(address, settings),
  elasticsearch: async (address, settings) =>
    (await import('./elastic/store.ts')).openElasticStore(address, settings),
  qdrant: async (address, settings) =>
    (await import('./qdrant/store.ts')).openQdrantStore(address, settings),
  milvus: async (address, settings) =>
    (await import('./milvus/store.ts')).openMilvusStore(address, settings),
};

function openAddress(address: StoreAddress, settings: StoreSettings): Promise<Store> {
  const open = ADAPTERS[address.kind] as (
    address: StoreAddress,
    settings: StoreSettings,
  ) => Promise<Store>;
  return open(address, settings);
}
