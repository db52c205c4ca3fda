/**
 * The search over several bundles: loaded by pages that name more than one. In the package, this script is complete in
 * itself, so it makes no engine: those of the worker are handed in, and a callback tells errors apart by their class.
 */
import { bundleFile } from '../browser/bundle-url.ts';
import { isUrl } from '../browser/parse-url.ts';
import type { KeyedBundle } from '../browser/worker-api.ts';
import { sha256 } from '../cache/sha256.ts';
import { identityOf } from '../core/bundle/identity.ts';
import { SoutuError } from '../core/errors.ts';
import type { DisplayItem } from '../core/item.ts';
import type { SearchEngine } from '../engine/search-engine.ts';
import { type Member, UnionRetriever } from '../engine/several/union-retriever.ts';

export interface SeveralBundles {
  /** The bundle whose model embeds photos. */
  readonly own: KeyedBundle;
  readonly others: readonly KeyedBundle[];
  open(bundle: KeyedBundle): Promise<SearchEngine>;
  /** Whether a file is missing because another release was published. */
  isGone(error: unknown): boolean;
}

/** @throws SoutuError of the own bundle; `UsageError` if another one has another model */
export async function openSeveral({
  own,
  others,
  open,
  isGone,
}: SeveralBundles): Promise<{ leader: SearchEngine; union: UnionRetriever }> {
  const leader = await open(own);
  const { model, dimension } = await identityOf(leader.bundle.manifest, sha256);
  const checked = async (bundle: KeyedBundle) => {
    const engine = await open(bundle);
    const { manifest } = engine.bundle;
    const identity = await identityOf(manifest, sha256);
    if (identity.model === model && identity.dimension === dimension) return engine;
    const names = `"${manifest.model.name}", and "${leader.bundle.manifest.model.name}"`;
    throw new SoutuError(
      'UsageError',
      `${bundle.url}: its photos were embedded by another model than those of ${own.url} (${names}). Build all bundles ` +
        'that are searched together with the same model and the same settings of it.',
    );
  };
  const members = [own, ...others].map((bundle): Member => {
    const { key, url } = bundle;
    return {
      key,
      addressed: (item) => addressed(item, url),
      open: async () => {
        const engine = bundle === own ? leader : await checked(bundle);
        return { retriever: engine.retriever, space: engine.bundle.space };
      },
    };
  });
  return { leader, union: await UnionRetriever.open(members, isGone) };
}

/** Gives an item's pictures, which are relative to the bundle, absolute URLs. Links are relative to the page. */
function addressed(item: DisplayItem, base: string): DisplayItem {
  const { image, thumb } = item;
  const absolute = (path: string) => (isUrl(path, base) ? bundleFile(base, path) : path);
  return {
    ...item,
    ...(image === undefined ? {} : { image: absolute(image) }),
    ...(thumb === undefined ? {} : { thumb: absolute(thumb) }),
  };
}
