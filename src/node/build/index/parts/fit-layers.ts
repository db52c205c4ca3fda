/** Fits the two layers of codes to a catalogue: columns, steps, and the tables of the fine layer. */
import type { CodeSpace } from '../../../../core/codes/space.ts';
import type { ColumnCost } from '../../../../kernel/codes/code-maker.ts';
import { addCodes, type Counts, entropyOf, newCounts } from '../code-counts.ts';
import {
  LEAST_BITS,
  laplace,
  planOf,
  ROUNDS,
  type SpaceFitter,
  sampleIn,
  tableOfCounts,
} from '../fit-space.ts';
import { inverseOf, reorderColumns } from '../rotation.ts';
import type { RowSource } from '../row-source.ts';
import { bitsOfTable, shareTables } from '../share-tables.ts';
import type { TaskThreads } from '../task-threads.ts';
import type { LayerPlan } from '../tasks.ts';
import { residualOf } from './residual.ts';

/** Somewhat more than 2 ln 2, where one more bit saves what it costs: the fewest bytes of a search at equal recall. */
const TRADE = 2.2;

export interface FittedLayers {
  /** With the tables of the refinement. */
  readonly fine: CodeSpace;
  readonly ratio: number;
  readonly plan: LayerPlan;
}

/**
 * @param spread of the fine layer: see `EncoderSettings`
 * @param ratio fine steps of a coarse one
 */
export async function fitLayers(
  source: RowSource,
  fitter: SpaceFitter,
  threads: TaskThreads,
  spread: number,
  ratio: number,
): Promise<FittedLayers> {
  // One layer of this precision needs the same columns.
  const single = await fitter.fit(spread, TRADE);
  const { columns, rotation, rate, ...rest } = planOf(single);
  const sample: Float32Array[] = [];
  const parts = sampleIn(source);
  await threads.map(
    'rotate',
    parts.length,
    (i) => [parts[i] as Float32Array, { ...rest, rotation }],
    (part) => sample.push(part),
  );
  const coarseRate = ratio * ratio * rate;
  const wide = columns.map((column) => ({ ...column, step: Math.fround(ratio * column.step) }));
  const coarse = await fitted(sample, sample, wide, coarseRate, threads);
  const isCoarse = coarse.counts.map((own) => entropyOf(own) >= LEAST_BITS);
  // At least one column, so that a catalogue of equal photos has codes.
  if (!isCoarse.includes(true)) isCoarse[0] = true;
  const coarseCosts = coarse.costs.map((cost, c) =>
    isCoarse[c] ? widened(cost) : { ...cost, lowest: 0, bits: new Float32Array(1) },
  );
  const whole = await encodeSample(sample, sample, coarseCosts, coarseRate, threads);
  const residuals = sample.map((x, i) => residualOf(x, whole[i] as Int16Array, coarseCosts));
  const fine = await fitted(residuals, sample, columns, rate, threads);
  const { tables, tableOf } = shareTables(fine.counts, source.count);
  // The columns of a table become neighbours.
  const order = columns
    .map((_, c) => c)
    .sort((a, b) => (tableOf[a] as number) - (tableOf[b] as number) || a - b);
  const basis = reorderColumns(single.basis, single.dimension, order);
  const inOrder = <T>(list: ArrayLike<T>) => order.map((c) => list[c] as T);
  return {
    fine: {
      ...single,
      basis,
      steps: Float32Array.from(inOrder(single.steps)),
      tables: tables.map((table, t) => ({
        ...table,
        columns: tableOf.filter((own) => own === t).length,
      })),
      encoder: { ...single.encoder, slopes: Uint8Array.from(inOrder(single.encoder.slopes)) },
    },
    ratio,
    plan: {
      ...rest,
      rotation: inverseOf(basis, single.dimension),
      coarse: inOrder(coarseCosts),
      coarseRate,
      coarseColumns: Uint16Array.from(order.flatMap((c, i) => (isCoarse[c] ? [i] : []))),
      fine: order.map((c) => {
        const table = tables[tableOf[c] as number] as (typeof tables)[number];
        return {
          ...(columns[c] as ColumnCost),
          lowest: table.lowest,
          bits: bitsOfTable(table),
        };
      }),
      fineRate: rate,
    },
  };
}

/** Encodes the sample several times, each time with the tables of the codes before. */
async function fitted(
  x: readonly Float32Array[],
  origins: readonly Float32Array[],
  columns: readonly ColumnCost[],
  rate: number,
  threads: TaskThreads,
): Promise<{ costs: ColumnCost[]; counts: Counts[] }> {
  let costs = columns.map((cost, c) => ({ ...cost, ...laplace(x, columns.length, c, cost.step) }));
  let counts: Counts[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    counts = newCounts(columns.length);
    for (const codes of await encodeSample(x, origins, costs, rate, threads)) {
      addCodes(counts, codes);
    }
    costs = costs.map((cost, c) => ({ ...cost, ...tableOfCounts(counts[c] as Counts) }));
  }
  return { costs, counts };
}

async function encodeSample(
  x: readonly Float32Array[],
  origins: readonly Float32Array[],
  costs: readonly ColumnCost[],
  rate: number,
  threads: TaskThreads,
): Promise<Int16Array[]> {
  const all: Int16Array[] = [];
  await threads.map(
    'encodeRotated',
    x.length,
    (i) => [x[i] as Float32Array, costs, rate, origins[i] as Float32Array],
    (codes) => all.push(codes),
  );
  return all;
}

/** Room for rows that are further away than any of the sample. */
function widened(cost: ColumnCost): ColumnCost {
  const room = Math.ceil(cost.bits.length / 4);
  const most = cost.bits.reduce((a, b) => Math.max(a, b), 0) + 2;
  const bits = new Float32Array(cost.bits.length + 2 * room).fill(most);
  bits.set(cost.bits, room);
  return { ...cost, lowest: cost.lowest - room, bits };
}
