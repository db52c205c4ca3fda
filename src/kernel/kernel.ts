/**
 * The convolutions of a `vgg-stack` in WebAssembly, from a picture's planes to the last feature map. The arithmetic is
 * in assembly/, the memory layout in plan.ts.
 */
import type { CancelSignal } from '../core/contract.ts';
import { SoutuError } from '../core/errors.ts';
import type { FeatureMap } from '../core/model/head.ts';
import type { VggSpec } from '../core/model/spec.ts';
import { compileKernel, type Precision, type ReadBinary } from './binary.ts';
import { CONTROL_BYTES } from './blocks.ts';
import type { KernelExports } from './calls.ts';
import { createMemory, growTo, type Need } from './memory.ts';
import { isSameSize, type Plan, planKernel, type Run } from './plan.ts';
import { Team, type Threads } from './team.ts';
import { transform } from './transform.ts';
import { type WasmMemory, type WasmModule, wasm } from './wasm.ts';
import { copyOut, planLoading, StepWeights, type WeightSource } from './weights.ts';

declare const performance: { now(): number };

export interface KernelOptions {
  readonly precision: Precision;
  readonly read: ReadBinary;
  /** Resolves in a later macrotask, so that pending messages are handled. */
  readonly pause: () => Promise<void>;
  /** Starts helper threads; needs shared memory. */
  readonly threads?: Threads;
}

/** Longest time in milliseconds without a pause, give or take one layer. */
const PAUSE_AFTER_MS = 10;

interface Loaded {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly team: Team;
}

export class Kernel {
  readonly precision: Precision;
  readonly #plan: Plan;
  readonly #need: Need;
  readonly #pause: () => Promise<void>;
  /** null after `dispose` */
  #loaded: Loaded | null;

  private constructor(
    precision: Precision,
    plan: Plan,
    need: Need,
    pause: () => Promise<void>,
    loaded: Loaded,
  ) {
    this.precision = precision;
    this.#plan = plan;
    this.#need = need;
    this.#pause = pause;
    this.#loaded = loaded;
  }

  /**
   * Transforms the weights, layer by layer.
   * @param source emptied while loading, so that no weights are in memory twice
   * @throws EngineError if SIMD is not supported or memory cannot be allocated; SoutuError `ModelError` if the
   * weights do not match the specification
   */
  static async load(
    spec: VggSpec,
    source: WeightSource,
    { precision: wanted, read, pause, threads }: KernelOptions,
  ): Promise<Kernel> {
    const plan = planKernel(spec, threads?.count);
    const { copies, peakBytes } = planLoading(plan, source);
    const need = { model: spec.name, peakBytes };
    const { module, precision } = await compileKernel(read, wanted, threads !== undefined);
    const shared = threads ? plan.memoryBytes : null;
    const memory = createMemory(need, plan.weightsEnd[0] as number, shared);
    const exports = await instantiate(module, memory);
    let inputs = 3;
    let last = performance.now();
    for (const [i, step] of plan.steps.slice(0, plan.runs[0]?.end).entries()) {
      if (step.algorithm === 'pool') continue;
      growTo(need, memory, plan.weightsEnd[i] as number);
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
    growTo(need, memory, plan.memoryBytes);
    const team = new Team(exports, plan, memory);
    if (threads) team.gather(threads, module, memory);
    return new Kernel(precision, plan, need, pause, { module, memory, team });
  }

  /**
   * @param planes 3 × height × width finite numbers, the output of `preprocess`
   * @param size of the view; default: that of the model's first view
   * @throws SoutuError `ModelError` if a number is not finite, or after `dispose`; the signal's reason; EngineError
   * if a helper stopped and the memory to continue on one thread cannot be allocated
   */
  async run(
    planes: Float32Array,
    signal?: CancelSignal,
    size: Pick<Run, 'height' | 'width'> = this.#plan.runs[0] as Run,
  ): Promise<FeatureMap> {
    if (!this.#loaded) {
      throw new SoutuError(
        'ModelError',
        `${this.#need.model}: used after dispose(); load it again.`,
      );
    }
    const { team, memory } = this.#loaded;
    const run = this.#runOf(size);
    this.#place(planes, memory, run);
    let last = performance.now();
    for (let step = run.first; step < run.end; step++) {
      signal?.throwIfAborted();
      if (!team.run(step)) {
        this.#loaded = await this.#withoutThreads(this.#loaded);
        return this.run(planes, signal, size);
      }
      if (performance.now() - last > PAUSE_AFTER_MS) {
        await this.#pause();
        last = performance.now();
      }
    }
    return featuresIn(memory, run);
  }

  /** Peak of WebAssembly memory plus weights, which occurs while loading. */
  get memoryBytes(): number {
    return this.#need.peakBytes;
  }

  /** Number of computing threads, including the main thread. More may still be starting. */
  get threads(): number {
    return this.#loaded?.team.threads ?? 0;
  }

  /** The memory is freed with the last reference to it. */
  dispose(): void {
    this.#loaded?.team.disband();
    this.#loaded = null;
  }

  /** Copies the weights to a new memory, because a late helper may still write into the old one. */
  async #withoutThreads({ module, memory: before }: Loaded): Promise<Loaded> {
    const { memoryBytes, weightsEnd } = this.#plan;
    const memory = createMemory(this.#need, memoryBytes, memoryBytes);
    const weights = new Uint8Array(
      before.buffer,
      CONTROL_BYTES,
      (weightsEnd.at(-1) as number) - CONTROL_BYTES,
    );
    new Uint8Array(memory.buffer).set(weights, CONTROL_BYTES);
    const team = new Team(await instantiate(module, memory), this.#plan, memory);
    return { module, memory, team };
  }

  #runOf(size: Pick<Run, 'height' | 'width'>): Run {
    const run = this.#plan.runs.find((one) => isSameSize(one, size));
    if (run) return run;
    const sizes = this.#plan.runs.map(({ width, height }) => `${width}×${height}`).join(' or ');
    throw new SoutuError(
      'ModelError',
      `${this.#need.model}: expected a view of ${sizes} pixels, got ${size.width}×${size.height}.`,
    );
  }

  /** Converts planes to interleaved pixels with a border of zeros, the input layout of the first layer. */
  #place(planes: Float32Array, memory: WasmMemory, { height, width }: Run): void {
    const { picture } = this.#plan;
    const size = height * width;
    if (planes.length !== 3 * size) {
      throw new SoutuError(
        'ModelError',
        `${this.#need.model}: expected ${3 * size} numbers, 3 × ${height} × ${width}, got ${planes.length}.`,
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
        `${this.#need.model}: number ${bad} of the picture is ${planes[bad]}; every one must be finite.`,
      );
    }
  }
}

/** Copies the last feature map. */
function featuresIn(memory: WasmMemory, { features }: Run): FeatureMap {
  const { offset, height, width, channels, stride } = features;
  const all = new Float32Array(memory.buffer, offset, height * width * stride);
  const size = height * width;
  const data = new Float32Array(channels * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < channels; c++) data[c * size + i] = all[i * stride + c] as number;
  }
  return { channels, height, width, data };
}

function channelsOf(spec: VggSpec, name: string): number {
  const [, block, layer] = /^block(\d+)_conv(\d+)$/.exec(name) as RegExpExecArray;
  return spec.widths[Number(block) - 1]?.[Number(layer) - 1] as number;
}

async function instantiate(module: WasmModule, memory: WasmMemory): Promise<KernelExports> {
  const instance = await wasm?.instantiate(module, { env: { memory } });
  return instance?.exports as KernelExports;
}
