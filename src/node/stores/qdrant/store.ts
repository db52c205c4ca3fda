/** Qdrant from 1.10 on, over REST: the collections are described in collections.ts, the points in points.ts. */
import type { HttpStore } from '../address.ts';
import { CollectionStore } from '../collection-store.ts';
import type { StoreSettings } from '../settings.ts';
import type { ReleaseInfo, Store } from '../store.ts';
import { Collections } from './collections.ts';
import { aliasActions, QdrantDraft } from './draft.ts';
import { QdrantFinder } from './finder.ts';

/** It connects when it is first used. */
export function openQdrantStore(address: HttpStore, settings: StoreSettings): Store {
  const collections = new Collections(address, settings);
  return new CollectionStore({
    ...{ kind: 'qdrant', collections },
    plan: (info) => planOf(collections, info),
    begin: (info) => QdrantDraft.begin(collections, info),
    finder: (info) => new QdrantFinder(collections, info),
  });
}

function planOf(collections: Collections, info: ReleaseInfo): string {
  const collection = collections.nameOf(info.release);
  const asText = (body: unknown) => JSON.stringify(body, null, 2);
  return [
    ...collections.lockPlan(),
    `PUT /collections/${collection}`,
    asText(collections.createBody(info)),
    `PUT /collections/${collection}/points  (a point that describes the release, and one for each item)`,
    ...collections
      .indexBodies(info)
      .map((body) => `PUT /collections/${collection}/index ${JSON.stringify(body)}`),
    'POST /collections/aliases',
    asText(aliasActions(collections.address.name, collection, false)),
    '(with delete_alias before it, if a release is current)',
  ].join('\n');
}
