/**
 * Makes the features of a view from the last feature map: global pooling, projection, L2. Sums are doubles, added in a
 * fixed order: the same map gives the same numbers in every JavaScript engine.
 *
 *     map [channels, height, width] ─ pooling ─ projection ─ L2 ─ features
 */
import { cubeRoot } from '../cube-root.ts';
import { normalised } from '../vector/arithmetic.ts';
import type { Pooling, VggSpec } from './spec.ts';
import { floatsOf, type Tensor } from './tensor.ts';

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

/**
 * Four inputs and two outputs at a time, so that no addition waits for the previous one. Each sum is added in one
 * order. Past the last input or output, the last one is computed again.
 */
function project(
  inputs: readonly Float32Array[],
  { weight, bias }: Projection,
): Float32Array<ArrayBuffer>[] {
  const length = inputs[0]?.length ?? 0;
  const size = weight.length / length;
  const out = inputs.map(() => new Float32Array(size));
  const at = (list: readonly Float32Array[], i: number) =>
    list[Math.min(i, list.length - 1)] as Float32Array;
  for (let first = 0; first < inputs.length; first += 4) {
    const a = at(inputs, first);
    const b = at(inputs, first + 1);
    const c = at(inputs, first + 2);
    const d = at(inputs, first + 3);
    for (let o = 0; o < size; o += 2) {
      const next = Math.min(o + 1, size - 1);
      const row = o * length;
      const nextRow = next * length;
      let a1 = bias ? (bias[o] as number) : 0;
      let a2 = bias ? (bias[next] as number) : 0;
      let b1 = a1;
      let b2 = a2;
      let c1 = a1;
      let c2 = a2;
      let d1 = a1;
      let d2 = a2;
      for (let i = 0; i < length; i++) {
        const w1 = weight[row + i] as number;
        const w2 = weight[nextRow + i] as number;
        const x = a[i] as number;
        const y = b[i] as number;
        const z = c[i] as number;
        const u = d[i] as number;
        a1 += w1 * x;
        a2 += w2 * x;
        b1 += w1 * y;
        b2 += w2 * y;
        c1 += w1 * z;
        c2 += w2 * z;
        d1 += w1 * u;
        d2 += w2 * u;
      }
      put(at(out, first), o, a1, next, a2);
      put(at(out, first + 1), o, b1, next, b2);
      put(at(out, first + 2), o, c1, next, c2);
      put(at(out, first + 3), o, d1, next, d2);
    }
  }
  return out;
}

function put(into: Float32Array, o: number, value: number, next: number, second: number): void {
  into[o] = value;
  into[next] = second;
}
