/** All that `soutu eval` measures of a bundle. */
import type { SearchItem } from '../../../core/item.ts';
import { createItemTable } from '../../../core/search/item-table.ts';
import type { AveragedVectors } from '../../../core/vector/averaged.ts';
import { BundleRetriever } from '../../../engine/bundle-retriever.ts';
import { FlatRetriever, ScanRetriever } from '../../../engine/flat-retriever.ts';
import { HnswRetriever } from '../../../engine/hnsw/hnsw-retriever.ts';
import type { SearchEngine } from '../../../engine/search-engine.ts';
import type { BandShares } from '../../eval/bands.ts';
import { type ColdSearches, coldSearches } from '../../eval/cold-search.ts';
import { type GrowthPoint, measureGrowth, sizesOf } from '../../eval/growth.ts';
import { type ExactVectors, type IndexRecall, indexRecall } from '../../eval/index-recall.ts';
import { type EvalResult, type EvalRow, leaveOneOut } from '../../eval/leave-one-out.ts';
import type { EvalPage } from '../../eval/page/page.ts';
import { recallCurve } from '../../eval/recall-curve.ts';
import { openFolderSource } from '../../search/folder-source.ts';
import { ProgressReporter } from '../progress.ts';
import { archivedVectors, averagedOf } from './averaged.ts';
import { bandsOf } from './bands.ts';
import { hasPairs } from './groups.ts';
import { openPartsIndex, openWholeIndex } from './open-index.ts';

export interface Evaluated {
  /** The kind of index as the manifest names it: flat, hnsw, codes or parts. */
  readonly index: string;
  /** Null if no group has two photos. */
  readonly groups: EvalResult | null;
  readonly recall: IndexRecall;
  readonly cold: ColdSearches;
  readonly bands: BandShares | null;
  readonly page: Omit<EvalPage, 'title'>;
}

const COLD_QUERIES = 200;
/** For plots of an index that has no recall of its own. */
const GROWTH_RECALL = 0.95;

/** @param plots whether what only the page shows is measured, too */
export async function evaluated(
  engine: SearchEngine,
  folder: string,
  items: readonly SearchItem[],
  rows: readonly EvalRow[],
  { ef, plots }: { readonly ef: number; readonly plots: boolean },
): Promise<Evaluated> {
  const { bundle, retriever } = engine;
  const { dimension, type } = bundle.manifest.index;
  const isCoded = type === 'codes' || type === 'parts';
  const averaged = await averagedOf(bundle);
  const queries = averaged?.plain ?? (await archivedVectors(bundle));
  const exact: ExactVectors = {
    ids: rows.map(({ id }) => id),
    ...{ dimension, queries, vectors: averaged?.vectors ?? queries },
  };
  const source = await openFolderSource(folder);
  const root = await bundle.partsRoot();
  const open = root ? openPartsIndex : openWholeIndex;
  const recall = await indexRecall(exact, retriever);
  const cold = await coldSearches(source, open, exact, root ? COLD_QUERIES : 1);
  const hasGroups = hasPairs(rows);
  const own = isCoded ? queries : null;
  const groups = hasGroups ? await groupsOf(engine, items, rows, averaged, own, ef) : null;
  const bands = hasGroups ? await bandsOf(engine, rows, averaged, own) : null;

  const curve = plots && root ? await recallCurve(root, source, open, exact) : null;
  const growth = plots ? await growthOf(exact) : [];
  return {
    ...{ index: type, groups, recall, cold, bands },
    page: {
      ...{ items: items.length, index: type, groups, recall, cold, curve, growth },
      growthRecall: GROWTH_RECALL,
      thresholds: bundle.manifest.index.calibration,
      scores: bands?.scores ?? { own: [], other: [], far: [] },
    },
  };
}

/** All other photos are ranked for each one, which an index in parts and a graph do not do. */
async function groupsOf(
  { bundle, retriever }: SearchEngine,
  items: readonly SearchItem[],
  rows: readonly EvalRow[],
  averaged: AveragedVectors | null,
  queries: Float32Array | null,
  ef: number,
): Promise<EvalResult> {
  const { dimension, type } = bundle.manifest.index;
  const table = createItemTable(items, (of) => bundle.details.of(of));
  const scan = retriever instanceof BundleRetriever ? retriever.flat : null;
  const flat =
    type === 'codes' && scan && !averaged
      ? scan
      : new FlatRetriever(averaged?.vectors ?? (await bundle.vectors()), dimension, table);
  const graph = await bundle.graph();
  const hnsw = graph && flat instanceof ScanRetriever ? new HnswRetriever(flat, graph) : null;
  return leaveOneOut(rows, flat, hnsw, ef, averaged, queries);
}

/** Empty if the catalogue is too small for a line. */
async function growthOf({ ids, vectors, dimension }: ExactVectors): Promise<GrowthPoint[]> {
  const sizes = sizesOf(ids.length);
  if (sizes.length < 2) return [];
  const progress = new ProgressReporter(process.stderr);
  progress.stage('Making smaller indexes', sizes.length, 'steps');
  let made = 0;
  return measureGrowth(vectors, dimension, GROWTH_RECALL, () => progress.step(++made));
}
