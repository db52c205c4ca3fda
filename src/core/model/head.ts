/**
 * From the last feature map to the features of a view: global pooling, projection, L2. Sums are doubles, added in a
 * fixed order: the same map gives the same numbers in every JavaScript engine.
 *
 *     map [channels, height, width] ─ pooling ─ projection ─ L2 ─ features
 */
import { cubeRoot } from '../cube-root.ts';
import { normalised } from '../vector/arithmetic.ts';
import { floatsOf, type Tensor } from './safetensors.ts';
import type { Pooling, VggSpec } from './spec.ts';

export interface FeatureMap {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  /** channels × height × width (planes) */
  readonly data: Float32Array;
}

/** `projection.weight` [out, in] and `projection.bias` [out] */
export interface Projection {
  readonly weight: Float32Array;
  readonly bias: Float32Array | null;
}

/**
 * The model's projection as f32; null if it has none.
 * @throws SoutuError `ModelError` for missing or misshapen tensors
 */
export function readProjection(
  spec: VggSpec,
  tensors: ReadonlyMap<string, Tensor>,
): Projection | null {
  if (!spec.projection) return null;
  const { in: inputs, out, bias } = spec.projection;
  return {
    weight: floatsOf(tensors, 'projection.weight', [out, inputs], spec.name),
    bias: bias ? floatsOf(tensors, 'projection.bias', [out], spec.name) : null,
  };
}

/** A window of the map, in pixels. */
interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const RMAC_SCALES = 3;
/** Neighbouring regions of the first scale overlap by about this share (section 3.2). */
const RMAC_OVERLAP = 0.4;

/** @returns the features of one view, of unit length */
export function applyHead(
  pooling: Pooling,
  map: FeatureMap,
  projection: Projection | null,
): Float32Array<ArrayBuffer> {
  if (pooling === 'max' || pooling === 'avg') {
    const pooled = pool(map, pooling, { x: 0, y: 0, width: map.width, height: map.height });
    return normalised(projection ? (project([pooled], projection)[0] as Float32Array) : pooled);
  }
  const regions = rmacRegions(map.width, map.height);
  const pooled =
    pooling === 'rmac' ? regions.map((region) => pool(map, 'max', region)) : gems(map, regions);
  const projected = projection ? project(pooled, projection) : pooled;
  const sum = new Float32Array(projected[0]?.length ?? 0);
  for (const features of projected) {
    const unit = normalised(features);
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (unit[i] as number);
  }
  return normalised(sum);
}

/**
 * The regions of R-MAC: squares with a side of 2 min(w, h) / (l + 1) on the scales l = 1, 2, 3. There are l
 * along the shorter side of the map; the longer side gets as many more as the overlap needs.
 */
export function rmacRegions(width: number, height: number): Region[] {
  const short = Math.min(width, height);
  const extra = width === height ? 0 : extraRegions(short, Math.max(width, height));
  const regions: Region[] = [];
  for (let scale = 1; scale <= RMAC_SCALES; scale++) {
    const side = Math.max(1, Math.floor((2 * short) / (scale + 1)));
    for (const y of starts(height, side, scale + (height > width ? extra : 0))) {
      for (const x of starts(width, side, scale + (width > height ? extra : 0))) {
        regions.push({ x, y, width: side, height: side });
      }
    }
  }
  return regions;
}

/** How many squares the first scale needs beyond one to overlap by nearly 40 %. */
function extraRegions(short: number, long: number): number {
  const misfit = (extra: number) => Math.abs(1 - (long - short) / extra / short - RMAC_OVERLAP);
  let best = 1;
  for (let extra = 2; extra <= long; extra++) if (misfit(extra) < misfit(best)) best = extra;
  return best;
}

/** Evenly spaced from one edge to the other. */
function starts(length: number, side: number, count: number): number[] {
  const room = length - side;
  const all = Array.from({ length: count }, (_, i) =>
    count === 1 ? Math.floor(room / 2) : Math.floor((i * room) / (count - 1)),
  );
  // Small maps have fewer places than regions.
  return [...new Set(all)];
}

function pool(map: FeatureMap, kind: 'max' | 'avg', region: Region): Float32Array<ArrayBuffer> {
  const { channels, width, height, data } = map;
  const out = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    let max = Number.NEGATIVE_INFINITY;
    let sum = 0;
    for (let y = region.y; y < region.y + region.height; y++) {
      const row = (c * height + y) * width;
      for (let x = region.x; x < region.x + region.width; x++) {
        const value = data[row + x] as number;
        sum += value;
        max = Math.max(max, value);
      }
    }
    out[c] = kind === 'max' ? max : sum / (region.width * region.height);
  }
  return out;
}

/** The generalised mean of power 3 of each channel, region by region. */
function gems(
  { channels, width, height, data }: FeatureMap,
  regions: readonly Region[],
): Float32Array<ArrayBuffer>[] {
  const out = regions.map(() => new Float32Array(channels));
  const cubes = new Float64Array(width * height);
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < cubes.length; i++) {
      const value = data[c * cubes.length + i] as number;
      cubes[i] = value * value * value;
    }
    for (let r = 0; r < regions.length; r++) {
      const region = regions[r] as Region;
      let sum = 0;
      for (let y = region.y; y < region.y + region.height; y++) {
        const row = y * width;
        for (let x = region.x; x < region.x + region.width; x++) sum += cubes[row + x] as number;
      }
      (out[r] as Float32Array)[c] = cubeRoot(sum / (region.width * region.height));
    }
  }
  return out;
}

/** Four at a time: each sum is added in one order, and no addition waits for that of another input. */
function project(
  inputs: readonly Float32Array[],
  { weight, bias }: Projection,
): Float32Array<ArrayBuffer>[] {
  const length = inputs[0]?.length ?? 0;
  const size = weight.length / length;
  const out = inputs.map(() => new Float32Array(size));
  for (let first = 0; first < inputs.length; first += 4) {
    // Past the last input, the last one is computed again.
    const at = (i: number) => Math.min(first + i, inputs.length - 1);
    const [a, b, c, d] = [0, 1, 2, 3].map((i) => inputs[at(i)]) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const [toA, toB, toC, toD] = [0, 1, 2, 3].map((i) => out[at(i)]) as typeof out &
      [Float32Array, Float32Array, Float32Array, Float32Array];
    for (let o = 0; o < size; o++) {
      const start = bias ? (bias[o] as number) : 0;
      const row = o * length;
      let sumA = start;
      let sumB = start;
      let sumC = start;
      let sumD = start;
      for (let i = 0; i < length; i++) {
        const w = weight[row + i] as number;
        sumA += w * (a[i] as number);
        sumB += w * (b[i] as number);
        sumC += w * (c[i] as number);
        sumD += w * (d[i] as number);
      }
      toA[o] = sumA;
      toB[o] = sumB;
      toC[o] = sumC;
      toD[o] = sumD;
    }
  }
  return out;
}
