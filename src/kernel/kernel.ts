/**
 * The convolution stack of a `vgg-stack` in WebAssembly: from a picture's planes to the last feature map. How
 * it computes is in assembly/, where everything lies in plan.ts.
 */
import type { CancelSignal } from '../core/contract.ts';
import { EngineError, messageOf, SoutuError } from '../core/errors.ts';
import type { FeatureMap } from '../core/model/head.ts';
import type { VggSpec } from '../core/model/spec.ts';
import { compileKernel, type Precision, type ReadBinary } from './binary.ts';
import type { KernelExports } from './calls.ts';
import { type Plan, planKernel, type Step } from './plan.ts';
import { Team, type Threads } from './team.ts';
import { transform } from './transform.ts';
import { MAX_PAGES, PAGE_BYTES, type WasmMemory, wasm } from './wasm.ts';
import { copyOut, planLoading, StepWeights, type WeightSource } from './weights.ts';

declare const performance: { now(): number };

export interface KernelOptions {
  readonly precision: Precision;
  readonly read: ReadBinary;
  /** Lets messages arrive: resolves in a later macrotask. */
  readonly pause: () => Promise<void>;
  /** To compute with more than one: where memory can be shared. */
  readonly threads?: Threads;
}

/** Longest time in milliseconds without a pause, give or take one layer. */
const PAUSE_AFTER_MS = 10;

export class Kernel {
  readonly precision: Precision;
  /** The most that WebAssembly memory and weights took together, which was while loading. */
  readonly memoryBytes: number;
  readonly #model: string;
  readonly #plan: Plan;
  readonly #pause: () => Promise<void>;
  /** null after `dispose` */
  #loaded: { readonly team: Team; readonly memory: WasmMemory } | null;

  private constructor(
    precision: Precision,
    memoryBytes: number,
    model: string,
    plan: Plan,
    team: Team,
    pause: () => Promise<void>,
    memory: WasmMemory,
  ) {
    this.precision = precision;
    this.memoryBytes = memoryBytes;
    this.#model = model;
    this.#plan = plan;
    this.#pause = pause;
    this.#loaded = { team, memory };
  }

  /**
   * Transforms the weights, layer by layer.
   * @param source emptied, so that nothing is held twice
   * @throws EngineError where SIMD is missing or the memory cannot be had; SoutuError `ModelError` for weights
   * that do not fit
   */
  static async load(
    spec: VggSpec,
    source: WeightSource,
    { precision: wanted, read, pause, threads }: KernelOptions,
  ): Promise<Kernel> {
    const plan = planKernel(spec, threads?.count);
    const { copies, peakBytes } = planLoading(plan, source);
    const { module, precision } = await compileKernel(read, wanted, threads !== undefined);
    const memory = createMemory(spec, plan, peakBytes, threads !== undefined);
    const instance = await wasm?.instantiate(module, { env: { memory } });
    const exports = instance?.exports as KernelExports;
    let inputs = 3;
    let last = performance.now();
    for (const [i, step] of plan.steps.entries()) {
      if (step.algorithm === 'pool') continue;
      growTo(spec, memory, plan.weightsEnd[i] as number, peakBytes);
      const outputs = channelsOf(spec, step.name);
      const shape = { name: step.name, inputs, outputs };
      transform(exports, memory, plan, step, new StepWeights(source, shape, spec.name));
      inputs = outputs;
      for (const part of ['weight', 'weight.scale', 'bias', 'bias.scale']) {
        source.delete(`${step.name}.${part}`);
      }
      copyOut(source, copies[i] ?? []);
      if (performance.now() - last > PAUSE_AFTER_MS) {
        await pause();
        last = performance.now();
      }
    }
    growTo(spec, memory, plan.memoryBytes, peakBytes);
    const team = new Team(exports, plan, memory);
    if (threads) team.gather(threads, module, memory);
    return new Kernel(precision, peakBytes, spec.name, plan, team, pause, memory);
  }

  /**
   * @param planes 3 × height × width finite numbers, as `preprocess` gives them
   * @throws SoutuError `ModelError` for numbers that are not finite, and after `dispose`; the signal's reason
   */
  async run(planes: Float32Array, signal?: CancelSignal): Promise<FeatureMap> {
    if (!this.#loaded) {
      throw new SoutuError('ModelError', `${this.#model}: used after dispose(); load it again.`);
    }
    const { team, memory } = this.#loaded;
    this.#place(planes, memory);
    let last = performance.now();
    for (let step = 0; step < this.#plan.steps.length; step++) {
      signal?.throwIfAborted();
      if (!team.run(step)) return this.run(planes, signal);
      if (performance.now() - last > PAUSE_AFTER_MS) {
        await this.#pause();
        last = performance.now();
      }
    }
    return this.#features(memory);
  }

  /** Threads that compute, with the one that leads; others may still be on their way. */
  get threads(): number {
    return this.#loaded?.team.threads ?? 0;
  }

  /** The memory goes with the last reference to it. */
  dispose(): void {
    this.#loaded?.team.disband();
    this.#loaded = null;
  }

  /** Planes to pixels with a border of zeros, as the first layer reads them. */
  #place(planes: Float32Array, memory: WasmMemory): void {
    const { picture, steps } = this.#plan;
    const { height, width } = steps[0] as Step;
    const size = height * width;
    if (planes.length !== 3 * size) {
      throw new SoutuError(
        'ModelError',
        `${this.#model}: expected ${3 * size} numbers, 3 × ${height} × ${width}, got ${planes.length}.`,
      );
    }
    const row = (width + 2) * 3;
    const pixels = new Float32Array(memory.buffer, picture, (height + 2) * row);
    pixels.fill(0);
    let check = 0;
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < height; y++) {
        let to = (y + 1) * row + 3 + c;
        const from = c * size + y * width;
        for (let x = 0; x < width; x++, to += 3) {
          const value = planes[from + x] as number;
          check += value - value;
          pixels[to] = value;
        }
      }
    }
    if (check !== 0) {
      const bad = planes.findIndex((x) => !Number.isFinite(x));
      throw new SoutuError(
        'ModelError',
        `${this.#model}: number ${bad} of the picture is ${planes[bad]}; every one must be finite.`,
      );
    }
  }

  #features(memory: WasmMemory): FeatureMap {
    const { offset, height, width, channels, stride } = this.#plan.features;
    const all = new Float32Array(memory.buffer, offset, height * width * stride);
    const size = height * width;
    const data = new Float32Array(channels * size);
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < channels; c++) data[c * size + i] = all[i * stride + c] as number;
    }
    return { channels, height, width, data };
  }
}

function channelsOf(spec: VggSpec, name: string): number {
  const [, block, layer] = /^block(\d+)_conv(\d+)$/.exec(name) as RegExpExecArray;
  return spec.widths[Number(block) - 1]?.[Number(layer) - 1] as number;
}

function createMemory(
  spec: VggSpec,
  { weightsEnd, memoryBytes }: Plan,
  peakBytes: number,
  shared: boolean,
): WasmMemory {
  try {
    const Memory = wasm?.Memory as NonNullable<typeof wasm>['Memory'];
    const initial = Math.ceil((weightsEnd[0] as number) / PAGE_BYTES);
    // Of a shared memory the device sets the maximum aside at once.
    return shared
      ? new Memory({ initial, maximum: memoryBytes / PAGE_BYTES, shared })
      : new Memory({ initial, maximum: MAX_PAGES });
  } catch (error) {
    throw noMemory(spec, peakBytes, error);
  }
}

function growTo(spec: VggSpec, memory: WasmMemory, bytes: number, peakBytes: number): void {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE_BYTES);
  if (missing <= 0) return;
  try {
    memory.grow(missing);
  } catch (error) {
    throw noMemory(spec, peakBytes, error);
  }
}

function noMemory(spec: VggSpec, peakBytes: number, cause: unknown): EngineError {
  return new EngineError(
    `${spec.name}: the kernel needs ${Math.round(peakBytes / 1e6)} MB of memory, which this device does ` +
      `not give (${messageOf(cause)}). Close other pages, or take a smaller model.`,
    { cause },
  );
}
