/** The order in which engines are tried for a model. */
import type { EngineChoice } from '../../browser/engine-choice.ts';
import { EngineError } from '../../core/errors.ts';
import type { BrowserEngine, BrowserEngines } from './browser-engines.ts';
import type { Gpu } from './gpu.ts';

/**
 *     auto          (WebGPU, if it won the trial on this device ─▶) kernel ─▶ ONNX Runtime
 *     kernel        kernel ─▶ ONNX Runtime
 *     onnxruntime   ONNX Runtime ─▶ kernel
 *     webgpu        WebGPU ─▶ kernel ─▶ ONNX Runtime
 *
 * @param winner WebGPU, if it has proved faster on this device
 * @param findGpu as in gpu.ts
 */
export async function engineOrder(
  choice: EngineChoice,
  { kernel, onnx, webgpu }: BrowserEngines,
  winner: BrowserEngine | null,
  findGpu: () => Promise<Gpu>,
): Promise<readonly BrowserEngine[]> {
  const own = kernel ? [kernel] : [];
  switch (choice) {
    case 'auto':
      return [...(winner ? [winner] : []), ...own, onnx];
    case 'kernel':
      return [kernel ?? unable(notAStack), onnx];
    case 'onnxruntime':
      return [onnx, ...own];
    case 'webgpu': {
      const first = await findGpu().then(webgpu, unable);
      return [first, ...own, onnx];
    }
  }
}

const notAStack = new EngineError(
  'The convolution kernel runs models of the family "vgg-stack" only, and this one is an ONNX file.',
);

/** Placeholder for an engine that cannot run; the reason becomes a notice of the response. */
function unable(reason: unknown): BrowserEngine {
  return {
    make: () => Promise.reject(reason),
    file: null,
    prefetch: () => [],
  };
}
