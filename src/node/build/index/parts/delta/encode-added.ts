/** Codes of added items, by the basis, the steps and the tables of an index that stays as it is. */
import type { CodeTables } from '../../../../../core/codes/tables.ts';
import { tableOfColumns } from '../../../../../core/codes/tables.ts';
import { vectorOf } from '../../../../../core/codes/vector-of.ts';
import type { PartsRoot } from '../../../../../core/parts/root.ts';
import type { ColumnCost } from '../../../../../kernel/codes/code-maker.ts';
import { planOf } from '../../fit-space.ts';
import { bitsOfTable } from '../../share-tables.ts';
import { openTasks } from '../../tasks.ts';
import { residualOf } from '../residual.ts';

export interface AddedCodes {
  /** The shard whose centroid is nearest to each row. */
  readonly homes: Uint16Array;
  /** rows × coarse columns, less the centroid of the home */
  readonly coarse: Int16Array;
  /** rows × columns */
  readonly fine: Int16Array;
  /** rows × dimension: what the codes stand for */
  readonly decoded: Float32Array;
}

/** @param vectors rows × dimension, as a search compares them */
export async function encodeAdded(root: PartsRoot, vectors: Float32Array): Promise<AddedCodes> {
  const { layers, centroids } = root;
  const { fine } = layers;
  const plan = planOf(fine);
  const tasks = await openTasks();
  const rotated = tasks.rotate(vectors, plan);
  const count = vectors.length / fine.dimension;
  const width = layers.columns.length;
  const homes = homesOf(root, rotated, count);
  const coarse = new Int16Array(count * width);
  const refined = new Int16Array(count * fine.columns);
  const decoded = new Float32Array(vectors.length);
  const relative = bitsByColumn(layers.tables);
  const { ratio } = layers;
  // Columns without coarse codes have the code 0.
  const none = plan.columns.map(
    (cost): ColumnCost => ({
      ...cost,
      step: Math.fround(ratio * cost.step),
      lowest: 0,
      bits: new Float32Array(1),
    }),
  );
  for (let row = 0; row < count; row++) {
    const centroid = centroids.subarray(
      (homes[row] as number) * width,
      ((homes[row] as number) + 1) * width,
    );
    const costs = [...none];
    layers.columns.forEach((column, c) => {
      const { lowest, bits } = relative[c] as (typeof relative)[number];
      // A code beyond what the tables know is clipped to it.
      const own = { lowest: lowest + (centroid[c] as number), bits };
      costs[column] = { ...(none[column] as ColumnCost), ...own };
    });
    const x = rotated.subarray(row * fine.columns, (row + 1) * fine.columns);
    const whole = tasks.encodeRotated(x, costs, ratio * ratio * plan.rate);
    const rest = tasks.encodeRotated(residualOf(x, whole, costs), plan.columns, plan.rate, x);
    refined.set(rest, row * fine.columns);
    layers.columns.forEach((column, c) => {
      coarse[row * width + c] = (whole[column] as number) - (centroid[c] as number);
    });
    const all = Int32Array.from(rest, (code, column) => code + ratio * (whole[column] as number));
    decoded.set(vectorOf(all, fine), row * fine.dimension);
  }
  return { homes, coarse, fine: refined, decoded };
}

function bitsByColumn(tables: CodeTables) {
  const bits = tables.map(bitsOfTable);
  return Array.from(tableOfColumns(tables), (t) => ({
    lowest: (tables[t] as CodeTables[number]).lowest,
    bits: bits[t] as Float32Array,
  }));
}

/** @param rotated rows × columns */
function homesOf({ layers, centroids }: PartsRoot, rotated: Float32Array, count: number) {
  const { columns, fine, ratio } = layers;
  const width = columns.length;
  const steps = Array.from(columns, (column) => ratio * (fine.steps[column] as number));
  const homes = new Uint16Array(count);
  for (let row = 0; row < count; row++) {
    const x = Array.from(columns, (column) => rotated[row * fine.columns + column] as number);
    let least = Number.POSITIVE_INFINITY;
    for (let at = 0; at < centroids.length; at += width) {
      let distance = 0;
      for (let c = 0; c < width && distance < least; c++) {
        distance += ((x[c] as number) - (steps[c] as number) * (centroids[at + c] as number)) ** 2;
      }
      if (distance >= least) continue;
      least = distance;
      homes[row] = at / width;
    }
  }
  return homes;
}
