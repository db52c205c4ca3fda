/** All that `soutu eval` measures of a bundle. */
import type { SearchItem } from '../../../core/item.ts';
import { createItemTable } from '../../../core/search/item-table.ts';
import { BundleRetriever } from '../../../engine/bundle-retriever.ts';
import { FlatRetriever, ScanRetriever } from '../../../engine/flat-retriever.ts';
import { HnswRetriever } from '../../../engine/hnsw/hnsw-retriever.ts';
import type { SearchEngine } from '../../../engine/search-engine.ts';
import type { BandShares } from '../../eval/bands.ts';
import { type ColdSearches, coldSearches } from '../../eval/cold-search.ts';
import { measureGrowth, sizesOf } from '../../eval/growth.ts';
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
  /** As the manifest calls it: flat, hnsw, codes or parts. */
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
  const groups = hasGroups ? await groupsOf() : null;
  const bands = hasGroups ? await bandsOf(engine, rows, averaged, isCoded ? queries : null) : null;

  /** All other photos are ranked for each one, which an index in parts and a graph do not do. */
  async function groupsOf(): Promise<EvalResult> {
    const table = createItemTable(items, (of) => bundle.details.of(of));
    const scan = retriever instanceof BundleRetriever ? retriever.flat : null;
    const flat =
      type === 'codes' && scan && !averaged
        ? scan
        : new FlatRetriever(averaged?.vectors ?? (await bundle.vectors()), dimension, table);
    const graph = await bundle.graph();
    const hnsw = graph && flat instanceof ScanRetriever ? new HnswRetriever(flat, graph) : null;
    return leaveOneOut(rows, flat, hnsw, ef, averaged, isCoded ? queries : null);
  }

  const isLarge = sizesOf(items.length).length > 1;
  const progress = new ProgressReporter(process.stderr);
  const growthRecall = GROWTH_RECALL;
  let made = 0;
  const curve = plots && root ? await recallCurve(root, source, open, exact) : null;
  if (plots && isLarge)
    progress.stage('Making smaller indexes', sizesOf(items.length).length, 'steps');
  const growth = plots
    ? await measureGrowth(exact.vectors, dimension, growthRecall, () => progress.step(++made))
    : [];
  return {
    ...{ index: type, groups, recall, cold, bands },
    page: {
      ...{ items: items.length, index: type, groups, recall, cold, curve, growth, growthRecall },
      thresholds: bundle.manifest.index.calibration,
      scores: bands?.scores ?? { own: [], other: [], far: [] },
    },
  };
}
