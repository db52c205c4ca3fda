/** Rounding with compensation, against a plain form of the algorithm and against rounding to nearest. */
import { expect, test } from 'vitest';
import type { FeatureMap } from '../../../../src/core/model/head.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';
import {
  meanShift,
  prepareCompensation,
  roundCompensated,
} from '../../../../src/node/model/pack/compensated-rounding.ts';
import { BLOCK, MomentsCollector } from '../../../../src/node/model/pack/input-moments.ts';
import { nearestCodes } from '../../../../src/node/model/quantise.ts';

const random = seededRandom(7);
const noise = () => random() + random() + random() - 1.5;

/** A map whose neighbouring pixels and channels look alike, as those of photos do. */
function smoothMap(channels: number, height: number, width: number): FeatureMap {
  const data = new Float32Array(channels * height * width);
  const plane = Float32Array.from({ length: height * width }, noise);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < plane.length; i++) {
      const left = i % width > 0 ? (plane[i - 1] as number) : 0;
      data[c * plane.length + i] = Math.max(0, (plane[i] as number) + left + 0.5 * noise());
    }
  }
  return { channels, height, width, data };
}

/** The patch around a pixel, straight from the definition. */
function patchOf({ channels, height, width, data }: FeatureMap, at: number): number[] {
  const patch: number[] = [];
  for (let c = 0; c < channels; c++) {
    for (let dy = -1; dy <= 1; dy++) {
      for (let dx = -1; dx <= 1; dx++) {
        const y = Math.floor(at / width) + dy;
        const x = (at % width) + dx;
        const inside = y >= 0 && x >= 0 && y < height && x < width;
        patch.push(inside ? (data[(c * height + y) * width + x] as number) : 0);
      }
    }
  }
  return patch;
}

function observe(channels: number, maps: number, perMap: number) {
  const collector = new MomentsCollector(channels);
  const patches: number[][] = [];
  for (let m = 0; m < maps; m++) {
    const map = smoothMap(channels, 6, 7);
    const positions = Array.from({ length: perMap }, () => Math.floor(random() * 42));
    collector.add(map, positions);
    for (const at of positions) patches.push(patchOf(map, at));
  }
  return { moments: collector.finish(), patches };
}

test('moments: the mean and the mean products of all patches, by blocks of 64 channels', () => {
  const { moments, patches } = observe(66, 40, 20);
  const mean = (of: (patch: number[]) => number) =>
    patches.reduce((sum, patch) => sum + of(patch), 0) / patches.length;
  expect(moments.blocks.map(({ from, size }) => [from, size])).toEqual([
    [0, BLOCK],
    [BLOCK, 2 * 9],
  ]);
  for (const { from, size, products } of moments.blocks) {
    for (let draw = 0; draw < 200; draw++) {
      const i = Math.floor(random() * size);
      const j = Math.floor(random() * size);
      const expected = mean((p) => (p[from + i] as number) * (p[from + j] as number));
      expect(products[i * size + j]).toBeCloseTo(expected, 5);
    }
  }
  const firsts = [0, 5, BLOCK, BLOCK + 17];
  for (const i of firsts)
    expect(moments.mean[i]).toBeCloseTo(
      mean((p) => p[i] as number),
      5,
    );
});

test('codes: those of the plain algorithm, which inverts the rest of the matrix after every input', () => {
  const { moments } = observe(2, 60, 20);
  const inputs = 18;
  const weights = Float32Array.from({ length: 3 * inputs }, noise);
  const steps = Float32Array.of(0.5, 0.31, 0.9);
  const { products } = moments.blocks[0] as { products: Float64Array };
  const expected = steps.reduce<number[]>((all, step, row) => {
    const own = weights.subarray(row * inputs, (row + 1) * inputs);
    return all.concat(plainRounding(own, step, products));
  }, []);
  expect(roundCompensated(weights, steps, prepareCompensation(moments))).toEqual(
    Int8Array.from(expected),
  );
});

test('the error of the outputs is less than half of that of rounding to nearest', () => {
  const { moments, patches } = observe(16, 100, 20);
  const inputs = 16 * 9;
  const weights = Float32Array.from({ length: 8 * inputs }, noise);
  const steps = new Float32Array(8).fill(0.6);
  const compensation = prepareCompensation(moments);
  const errorOf = (codes: Int8Array) => {
    const rounded = Float32Array.from(codes, (code) => code * 0.6);
    const shift = meanShift(weights, rounded, compensation);
    let sum = 0;
    let biased = 0;
    for (const patch of patches) {
      for (let row = 0; row < 8; row++) {
        let error = 0;
        patch.forEach((x, i) => {
          const at = row * inputs + i;
          error += ((weights[at] as number) - (rounded[at] as number)) * x;
        });
        biased += error - (shift[row] as number);
        sum += (error - (shift[row] as number)) ** 2;
      }
    }
    // The shift is exactly the mean of the errors.
    expect(biased / patches.length).toBeCloseTo(0, 4);
    return sum;
  };
  const compensated = errorOf(roundCompensated(weights, steps, compensation));
  expect(compensated).toBeLessThan(errorOf(nearestCodes(weights, steps)) / 2);
});

test('inputs that are always 0 are rounded to nearest', () => {
  const collector = new MomentsCollector(1);
  collector.add({ channels: 1, height: 3, width: 3, data: new Float32Array(9) }, [0, 4, 8]);
  const compensation = prepareCompensation(collector.finish());
  const weights = Float32Array.of(0.9, -1.4, 0.2, 0.6, -0.7, 3.2, 0, 500, -500);
  expect([...roundCompensated(weights, Float32Array.of(1), compensation)]).toEqual([
    1, -1, 0, 1, -1, 3, 0, 127, -127,
  ]);
});

/** Optimal Brain Surgeon, input by input in the order of their strength, with a fresh inverse each time. */
function plainRounding(weights: Float32Array, step: number, products: Float64Array): number[] {
  const n = weights.length;
  const diagonal = (i: number) => products[i * n + i] as number;
  const indices = Array.from({ length: n }, (_, i) => i);
  const damping = (0.01 * indices.reduce((sum, i) => sum + diagonal(i), 0)) / n;
  const left = [...weights];
  let rest = indices.sort((a, b) => diagonal(b) - diagonal(a));
  const codes = new Array<number>(n).fill(0);
  while (rest.length > 0) {
    const h = rest.map((a) =>
      rest.map((b) => (products[a * n + b] as number) + (a === b ? damping : 0)),
    );
    const inverse = invert(h);
    const [first, ...others] = rest as [number, ...number[]];
    const value = left[first] as number;
    codes[first] = Math.round(value / step);
    const error =
      (value - (codes[first] as number) * step) / ((inverse[0] as number[])[0] as number);
    others.forEach((other, i) => {
      left[other] = (left[other] as number) - error * ((inverse[0] as number[])[i + 1] as number);
    });
    rest = others;
  }
  return codes;
}

/** Gauss and Jordan. */
function invert(matrix: readonly number[][]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let i = 0; i < n; i++) {
    const pivotRow = rows[i] as number[];
    const pivot = pivotRow[i] as number;
    for (let j = 0; j < 2 * n; j++) pivotRow[j] = (pivotRow[j] as number) / pivot;
    rows.forEach((row, k) => {
      if (k === i) return;
      const factor = row[i] as number;
      for (let j = 0; j < 2 * n; j++)
        row[j] = (row[j] as number) - factor * (pivotRow[j] as number);
    });
  }
  return rows.map((row) => row.slice(n));
}
