import { describe } from '../core/describe.ts';
import { SoutuError } from '../core/errors.ts';

/**
 * The engine that runs the model in the browser. If it cannot run, the next one is used and a notice reports it.
 *
 *     auto          the kernel, or WebGPU if it was faster on this device (tried for wide models only)
 *     kernel        our own convolution kernel
 *     onnxruntime   ONNX Runtime's WebAssembly build
 *     webgpu        ONNX Runtime on any GPU that the browser offers, including a software implementation
 */
export const ENGINE_CHOICES = ['auto', 'kernel', 'onnxruntime', 'webgpu'] as const;
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

/**
 * @param where the option's name, for errors
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
