/**
 * Reads a model's weights into the kernel, step by step, eight output channels at a time. Each tensor is released
 * once it is transformed. A file is released once most of its tensors are used; the remaining tensors are copied.
 */
import { SoutuError } from '../core/errors.ts';
import { floatsOf, type Tensor } from '../core/model/tensor.ts';
import { OCTET, type Plan, type Step } from './plan.ts';

/** Weights by name; emptied while loading. */
export type WeightSource = Map<string, Tensor>;

export interface LoadingPlan {
  /** For each step, the tensors to copy out of their file afterwards. */
  readonly copies: readonly (readonly string[])[];
  /** Peak of WebAssembly memory plus weights. */
  readonly peakBytes: number;
}

const namesOf = ({ name }: Step) => [
  `${name}.weight`,
  `${name}.weight.scale`,
  `${name}.bias`,
  `${name}.bias.scale`,
];

/** Simulates loading to compute the peak. */
export function planLoading(plan: Plan, source: ReadonlyMap<string, Tensor>): LoadingPlan {
  const needed = new Map<string, Tensor>();
  const steps = plan.steps.slice(0, plan.runs[0]?.end);
  for (const step of steps) {
    for (const name of namesOf(step)) {
      const tensor = source.get(name);
      if (tensor) needed.set(name, tensor);
    }
  }
  /** File → size. A copied tensor counts as a file of its own. */
  const files = new Map<object, number>();
  const fileOf = new Map<string, object>();
  for (const [name, { bytes }] of needed) {
    files.set(bytes.buffer, bytes.buffer.byteLength);
    fileOf.set(name, bytes.buffer);
  }
  const alive = () => [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  let peakBytes = 0;
  const copies = steps.map((step, i) => {
    const memory = plan.weightsEnd[i] as number;
    peakBytes = Math.max(peakBytes, memory + alive());
    for (const name of namesOf(step)) fileOf.delete(name);
    const copied: string[] = [];
    for (const [file, size] of [...files]) {
      const left = [...fileOf].filter(([, other]) => other === file).map(([name]) => name);
      const bytesLeft = left.reduce((sum, name) => sum + (needed.get(name)?.bytes.length ?? 0), 0);
      if (bytesLeft * 2 >= size) continue;
      peakBytes = Math.max(peakBytes, memory + alive() + bytesLeft);
      files.delete(file);
      for (const name of left) {
        const copy = {};
        files.set(copy, needed.get(name)?.bytes.length ?? 0);
        fileOf.set(name, copy);
      }
      copied.push(...left);
    }
    return copied;
  });
  return { copies, peakBytes: Math.max(peakBytes, plan.memoryBytes) };
}

export function copyOut(source: WeightSource, names: readonly string[]): void {
  for (const name of names) {
    const tensor = source.get(name) as Tensor;
    source.set(name, { ...tensor, bytes: new Uint8Array(tensor.bytes) });
  }
}

/** The validated weights of one step, read eight output channels at a time. */
export class StepWeights {
  readonly bias: Float32Array;
  readonly #weights: Tensor;
  readonly #scale: Float32Array | null;
  readonly #inputs: number;
  readonly #where: string;

  /** @throws SoutuError `ModelError` if a tensor is missing, has another shape or is not finite */
  constructor(
    source: WeightSource,
    { name, inputs, outputs }: { name: string; inputs: number; outputs: number },
    model: string,
  ) {
    const tensor = source.get(`${name}.weight`);
    this.#where = `${model}: tensor "${name}.weight"`;
    const shape = [outputs, inputs, 3, 3];
    if (!tensor) throw new SoutuError('ModelError', `${this.#where} is missing.`);
    if (tensor.shape.join() !== shape.join()) {
      throw new SoutuError(
        'ModelError',
        `${this.#where} has shape [${tensor.shape}], expected [${shape}].`,
      );
    }
    this.#weights = tensor;
    this.#scale =
      tensor.dtype === 'I8' ? floatsOf(source, `${name}.weight.scale`, [outputs], model) : null;
    this.bias = floatsOf(source, `${name}.bias`, [outputs], model);
    this.#inputs = inputs;
  }

  /** The number format in the file. */
  get dtype(): Tensor['dtype'] {
    return this.#weights.dtype;
  }

  /** Count of numbers per output channel. */
  get perOutput(): number {
    return this.#inputs * 9;
  }

  get bytesPerOutput(): number {
    return this.perOutput * { F32: 4, F16: 2, I8: 1 }[this.dtype];
  }

  /**
   * @param scales receives the scale of each channel
   * @returns outputs `first` to `first + 7`, or fewer at the end: [out][in][9 taps], the file's layout
   */
  octet(first: number, scales: Float32Array): Uint8Array {
    for (let o = 0; o < OCTET; o++) scales[o] = this.#scale?.[first + o] ?? 1;
    const size = this.bytesPerOutput;
    return this.#weights.bytes.subarray(first * size, (first + OCTET) * size);
  }

  /** @throws SoutuError `ModelError` */
  refuseNotFinite(): never {
    throw new SoutuError('ModelError', `${this.#where} holds NaN or infinity.`);
  }
}
