/** Which engine is to run a model, and which come after it. */
import type { EngineChoice } from '../../browser/engine-choice.ts';
import { EngineError } from '../../core/errors.ts';
import type { BrowserEngine, BrowserEngines } from './embedders.ts';
import type { Gpu } from './gpu.ts';

/**
 *     auto          kernel ─▶ ONNX Runtime; before them WebGPU, where it has shown to be quicker
 *     kernel        kernel ─▶ ONNX Runtime
 *     onnxruntime   ONNX Runtime ─▶ kernel
 *     webgpu        WebGPU ─▶ kernel ─▶ ONNX Runtime
 *
 * @param quicker the GPU that has shown to be quicker; null where none has
 * @param findGpu as in gpu.ts
 */
export async function engineOrder(
  choice: EngineChoice,
  { kernel, onnx, webgpu }: BrowserEngines,
  quicker: Gpu | null,
  findGpu: () => Promise<Gpu>,
): Promise<readonly BrowserEngine[]> {
  const own = kernel ? [kernel] : [];
  switch (choice) {
    case 'auto':
      return [...(quicker ? [webgpu(quicker)] : []), ...own, onnx];
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

/** In the place of one that cannot run: its reason becomes the notice. */
function unable(reason: unknown): BrowserEngine {
  return {
    make: () => Promise.reject(reason),
    file: null,
    prefetch: () => [],
  };
}
