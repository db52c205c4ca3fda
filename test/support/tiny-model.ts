/**
 * A `vgg-stack` of two blocks with seeded weights, and the same network as plain loops over doubles: the
 * oracle of every engine.
 */
import { tensorsOf } from '../../src/core/model/layers.ts';
import { writeSafetensors } from '../../src/core/model/safetensors.ts';
import type { VggSpec, WeightsDtype } from '../../src/core/model/spec.ts';
import type { Tensor } from '../../src/core/model/tensor.ts';
import { seededRandom } from '../../src/core/vector/random.ts';

export interface TinyModel {
  readonly spec: VggSpec;
  /** The numbers as they are stored: what an engine must compute with. */
  readonly values: ReadonlyMap<string, Float32Array>;
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly file: Uint8Array;
}

type Shape = Partial<Pick<VggSpec, 'widths' | 'finalPool' | 'pooling' | 'input'>> & {
  readonly projection?: { readonly out: number; readonly bias: boolean };
};

const INPUT: VggSpec['input'] = {
  width: 32,
  height: 32,
  resize: 'stretch',
  filter: 'bilinear-antialias',
  channels: 'RGB',
  mean: [100, 110, 120],
  scale: [1 / 64, 1 / 32, 1 / 128],
};

export function tinyModel(shape: Shape, dtype: 'F32' | 'F16' = 'F32', seed = 7): TinyModel {
  const { widths = [[4], [6, 5]], finalPool = 'none', pooling = 'avg', input = INPUT } = shape;
  const last = widths.at(-1)?.at(-1) ?? 0;
  const projection = shape.projection ? { in: last, ...shape.projection } : null;
  const weights = { dtype: dtype as WeightsDtype, files: [{ file: 'w', bytes: 0, sha256: '' }] };
  const spec: VggSpec = {
    name: 'tiny',
    family: 'vgg-stack',
    normalize: 'l2',
    preprocessing: 1,
    licence: '',
    attribution: '',
    canary: null,
    ...{ widths, finalPool, pooling, projection, input, weights },
    dimension: projection?.out ?? last,
  };
  const random = seededRandom(seed);
  const values = new Map<string, Float32Array>();
  const tensors = new Map<string, Tensor>();
  for (const { name, shape } of tensorsOf(spec)) {
    const size = shape.reduce((product, n) => product * n, 1);
    // Multiples of 1/256 below 1: f16 holds them exactly.
    const numbers = Float32Array.from(
      { length: size },
      () => Math.round(random() * 400 - 200) / 256,
    );
    const stored = dtype === 'F16' ? Uint16Array.from(numbers, halfOf) : numbers;
    values.set(name, numbers);
    tensors.set(name, { dtype, shape, bytes: new Uint8Array(stored.buffer) });
  }
  return { spec, values, tensors, file: writeSafetensors(tensors) };
}

/** IEEE 754 binary16 of a number that it holds exactly and that is not subnormal. */
function halfOf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log2(Math.abs(value)));
  const mantissa = (Math.abs(value) / 2 ** exponent - 1) * 1024;
  return (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | mantissa;
}

/** @param rgba pixels of the input's own size, opaque: nothing is resized */
export function tinyForward({ spec, values }: TinyModel, rgba: Uint8Array): number[] {
  const { width, height, channels, mean, scale } = spec.input;
  const order = channels === 'RGB' ? [0, 1, 2] : [2, 1, 0];
  let side = { width, height };
  let maps = order.map((source, c) =>
    Array.from(
      { length: width * height },
      (_, i) => ((rgba[i * 4 + source] as number) - (mean[c] as number)) * (scale[c] as number),
    ),
  );
  const weightsOf = (name: string) => values.get(name) as Float32Array;
  spec.widths.forEach((block, b) => {
    block.forEach((_, k) => {
      const name = `block${b + 1}_conv${k + 1}`;
      maps = convolve(maps, side, weightsOf(`${name}.weight`), weightsOf(`${name}.bias`));
    });
    if (b < spec.widths.length - 1 || spec.finalPool === '2x2') {
      maps = maps.map((map) => halve(map, side));
      side = { width: side.width >> 1, height: side.height >> 1 };
    }
  });
  const sum = (list: readonly number[]) => list.reduce((total, x) => total + x, 0);
  const unit = (v: readonly number[]) => v.map((x) => x / Math.hypot(...v));
  const head = (pooled: readonly number[]) =>
    unit(spec.projection ? project(pooled, spec.projection) : pooled);
  if (spec.pooling === 'rmac' || spec.pooling === 'rgem') {
    const cube = (values: readonly number[]) => values.map((x) => x ** 3);
    const pooled = (values: readonly number[]) =>
      spec.pooling === 'rmac' ? Math.max(...values) : Math.cbrt(sum(cube(values)) / values.length);
    const vectors = squares(side).map(({ x, y, size }) =>
      head(maps.map((map) => pooled(map.filter((_, at) => isWithin(at, x, y, size))))),
    );
    return unit(vectors.reduce((a, b) => a.map((value, i) => value + (b[i] as number))));
  }
  return head(
    maps.map((map) => (spec.pooling === 'max' ? Math.max(...map) : sum(map) / map.length)),
  );

  function isWithin(at: number, left: number, top: number, size: number): boolean {
    const x = at % side.width;
    const y = Math.floor(at / side.width);
    return x >= left && x < left + size && y >= top && y < top + size;
  }

  function project(input: readonly number[], to: { out: number; bias: boolean }): number[] {
    return Array.from({ length: to.out }, (_, o) => {
      const row = weightsOf('projection.weight').subarray(o * input.length);
      const bias = to.bias ? (weightsOf('projection.bias')[o] as number) : 0;
      return bias + sum(input.map((x, i) => x * (row[i] as number)));
    });
  }
}

interface Side {
  readonly width: number;
  readonly height: number;
}

/** 3 × 3, padding 1, bias, ReLU; weights [out, in, 3, 3]. */
function convolve(
  maps: readonly number[][],
  { width, height }: Side,
  weights: Float32Array,
  biases: Float32Array,
): number[][] {
  return Array.from(biases, (bias, o) =>
    Array.from({ length: width * height }, (_, at) => {
      let sum = bias;
      maps.forEach((map, c) => {
        for (let ky = 0; ky < 3; ky++) {
          for (let kx = 0; kx < 3; kx++) {
            const x = (at % width) + kx - 1;
            const y = Math.floor(at / width) + ky - 1;
            if (x < 0 || y < 0 || x >= width || y >= height) continue;
            const weight = weights[((o * maps.length + c) * 3 + ky) * 3 + kx] as number;
            sum += weight * (map[y * width + x] as number);
          }
        }
      });
      return Math.max(0, sum);
    }),
  );
}

/** The regions of R-MAC on a square map. */
function squares({ width }: Side): { x: number; y: number; size: number }[] {
  return [1, 2, 3].flatMap((scale) => {
    const size = Math.floor((2 * width) / (scale + 1));
    const at = (i: number) => (scale === 1 ? 0 : Math.floor((i * (width - size)) / (scale - 1)));
    return Array.from({ length: scale * scale }, (_, i) => ({
      x: at(i % scale),
      y: at(Math.floor(i / scale)),
      size,
    }));
  });
}

/** 2 × 2 max-pool. */
function halve(map: readonly number[], { width, height }: Side): number[] {
  const half = width >> 1;
  return Array.from({ length: half * (height >> 1) }, (_, i) => {
    const at = Math.floor(i / half) * 2 * width + (i % half) * 2;
    const square = [at, at + 1, at + width, at + width + 1];
    return Math.max(...square.map((index) => map[index] as number));
  });
}
