import type { Bundle } from '../../../core/bundle/bundle.ts';
import { identityOf } from '../../../core/bundle/identity.ts';
import { releaseManifestOf } from '../../../core/bundle/release-manifest.ts';
import type { IndexedItem } from '../../../core/item.ts';
import { facetsOf, numericOf } from '../../../core/search/facets.ts';
import { encodeUtf8 } from '../../../core/text.ts';
import { sha256 } from '../../files/sha256.ts';
import type { ReleaseInfo } from '../store.ts';

/** Hexadecimal digits of a release's name. */
const DIGITS = 16;

/** What a store is told about a bundle. The same bundle is the same release. */
export async function releaseOf(
  { manifest }: Bundle,
  items: readonly IndexedItem[],
): Promise<ReleaseInfo> {
  const { model, centre, dimension } = await identityOf(manifest, sha256);
  return {
    release: sha256(encodeUtf8(JSON.stringify(manifest))).slice(0, DIGITS),
    count: items.length,
    dimension,
    model,
    centre,
    manifest: JSON.stringify(releaseManifestOf(manifest)),
    hasCopies: items.some(({ copyOf }) => copyOf !== undefined),
    facets: facetsOf(items),
    numeric: numericOf(items),
  };
}
