import { describe } from '../core/describe.ts';
import { SoutuError } from '../core/errors.ts';

/**
 * What is to run the model in the browser. Where it cannot, the next one does, and a notice says so.
 *
 *     auto          the kernel, or WebGPU where that was quicker on this device (tried for wide models only)
 *     kernel        our own convolution kernel
 *     onnxruntime   ONNX Runtime's WebAssembly build
 *     webgpu        ONNX Runtime on any GPU that the browser gives, of software too
 */
export const ENGINE_CHOICES = ['auto', 'kernel', 'onnxruntime', 'webgpu'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/**
 * @param where names the option in the error
 * @throws SoutuError `UsageError`
 */
export function checkEngineChoice(value: unknown, where: string): EngineChoice {
  const choice = ENGINE_CHOICES.find((one) => one === value);
  if (choice) return choice;
  throw new SoutuError(
    'UsageError',
    `${where} must be ${ENGINE_CHOICES.map((one) => `"${one}"`).join(', ')}, got ${describe(value)}.`,
  );
}
