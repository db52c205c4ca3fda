/** The root of an index in parts, opened: what every search of it needs. */
import { SoutuError } from '../../core/errors.ts';
import { type Lazy, lazy } from '../../core/lazy.ts';
import { loadScript } from '../../core/load-script.ts';
import type { LayerCodes } from '../../core/parts/code-decoder.ts';
import { LayeredCoder } from '../../core/parts/layers.ts';
import type { PartsRoot } from '../../core/parts/root.ts';
import { HASH_BYTES } from '../../core/parts/shard-files.ts';
import { type LayerPair, type ReadPart, ShardReader } from '../../core/parts/shard-reader.ts';
import { withTimeout } from '../../core/timeout.ts';
import { compileLayerCodes, openLayerCodes } from '../../kernel/codes/layer-codes.ts';
import type { PartsSettings, PartsSource } from './parts-source.ts';
import type { PostingSearch } from './posting-search.ts';
import { ShardScorer } from './shard-scores.ts';

export interface OpenRoot {
  readonly root: PartsRoot;
  readonly reader: ShardReader;
  readonly layers: LayerPair;
  readonly coder: LayeredCoder;
  readonly scorer: ShardScorer;
  /** Searches with a filter. The first one loads the script; null without postings. */
  readonly postings: Lazy<PostingSearch | null>;
}

/** @param slowMs after which a file that a filter needs counts as failed */
export async function openRoot(
  source: PartsSource,
  { memoryBytes, openLayer = openLayerCodes }: PartsSettings,
  slowMs: number,
): Promise<OpenRoot> {
  // Beside the download of the root.
  compileLayerCodes().catch(() => undefined);
  const root = await source.root();
  const [coarse, fine] = await Promise.all([
    openLayer(root.layers.tables),
    openLayer(root.layers.fine.tables),
  ]);
  const layers = { coarse, fine };
  return {
    root,
    reader: new ShardReader(root, source.readPart, memoryBytes, layers),
    layers,
    coder: new LayeredCoder(root.layers),
    scorer: new ShardScorer(root),
    postings: lazy(() => openPostings(source, root, coarse, slowMs)),
  };
}

async function openPostings(
  { postings, readPart }: PartsSource,
  root: PartsRoot,
  coarse: LayerCodes,
  slowMs: number,
): Promise<PostingSearch | null> {
  if (!postings) return null;
  const script = await loadScript(import('./posting-search.ts'));
  const hash = postings.sha256.slice(0, 2 * HASH_BYTES);
  const read: ReadPart = (role, ref) =>
    withTimeout(readPart(role, ref), slowMs, () => {
      const what = `A file that the filter needs took longer than ${slowMs / 1000} s to load.`;
      return new SoutuError('NetworkError', what);
    });
  return new script.PostingSearch(root, { bytes: postings.bytes, hash }, read, coarse);
}
