/** Transforms weights into their final layout, eight output channels at a time (assembly/stage.ts, winograd.ts). */
import type { KernelExports } from './calls.ts';
import { OCTET, type Plan, SCALES_BYTES, type Step } from './plan.ts';
import type { WasmMemory } from './wasm.ts';
import type { StepWeights } from './weights.ts';

/** @throws SoutuError `ModelError` if a weight is not finite */
export function transform(
  exports: KernelExports,
  memory: WasmMemory,
  plan: Pick<Plan, 'raw' | 'staged' | 'panel'>,
  step: Step,
  source: StepWeights,
): void {
  const { algorithm, inputs, outputs, weights, bias } = step;
  new Float32Array(memory.buffer, bias, outputs).set(source.bias);
  const scales = new Float32Array(memory.buffer, plan.raw, OCTET);
  const raw = new Uint8Array(memory.buffer, plan.raw + SCALES_BYTES, OCTET * source.bytesPerOutput);
  // Padding inputs are zeros.
  const staged = new Float32Array(memory.buffer, plan.staged, inputs * 9 * OCTET).fill(0);
  const stage = exports[`stage${source.dtype}`];
  for (let first = 0; first < outputs; first += OCTET) {
    const bytes = source.octet(first, scales);
    raw.set(bytes);
    // Padding outputs are zeros too.
    raw.fill(0, bytes.length);
    if (!stage(plan.raw, source.perOutput, plan.staged)) source.refuseNotFinite();
    if (algorithm === 'direct3') {
      placeTaps(
        staged,
        inputs,
        new Float32Array(memory.buffer, weights + first * 27 * 4, 27 * OCTET),
      );
    } else {
      const to = weights + first * inputs * 4;
      const run = algorithm === 'winograd4' ? exports.weights4 : exports.weights2;
      run(plan.staged, inputs, outputs, to, plan.panel);
    }
  }
}

/** Transposes [in][9 taps][8] to [9 taps][in][8], the order of the pixels of a picture. */
function placeTaps(staged: Float32Array, inputs: number, to: Float32Array): void {
  for (let i = 0; i < inputs * 9; i++) {
    const at = (i % 9) * inputs + Math.floor(i / 9);
    to.set(staged.subarray(i * OCTET, (i + 1) * OCTET), at * OCTET);
  }
}
