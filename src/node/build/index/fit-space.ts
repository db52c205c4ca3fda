/** Fits steps and tables to a catalogue, for one choice of precision and rate. */
import type { CodeSpace } from '../../../core/codes/space.ts';
import { BASIS_UNIT } from '../../../core/codes/space.ts';
import { tableOfColumns } from '../../../core/codes/tables.ts';
import { MAX_SYMBOL } from '../../../core/model/rans.ts';
import type { ColumnCost } from '../../../kernel/codes/code-maker.ts';
import { addCodes, type Counts, entropyOf, newCounts, rangeOf } from './code-counts.ts';
import type { QueryModel } from './query-model.ts';
import { sampleRows } from './query-model.ts';
import { inverseOf, pickColumns, type Rotation, reorderColumns } from './rotation.ts';
import { pickRows, type RowSource } from './row-source.ts';
import { bitsOfTable, refresh, shareTables } from './share-tables.ts';
import type { TaskThreads } from './task-threads.ts';
import type { EncodePlan } from './tasks.ts';

const SAMPLE = 12_288;
const SAMPLE_RANGE = 4096;
const SEED = 1;
export const ROUNDS = 3;
/** Columns with less are not stored. */
export const LEAST_BITS = 0.02;

/** Rows that steps and tables are fitted to, in ranges. */
export function sampleIn(source: RowSource): Float32Array<ArrayBuffer>[] {
  const rows = pickRows(source, sampleRows(source.count, SAMPLE, SEED));
  const size = SAMPLE_RANGE * source.dimension;
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
    rows.slice(i * size, (i + 1) * size),
  );
}

export class SpaceFitter {
  readonly #source: RowSource;
  readonly #rotation: Rotation;
  readonly #queries: QueryModel;
  readonly #threads: TaskThreads;
  readonly #sample: readonly Float32Array<ArrayBuffer>[];
  readonly #bases = new Map<string, Int8Array>();
  #rotated: readonly Float32Array[] | null = null;

  constructor(source: RowSource, rotation: Rotation, queries: QueryModel, threads: TaskThreads) {
    this.#source = source;
    this.#rotation = rotation;
    this.#queries = queries;
    this.#threads = threads;
    this.#sample = sampleIn(source);
  }

  /**
   * @param spread see `EncoderSettings`
   * @param trade the rate as a share of the squared error that a step causes on average
   */
  async fit(spread: number, trade: number): Promise<CodeSpace> {
    const { dimension } = this.#source;
    const { mean, basis } = this.#rotation;
    const { variances, slopes } = this.#queries;
    const rate = (trade * spread * spread) / 12;
    const all = Array.from(variances, (variance, c) => ({
      column: c,
      // Readers refuse larger ones than 1e6; a column without variance needs none.
      step: Math.fround(Math.min(1e5, spread / Math.sqrt(variance))),
    }));
    this.#rotated ??= await this.#rotate(basis);
    const first = await this.#rounds(this.#rotated, this.#costs(all, spread, basis), rate, ROUNDS);
    const kept = all.filter((_, c) => entropyOf(first.counts[c] as Counts) >= LEAST_BITS);
    const columns = kept.length > 0 ? kept : all.slice(0, 1);
    const keptBasis = this.#basisOf(columns.map(({ column }) => column));
    const again = this.#costs(columns, spread, keptBasis).map((cost, i) => ({
      ...cost,
      ...tableOfCounts(first.counts[(columns[i] as { column: number }).column] as Counts),
    }));
    const rotated = await this.#rotate(keptBasis);
    const second = await this.#rounds(rotated, again, rate, 1);
    const shared = shareTables(second.counts, this.#source.count);
    const withTables = again.map((cost, c) => {
      const table = shared.tables[shared.tableOf[c] as number] as (typeof shared.tables)[number];
      return { ...cost, lowest: table.lowest, bits: bitsOfTable(table) };
    });
    const third = await this.#rounds(rotated, withTables, rate, 1);
    const { tables, tableOf } = refresh(shared, third.counts);
    // The columns of a table become neighbours.
    const order = columns
      .map((_, i) => i)
      .sort((a, b) => (tableOf[a] as number) - (tableOf[b] as number) || a - b);
    const chosen = order.map((i) => columns[i] as (typeof columns)[number]);
    return {
      dimension,
      columns: chosen.length,
      mean,
      basis: reorderColumns(keptBasis, dimension, order),
      steps: Float32Array.from(chosen, ({ step }) => step),
      tables: tables.map((table, t) => ({
        ...table,
        columns: tableOf.filter((own) => own === t).length,
      })),
      encoder: {
        spread,
        rate,
        slopes: Uint8Array.from(chosen, ({ column }) => slopes[column] as number),
      },
    };
  }

  /** The basis of some columns: one array each time, so that its inverse is known by it. */
  #basisOf(columns: readonly number[]): Int8Array {
    const key = columns.join();
    const { basis } = this.#rotation;
    const known = this.#bases.get(key);
    if (known) return known;
    const picked =
      columns.length * this.#source.dimension === basis.length
        ? basis
        : pickColumns(basis, this.#source.dimension, columns);
    this.#bases.set(key, picked);
    return picked;
  }

  async #rotate(basis: Int8Array): Promise<Float32Array[]> {
    const { dimension } = this.#source;
    const plan = { dimension, mean: this.#rotation.mean, rotation: inverseOf(basis, dimension) };
    const out: Float32Array[] = [];
    await this.#threads.map(
      'rotate',
      this.#sample.length,
      (i) => [this.#sample[i] as Float32Array, plan],
      (part) => out.push(part),
    );
    return out;
  }

  /** Starts with codes of a Laplace distribution. */
  #costs(
    columns: readonly { readonly column: number; readonly step: number }[],
    spread: number,
    basis: Int8Array,
  ): ColumnCost[] {
    const { dimension } = this.#source;
    return columns.map(({ column, step }, i) => ({
      step,
      ...lossOf(
        step,
        spread,
        basis.subarray(i * dimension, (i + 1) * dimension),
        this.#rotation.mean,
      ),
      slope: (this.#queries.slopes[column] as number) / 255,
      lowest: -MAX_SYMBOL,
      bits: new Float32Array(),
    }));
  }

  /** Encodes the sample several times, each time with the tables of the codes before. */
  async #rounds(
    rotated: readonly Float32Array[],
    start: readonly ColumnCost[],
    rate: number,
    rounds: number,
  ): Promise<{ counts: Counts[] }> {
    let costs = start.map((cost, c) =>
      cost.bits.length > 0 ? cost : { ...cost, ...laplace(rotated, start.length, c, cost.step) },
    );
    let counts: Counts[] = [];
    for (let round = 0; round < rounds; round++) {
      const sums = newCounts(costs.length);
      const current = costs;
      await this.#threads.map(
        'encodeRotated',
        rotated.length,
        (i) => [rotated[i] as Float32Array, current, rate],
        (codes) => addCodes(sums, codes),
      );
      counts = sums;
      costs = costs.map((cost, c) => ({ ...cost, ...tableOfCounts(counts[c] as Counts) }));
    }
    return { counts };
  }
}

/** How errors in a column count; from the space alone, so that a later build encodes in the same way. */
function lossOf(step: number, spread: number, basis: Int8Array, mean: Float32Array) {
  let product = 0;
  basis.forEach((x, i) => {
    product += x * (mean[i] as number);
  });
  return { weight: (spread / step) ** 2, mean: product / BASIS_UNIT };
}

/** How rows are encoded in a space. */
export function planOf(space: CodeSpace): EncodePlan {
  const { dimension, basis, steps, tables, mean, encoder } = space;
  const bits = tables.map(bitsOfTable);
  return {
    dimension,
    mean,
    rotation: inverseOf(basis, dimension),
    rate: encoder.rate,
    columns: Array.from(tableOfColumns(tables), (t, c) => ({
      step: steps[c] as number,
      ...lossOf(
        steps[c] as number,
        encoder.spread,
        basis.subarray(c * dimension, (c + 1) * dimension),
        mean,
      ),
      slope: (encoder.slopes[c] as number) / 255,
      lowest: (tables[t] as (typeof tables)[number]).lowest,
      bits: bits[t] as Float32Array,
    })),
  };
}

/** Counts as if each code had occurred this often beside those that did. */
const UNSEEN = 0.02;

export function tableOfCounts(counts: Counts): Pick<ColumnCost, 'lowest' | 'bits'> {
  const [low, high] = rangeOf(counts);
  const first = Math.max(0, low - 2);
  const end = Math.min(counts.length, high + 2);
  const own = counts.subarray(first, end);
  const total = own.reduce((a, b) => a + b, 0) + UNSEEN * counts.length;
  return {
    lowest: first - MAX_SYMBOL,
    bits: Float32Array.from(own, (n) => -Math.log2((n + UNSEEN) / total)),
  };
}

export function laplace(
  rotated: readonly Float32Array[],
  columns: number,
  column: number,
  step: number,
): Pick<ColumnCost, 'lowest' | 'bits'> {
  let sum = 0;
  let largest = 0;
  let count = 0;
  for (const part of rotated) {
    for (let i = column; i < part.length; i += columns) {
      const size = Math.abs(part[i] as number);
      sum += size;
      largest = Math.max(largest, size);
      count++;
    }
  }
  const mean = sum / Math.max(1, count) / step + 1e-3;
  const reach = Math.min(MAX_SYMBOL, Math.ceil(largest / step) + 2);
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-Math.abs(i - reach) / mean),
  );
  const whole = weights.reduce((a, b) => a + b, 0);
  return {
    lowest: -reach,
    bits: Float32Array.from(weights, (w) => Math.min(40, -Math.log2(w / whole + 1e-12))),
  };
}
