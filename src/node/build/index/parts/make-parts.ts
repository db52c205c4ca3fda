/** Makes an index in parts: codes in two layers, shards, and how searches probe them. */
import type { CodeTables } from '../../../../core/codes/tables.ts';
import { tableOfColumns } from '../../../../core/codes/tables.ts';
import { vectorOf } from '../../../../core/codes/vector-of.ts';
import { MAX_SYMBOL } from '../../../../core/model/rans.ts';
import type { Layers } from '../../../../core/parts/layers.ts';
import type { Probing } from '../../../../core/parts/root.ts';
import { type Counts, newCounts } from '../code-counts.ts';
import { SpaceFitter } from '../fit-space.ts';
import { findJudges, fitQueries } from '../query-model.ts';
import { fitRotation } from '../rotation.ts';
import { type RowSource, rangesOf } from '../row-source.ts';
import { shareTables } from '../share-tables.ts';
import { openTaskThreads, type TaskThreads } from '../task-threads.ts';
import { chooseProbing } from './choose-probing.ts';
import { shardsFor } from './cluster.ts';
import { fitLayers } from './fit-layers.ts';
import { orderRows, type RowOrder, sourceOfRanges } from './row-order.ts';

/** Codes of all rows, in order of their positions. */
export interface PartsCodes extends RowOrder {
  readonly count: number;
  readonly layers: Layers;
  readonly centroidTables: CodeTables;
  /** count × coarse columns; whole codes, not less a centroid's */
  readonly coarse: Int16Array;
  /** count × columns */
  readonly fine: Int16Array;
}

export interface MadeParts extends PartsCodes {
  readonly probing: Probing;
  /** Root mean squared error of the scores of near rows by coarse codes, and by both layers. */
  readonly coarseError: number;
  readonly error: number;
  /** The share of the ten nearest that is found, with photos of the catalogue as queries. */
  readonly recall10: number;
  /** The recall that was asked for. */
  readonly wanted: number;
  /** Mean bytes and requests of a cold search for ten items, with the root. */
  readonly cold: { readonly bytes: number; readonly requests: number; readonly waves: number };
}

export interface PartsWanted {
  /** The least share of the ten nearest that a search finds. */
  readonly recall: number;
  /** Bytes of a row's id and attributes, in files. */
  readonly rowBytes?: number;
  readonly shards?: number;
  readonly spread?: number;
  readonly ratio?: number;
  readonly threads?: number;
}

/** The spread of the fine layer at a recall of 0.95. */
const SPREAD = 2.6e-4;
const RATIO = 10;
const SPREAD_LOSS = 0.05;

/**
 * Makes shards of both layers of codes. The number of threads does not change the result.
 * @returns null if no shards that a search reads have the recall
 */
export async function makeParts(source: RowSource, wanted: PartsWanted): Promise<MadeParts | null> {
  const threads = await openTaskThreads(source.count, wanted.threads);
  try {
    const judging = await findJudges(source, threads);
    const rotation = await fitRotation(source, threads);
    const queries = await fitQueries(source, rotation, judging, threads);
    const fitter = new SpaceFitter(source, rotation, queries, threads);
    const spread = wanted.spread ?? SPREAD * Math.min(1, (1 - wanted.recall) / SPREAD_LOSS);
    const codes = await codesOf(source, fitter, threads, wanted, spread);
    const chosen = chooseProbing(codes, judging, wanted.recall, wanted.rowBytes);
    return chosen && { ...codes, ...chosen, wanted: wanted.recall };
  } finally {
    await threads.close();
  }
}

async function codesOf(
  source: RowSource,
  fitter: SpaceFitter,
  threads: TaskThreads,
  wanted: PartsWanted,
  spread: number,
): Promise<PartsCodes> {
  const { count } = source;
  const { fine, ratio, plan } = await fitLayers(
    source,
    fitter,
    threads,
    spread,
    wanted.ratio ?? RATIO,
  );
  const columns = plan.coarseColumns.length;
  const coarse = new Int16Array(count * columns);
  const refined = new Int16Array(count * fine.columns);
  const rotated: Float32Array[] = [];
  const ranges = rangesOf(count);
  await threads.map(
    'encodeLayers',
    ranges.length,
    (i) => [source.read(...(ranges[i] as (typeof ranges)[number])), plan],
    (part, i) => {
      const [first] = ranges[i] as (typeof ranges)[number];
      coarse.set(part.coarse, first * columns);
      refined.set(part.fine, first * fine.columns);
      rotated.push(part.rotated);
    },
  );
  const steps = Float32Array.from(plan.coarseColumns, (c) => ratio * (fine.steps[c] as number));
  const placed = await orderRows(
    sourceOfRanges(rotated, columns),
    steps,
    wanted.shards ?? shardsFor(count),
    threads,
  );
  const inOrder = { coarse: reorderRows(coarse, columns, placed.order) };
  const shared = shareTables(relativeCounts(inOrder.coarse, placed, columns), 2 * count);
  const order = Array.from(plan.coarseColumns.keys()).sort(
    (a, b) => (shared.tableOf[a] as number) - (shared.tableOf[b] as number) || a - b,
  );
  const tables = shared.tables.map((table, t) => ({
    ...table,
    columns: shared.tableOf.filter((own) => own === t).length,
  }));
  const layers: Layers = {
    fine,
    ratio,
    columns: Uint16Array.from(order, (c) => plan.coarseColumns[c] as number),
    tables,
  };
  const centroids = reorderColumns(placed.centroids, columns, order);
  return {
    ...placed,
    centroids,
    count,
    layers,
    centroidTables: centroidTablesOf(centroids, tables),
    coarse: reorderColumns(inOrder.coarse, columns, order),
    fine: reorderRows(refined, fine.columns, placed.order),
  };
}

function reorderRows(rows: Int16Array, columns: number, order: Int32Array): Int16Array {
  const out = new Int16Array(rows.length);
  order.forEach((row, position) => {
    out.set(rows.subarray(row * columns, (row + 1) * columns), position * columns);
  });
  return out;
}

function reorderColumns(rows: Int16Array, columns: number, order: readonly number[]): Int16Array {
  const out = new Int16Array(rows.length);
  for (let at = 0; at < rows.length; at += columns) {
    order.forEach((column, i) => {
      out[at + i] = rows[at + column] as number;
    });
  }
  return out;
}

/** The positions of a shard's rows: own ones, then spilled ones. */
export function positionsOf({ starts, spilled }: RowOrder, shard: number): Int32Array {
  const first = starts[shard] as number;
  const own = (starts[shard + 1] as number) - first;
  const others = spilled[shard] as Int32Array;
  const all = new Int32Array(own + others.length);
  for (let i = 0; i < own; i++) all[i] = first + i;
  all.set(others, own);
  return all;
}

/** How often each coarse code less its centroid's occurs in a column, in all shards. */
function relativeCounts(coarse: Int16Array, placed: RowOrder, columns: number): Counts[] {
  const counts = newCounts(columns);
  for (let shard = 0; shard < placed.spilled.length; shard++) {
    for (const position of positionsOf(placed, shard)) {
      counts.forEach((own, c) => {
        const code =
          (coarse[position * columns + c] as number) -
          (placed.centroids[shard * columns + c] as number) +
          MAX_SYMBOL;
        own[code] = (own[code] as number) + 1;
      });
    }
  }
  return counts;
}

/** One table for the columns of each table of the codes. */
function centroidTablesOf(centroids: Int16Array, tables: CodeTables): CodeTables {
  const tableOf = tableOfColumns(tables);
  const shared = tables.map((_, t): Counts => {
    const counts = new Uint32Array(2 * MAX_SYMBOL + 1);
    centroids.forEach((code, i) => {
      if (tableOf[i % tableOf.length] === t) {
        counts[code + MAX_SYMBOL] = (counts[code + MAX_SYMBOL] as number) + 1;
      }
    });
    return counts;
  });
  return tables.map(({ columns }, t) => {
    const [table] = shareTables([shared[t] as Counts], centroids.length).tables;
    return { ...(table as NonNullable<typeof table>), columns };
  });
}

/** The vectors that both layers stand for, by row, as a reader decodes them. */
export function vectorsOfParts({ layers, coarse, fine, order, count }: PartsCodes) {
  const { dimension, columns } = layers.fine;
  const all = new Float32Array(count * dimension);
  const own = new Int32Array(columns);
  const width = layers.columns.length;
  for (let position = 0; position < count; position++) {
    for (let c = 0; c < columns; c++) own[c] = fine[position * columns + c] as number;
    layers.columns.forEach((column, c) => {
      own[column] =
        (own[column] as number) + layers.ratio * (coarse[position * width + c] as number);
    });
    all.set(vectorOf(own, layers.fine), (order[position] as number) * dimension);
  }
  return all;
}
