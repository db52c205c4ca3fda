/**
 * Chooses the quantisation step of each layer of a packed model.
 *
 * A weight rounded to steps of size s is off by s² / 12 in the mean square, so a layer costs about a · s² of
 * the cosine (1 − cos, end to end), and each halving of s costs one bit per weight. For a given cosine, the total
 * of bits is lowest if each layer's share of the loss is proportional to its number of weights n:
 * s = √(κ · n / a). Each `a` is measured by rounding that layer alone on a few photos, to nearest; κ is found by
 * search, with all layers rounded and compensated (compensated-rounding.ts).
 */
import type { Tensor } from '../../../core/model/tensor.ts';
import { type FloatTensors, f16, f32 } from '../float-tensors.ts';
import { finestSteps, nearestCodes, spreads, toSteps } from '../quantise.ts';
import { type Compensation, meanShift, roundCompensated } from './compensated-rounding.ts';

/** Steps are relative to the layer's spread (root mean square of its weights). */
const PROBE_STEP = 0.12;
const COARSEST_STEP = 2;
const MAX_TRIALS = 8;
/** A trial is accepted if its loss is between this share of the aim and the aim itself. */
const CLOSE_ENOUGH = 0.93;
/** Layers with a smaller share of the weights than this may be f16 if int8 is not fine enough. */
const SMALL_LAYER = 0.02;

/** Mean of 1 − cosine to the f32 vectors when these tensors are used. */
export type LossOf = (
  tensors: ReadonlyMap<string, Tensor>,
  photos: 'few' | 'all',
) => Promise<number>;

export type Progress = (done: number, total: number) => void;

/**
 * @param compensations by tensor; tensors without one are rounded to nearest
 * @param aim the largest mean of 1 − cosine
 * @returns the tensors for `writePacked`
 */
export async function chooseSteps(
  floats: FloatTensors,
  compensations: ReadonlyMap<string, Compensation>,
  lossOf: LossOf,
  aim: number,
  onProgress: Progress = () => undefined,
): Promise<Map<string, Tensor>> {
  const layers = [...floats].filter(([, { shape }]) => shape.length > 1).map(([name]) => name);
  const total = layers.length + MAX_TRIALS;
  const costs: number[] = [];
  for (const name of layers) {
    const loss = await lossOf(rounded(floats, new Map([[name, PROBE_STEP]])), 'few');
    // At least the noise of f32: a cost of 0 would allow any step.
    costs.push(Math.max(loss, 1e-8) / PROBE_STEP ** 2);
    onProgress(costs.length, total);
  }
  const stepsAt = (kappa: number) =>
    new Map(
      layers.map((name, i) => {
        const n = floats.get(name)?.values.length ?? 0;
        const step = Math.sqrt((kappa * n) / (costs[i] as number));
        return [name, Math.min(step, COARSEST_STEP)];
      }),
    );
  // The losses would add up to κ · n over all layers.
  const numbers = layers.reduce((sum, name) => sum + (floats.get(name)?.values.length ?? 0), 0);
  let kappa = aim / numbers;
  let best: { kappa: number; tensors: Map<string, Tensor> } | null = null;
  for (let trial = 1; trial <= MAX_TRIALS; trial++) {
    const tensors = rounded(floats, stepsAt(kappa), compensations);
    const loss = await lossOf(tensors, 'all');
    onProgress(layers.length + trial, total);
    if (loss <= aim && (!best || kappa > best.kappa)) best = { kappa, tensors };
    if (loss <= aim && loss > aim * CLOSE_ENOUGH) break;
    // Once a step is as fine as int8 allows, the loss falls more slowly than κ: use small strides there.
    const stride = Math.min(4, Math.max(0.25, (0.97 * aim) / loss));
    const next: number = kappa * stride;
    if (best && next <= best.kappa) break;
    kappa = next;
  }
  onProgress(total, total);
  // If even the finest steps miss the aim, use those.
  return best?.tensors ?? rounded(floats, stepsAt(0), compensations);
}

/** Rounds the layers that have a step; all others stay f32. */
function rounded(
  floats: FloatTensors,
  steps: ReadonlyMap<string, number>,
  compensations: ReadonlyMap<string, Compensation> = new Map(),
): Map<string, Tensor> {
  const out = new Map<string, Tensor>();
  const numbers = [...floats.values()].reduce((sum, { values }) => sum + values.length, 0);
  for (const [name, { shape, values }] of floats) {
    const step = steps.get(name);
    if (step === undefined) {
      // A bias may have been corrected already, with its weights.
      if (!out.has(name)) out.set(name, f32(shape, values));
      continue;
    }
    const finest = finestSteps(shape, values);
    const wanted = stepsOf(shape, values, step);
    const tooFine = wanted.filter((s, c) => s < (finest[c] as number)).length;
    if (tooFine > wanted.length / 2 && values.length < numbers * SMALL_LAYER) {
      out.set(name, f16(shape, values));
      continue;
    }
    const possible = wanted.map((s, c) => Math.max(s, finest[c] as number));
    const compensation = compensations.get(name);
    const codes = compensation
      ? roundCompensated(values, possible, compensation)
      : nearestCodes(values, possible);
    for (const [key, tensor] of toSteps(name, shape, codes, possible)) out.set(key, tensor);
    if (compensation) {
      const length = values.length / possible.length;
      const back = Float32Array.from(
        codes,
        (code, i) => code * (possible[Math.floor(i / length)] as number),
      );
      const shift = meanShift(values, back, compensation);
      const biasName = name.replace(/weight$/, 'bias');
      const bias = floats.get(biasName);
      if (bias) {
        const moved = bias.values.map((value, row) => value + (shift[row] as number));
        out.set(biasName, f32(bias.shape, moved));
      }
    }
  }
  return out;
}

/** A channel's step grows with the root of its spread: a compromise between equal steps and equal bits. */
function stepsOf(shape: readonly number[], values: Float32Array, step: number): Float32Array {
  const whole = Math.sqrt(values.reduce((sum, w) => sum + w * w, 0) / values.length);
  return spreads(shape, values).map((spread) => step * Math.sqrt(spread * whole));
}
