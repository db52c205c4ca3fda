/**
 * The plan of a model: the layout of the kernel's memory and the method of each layer, computed before memory is
 * allocated.
 *
 *     ┌─────────┬──────────────────────┬───────────────────────────────┬────────────┬──────┬──────┬─────────────────────┐
 *     │ control │ raw, staged, panel   │ biases and weights, by layers │ grown last │ ping │ pong │ scratch of thread … │
 *     └─────────┴──────────────────────┴───────────────────────────────┴────────────┴──────┴──────┴─────────────────────┘
 *
 * The memory grows layer by layer while the weights load, so that a layer's transformed weights can use the memory
 * that its original weights release.
 *
 * A model with views of several sizes has one run of steps for each size. The runs share the weights, and use the same
 * ping, pong and scratch, which are as large as the largest run needs.
 */
import { EngineError, SoutuError } from '../core/errors.ts';
import { viewsOf } from '../core/model/input-spec.ts';
import { layersOf } from '../core/model/layers.ts';
import type { VggSpec } from '../core/model/spec.ts';
import { CONTROL_BYTES } from './blocks.ts';
import { MAX_PAGES, PAGE_BYTES } from './wasm.ts';

/** Channels are stored in groups of eight; the last group is padded with zeros. */
export const OCTET = 8;
/** The scales of eight channels. */
export const SCALES_BYTES = OCTET * 4;
/** Patch and half of a tile, 36 vectors each (assembly/winograd.ts). */
const TILE_SCRATCH_BYTES = 2 * 36 * 16;
/** Half of a filter's transform, and the frequencies of 8 inputs × 8 outputs. */
export const PANEL_SCRATCH_BYTES = 18 * 16 + 36 * OCTET * OCTET * 4;
/** Tiles per block: few enough for V and M to stay in the cache, many enough to reuse the loaded weights. */
const BLOCK_TILES = 52;

export type Algorithm = 'winograd4' | 'winograd2' | 'direct3' | 'pool';

/** A layer. Offsets and sizes are in bytes; channels are padded to a multiple of eight. */
export interface Step {
  readonly algorithm: Algorithm;
  /** Name of the tensors; for a `pool`, the name of the previous layer. */
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly inputs: number;
  readonly outputs: number;
  /** Whether a 2×2 max-pool is fused into this layer. */
  readonly pool: boolean;
  readonly x: number;
  readonly y: number;
  readonly weights: number;
  readonly bias: number;
  /** Number of tiles (`direct3`: rows), and how many of them make a block, which is one call. */
  readonly units: number;
  readonly unitsPerCall: number;
}

/** The steps for one size of the input. */
export interface Run {
  readonly height: number;
  readonly width: number;
  /** Positions of its steps in `Plan.steps`: from `first` to before `end`. */
  readonly first: number;
  readonly end: number;
  readonly features: {
    readonly offset: number;
    readonly height: number;
    readonly width: number;
    readonly channels: number;
    /** Distance between pixels, in numbers. */
    readonly stride: number;
  };
}

export interface Plan {
  /** Run after run; each run has the same layers, whose weights are those of the first. */
  readonly steps: readonly Step[];
  /** One for each size among the views, in their order. */
  readonly runs: readonly Run[];
  /** Buffer for eight output channels in the file's layout, preceded by their scales. */
  readonly raw: number;
  /** Buffer for the f32 weights of eight output channels. */
  readonly staged: number;
  /** Buffer for the transform of eight inputs. */
  readonly panel: number;
  /** End of the weights of each step of the first run, which is the memory size needed to store them. */
  readonly weightsEnd: readonly number[];
  readonly picture: number;
  /** One for each thread. */
  readonly scratch: readonly number[];
  readonly memoryBytes: number;
}

/**
 * Measured (README of this folder): F(4×4) is always faster, but its weights are 2¼ times as large as those of
 * F(2×2). Small maps have the most channels, so F(2×2) saves the most memory there at the least cost.
 */
function algorithmFor(height: number, width: number): 'winograd4' | 'winograd2' {
  return height * width <= 14 * 14 ? 'winograd2' : 'winograd4';
}

const octets = (channels: number) => Math.ceil(channels / OCTET) * OCTET;
const tileOf = (algorithm: Algorithm) => (algorithm === 'winograd4' ? 4 : 2);
const aligned = (offset: number) => Math.ceil(offset / 64) * 64;

/**
 * @param threads number of threads; each has its own scratch, and every layer has at least one block per thread
 * @throws SoutuError `ModelError` if the model shrinks its maps to nothing or needs more than 2 GiB
 */
export function planKernel(
  spec: Pick<VggSpec, 'name' | 'widths' | 'finalPool' | 'input'>,
  threads = 1,
): Plan {
  const sizes = sizesOf(spec);
  const shapes = withOneMethod(sizes.map((size) => stepsOf(spec, size)));
  const layers = shapes[0] as Shape[];
  let end = CONTROL_BYTES;
  const take = (bytes: number) => {
    const offset = aligned(end);
    end = offset + bytes;
    return offset;
  };
  const widest = Math.max(...layers.map(({ inputs }) => inputs));
  const raw = take(SCALES_BYTES + widest * 9 * OCTET * 4);
  const staged = take(widest * 9 * OCTET * 4);
  const panel = take(PANEL_SCRATCH_BYTES);
  const weightsEnd: number[] = [];
  const placed = layers.map((step) => {
    const bias = take(step.algorithm === 'pool' ? 0 : step.outputs * 4);
    const weights = take(weightBytes(step));
    weightsEnd.push(end);
    return { bias, weights };
  });

  const room = [0, Math.max(...sizes.map(pictureBytes))];
  for (const run of shapes) {
    run.forEach((step, i) => {
      room[i % 2] = Math.max(room[i % 2] as number, outputBytes(step));
    });
  }
  const buffers = [take(room[0] as number), take(room[1] as number)] as const;
  const steps = shapes.flatMap((run) =>
    run.map((step, i) => ({
      ...step,
      ...(placed[i] as (typeof placed)[number]),
      ...unitsOf(step, threads),
      x: buffers[(i + 1) % 2] as number,
      y: buffers[i % 2] as number,
    })),
  );
  const scratchBytes = Math.max(...steps.map((step) => scratchOf(step, step.unitsPerCall)));
  const scratch = Array.from({ length: threads }, () => take(scratchBytes));
  // Vector loads may read past the end of the last pixel; these values are not used.
  const memoryBytes = Math.ceil((end + 64) / PAGE_BYTES) * PAGE_BYTES;
  if (memoryBytes > MAX_PAGES * PAGE_BYTES) {
    throw new EngineError(
      `${spec.name}: needs ${Math.round(memoryBytes / 1e6)} MB of WebAssembly memory, at most 2147 MB ` +
        'can be had. Take a narrower model or a smaller input.',
    );
  }
  return {
    steps,
    runs: sizes.map((size, i) => ({
      ...size,
      first: i * layers.length,
      end: (i + 1) * layers.length,
      features: featuresOf(spec, steps[(i + 1) * layers.length - 1] as Step),
    })),
    raw,
    staged,
    panel,
    weightsEnd,
    picture: buffers[1],
    scratch,
    memoryBytes,
  };
}

function featuresOf({ widths }: Pick<VggSpec, 'widths'>, last: Step): Run['features'] {
  const [height, width] = outputSize(last);
  const channels = widths.at(-1)?.at(-1) ?? 0;
  return { offset: last.y, height, width, channels, stride: last.outputs };
}

interface Size {
  readonly height: number;
  readonly width: number;
}

/** The different sizes of the views, in order. */
function sizesOf({ input }: Pick<VggSpec, 'input'>): Size[] {
  const sizes = viewsOf(input).map(({ height, width }) => ({ height, width }));
  return sizes.filter((size, i) => i === sizes.findIndex((other) => isSameSize(size, other)));
}

export function isSameSize(a: Size, b: Size): boolean {
  return a.height === b.height && a.width === b.width;
}

/** The input's pixels, with a border. */
function pictureBytes({ height, width }: Size): number {
  return (height + 2) * (width + 2) * 3 * 4;
}

/** Runs share a layer's weights, so a layer takes F(4×4) in all of them if one wants it. */
function withOneMethod(runs: Shape[][]): Shape[][] {
  return runs.map((run) =>
    run.map((step, i) => ({
      ...step,
      algorithm: runs.find((other) => other[i]?.algorithm === 'winograd4')
        ? 'winograd4'
        : step.algorithm,
    })),
  );
}

/** Number of blocks of each step. */
export function blocksOf(steps: readonly Step[]): (step: number) => number {
  const counts = steps.map(({ units, unitsPerCall }) => Math.ceil(units / unitsPerCall));
  return (step) => counts[step] as number;
}

/** Multiplications per photo, all views included, with this plan, which are fewer than those of a direct convolution. */
export function multiplicationsOf({ steps }: Pick<Plan, 'steps'>): number {
  const perUnit = { winograd4: 36, winograd2: 16, pool: 0 };
  return steps.reduce((sum, { algorithm, units, width, inputs, outputs }) => {
    if (algorithm === 'direct3') return sum + units * width * 27 * outputs;
    return sum + units * perUnit[algorithm] * inputs * outputs;
  }, 0);
}

type Shape = Pick<Step, 'algorithm' | 'name' | 'height' | 'width' | 'inputs' | 'outputs' | 'pool'>;

function stepsOf(spec: Pick<VggSpec, 'name' | 'widths' | 'finalPool'>, size: Size): Shape[] {
  let { height, width } = size;
  const steps: Shape[] = [];
  for (const layer of layersOf(spec)) {
    const before = steps.at(-1);
    if (layer.kind === 'conv') {
      const first = before === undefined;
      steps.push({
        algorithm: first ? 'direct3' : algorithmFor(height, width),
        name: layer.name,
        ...{ height, width, pool: false },
        inputs: first ? 3 : octets(layer.in),
        outputs: octets(layer.out),
      });
      continue;
    }
    if (height < 2 || width < 2) {
      throw new SoutuError(
        'ModelError',
        `${spec.name}: its ${spec.widths.length} blocks leave nothing of an input of ` +
          `${size.width}×${size.height}. Take a larger input or fewer blocks.`,
      );
    }
    if (before && before.algorithm !== 'direct3')
      steps[steps.length - 1] = { ...before, pool: true };
    else if (before)
      steps.push({ ...before, algorithm: 'pool', inputs: before.outputs, pool: true });
    height >>= 1;
    width >>= 1;
  }
  return steps;
}

function weightBytes({ algorithm, inputs, outputs }: Shape): number {
  if (algorithm === 'pool') return 0;
  const perPair = { winograd4: 36, winograd2: 16, direct3: 9 }[algorithm];
  return perPair * inputs * outputs * 4;
}

function outputSize({ height, width, pool }: Shape): [number, number] {
  return pool ? [height >> 1, width >> 1] : [height, width];
}

function outputBytes(step: Shape): number {
  const [height, width] = outputSize(step);
  return height * width * step.outputs * 4;
}

function unitsOf(step: Shape, threads: number): Pick<Step, 'units' | 'unitsPerCall'> {
  const { algorithm, height, width } = step;
  if (algorithm === 'pool') return { units: 1, unitsPerCall: 1 };
  if (algorithm === 'direct3')
    return { units: height, unitsPerCall: Math.ceil(height / (threads * 2)) };
  const tile = tileOf(algorithm);
  const units = Math.ceil(height / tile) * Math.ceil(width / tile);
  const calls = Math.max(threads, Math.ceil(units / BLOCK_TILES));
  return { units, unitsPerCall: Math.ceil(units / calls / 4) * 4 };
}

function scratchOf({ algorithm, inputs, outputs }: Shape, tiles: number): number {
  if (algorithm === 'pool' || algorithm === 'direct3') return 0;
  const frequencies = (tileOf(algorithm) + 2) ** 2;
  return TILE_SCRATCH_BYTES + frequencies * tiles * (inputs + outputs) * 4;
}
