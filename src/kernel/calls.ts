/** Calls into the WebAssembly module; its source is in assembly/. */
import { blockOf, stepOf } from './blocks.ts';
import type { Step } from './plan.ts';

/** The exports of assembly/index.ts. Offsets and sizes are in bytes. */
export interface KernelExports {
  direct3(
    ...args: [
      x: number,
      width: number,
      outputs: number,
      weights: number,
      bias: number,
      y: number,
      first: number,
      last: number,
    ]
  ): void;
  pool(x: number, height: number, width: number, channels: number, y: number): void;
  winograd4(...args: WinogradArgs): void;
  winograd2(...args: WinogradArgs): void;
  stageF32(...args: StageArgs): number;
  stageF16(...args: StageArgs): number;
  stageI8(...args: StageArgs): number;
  weights4(...args: WeightArgs): void;
  weights2(...args: WeightArgs): void;
}

type WinogradArgs = [
  x: number,
  height: number,
  width: number,
  inputs: number,
  outputs: number,
  weights: number,
  bias: number,
  y: number,
  pool: number,
  first: number,
  count: number,
  scratch: number,
];

/** @returns 0 if a number is NaN or infinite */
type StageArgs = [raw: number, perOutput: number, staged: number];

type WeightArgs = [
  staged: number,
  inputs: number,
  outputs: number,
  weights: number,
  scratch: number,
];

/** Computes one block: the units of a step from `first` on. */
export function compute(exports: KernelExports, step: Step, first: number, scratch: number): void {
  const { algorithm, x, y, height, width, inputs, outputs, weights, bias } = step;
  const count = Math.min(step.unitsPerCall, step.units - first);
  if (algorithm === 'pool') exports.pool(x, height, width, outputs, y);
  else if (algorithm === 'direct3') {
    exports.direct3(x, width, outputs, weights, bias, y, first, first + count);
  } else {
    const pool = step.pool ? 1 : 0;
    exports[algorithm](
      ...([
        x,
        height,
        width,
        inputs,
        outputs,
        weights,
        bias,
        y,
        pool,
        first,
        count,
        scratch,
      ] as const),
    );
  }
}

/** @param ticket from `Blocks.take` */
export function computeBlock(
  exports: KernelExports,
  steps: readonly Step[],
  ticket: number,
  scratch: number,
): void {
  const step = steps[stepOf(ticket)] as Step;
  compute(exports, step, blockOf(ticket) * step.unitsPerCall, scratch);
}
