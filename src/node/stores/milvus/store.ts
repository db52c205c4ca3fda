/** Milvus from 2.4 on, over version 2 of its REST API: see collections.ts and rows.ts. */
import type { HttpStore } from '../address.ts';
import { CollectionStore } from '../collection-store.ts';
import type { ReleaseInfo, Store } from '../store.ts';
import { Collections } from './collections.ts';
import { MilvusDraft } from './draft.ts';
import { MilvusFinder } from './finder.ts';
import type { MilvusSettings } from './rows.ts';

/** It connects when it is first used. */
export function openMilvusStore(address: HttpStore, settings: MilvusSettings): Store {
  const collections = new Collections(address, settings);
  return new CollectionStore({
    ...{ kind: 'milvus', collections },
    plan: (info) => planOf(collections, info),
    begin: (info) => MilvusDraft.begin(collections, info),
    finder: (info) => new MilvusFinder(collections, info),
  });
}

function planOf(collections: Collections, info: ReleaseInfo): string {
  const { name } = collections.address;
  const alias = { aliasName: name, collectionName: collections.nameOf(info.release) };
  return [
    'POST /v2/vectordb/collections/create  (once)',
    JSON.stringify(collections.metaBody(), null, 2),
    'POST /v2/vectordb/entities/upsert  (into it: a description of the release, and a lock while a push is running)',
    'POST /v2/vectordb/collections/create',
    JSON.stringify(collections.createBody(info), null, 2),
    'POST /v2/vectordb/entities/upsert  (each item)',
    'POST /v2/vectordb/aliases/create  (the first time; then aliases/alter)',
    JSON.stringify(alias, null, 2),
  ].join('\n');
}
