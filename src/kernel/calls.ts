/** The calls into the WebAssembly; how it computes is in assembly/. */
import { blockOf, stepOf } from './blocks.ts';
import type { Step } from './plan.ts';

/** What assembly/index.ts exports; offsets and sizes in bytes. */
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

/** @returns 0 where a number is NaN or infinite */
type StageArgs = [raw: number, perOutput: number, staged: number];

type WeightArgs = [
  staged: number,
  inputs: number,
  outputs: number,
  weights: number,
  scratch: number,
];

/** The units of a step from `first` on that one call takes. */
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

/** @param ticket as `Blocks.take` gives it */
export function computeBlock(
  exports: KernelExports,
  steps: readonly Step[],
  ticket: number,
  scratch: number,
): void {
  const step = steps[stepOf(ticket)] as Step;
  compute(exports, step, blockOf(ticket) * step.unitsPerCall, scratch);
}
