/** The embedder that uses our own convolution kernel. A function to load its binary is passed in. */
import type { CancelSignal } from '../../core/contract.ts';
import { SoutuError } from '../../core/errors.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { photoForViews, preprocess } from '../../core/image/preprocess.ts';
import { assemble } from '../../core/model/assemble.ts';
import { applyHead, type Projection, readProjection } from '../../core/model/head.ts';
import { viewsOf } from '../../core/model/input-spec.ts';
import type { VggSpec } from '../../core/model/spec.ts';
import type { Tensor } from '../../core/model/tensor.ts';
import { Kernel, type KernelOptions } from '../../kernel/kernel.ts';
import type { Embedder, OnMap } from '../embedder.ts';

export interface KernelEmbedder extends Embedder {
  /** Peak of WebAssembly memory plus weights, which occurs while loading. */
  readonly memoryBytes: number;
}

/**
 * @param tensors the model's weights; emptied while loading, so that no weights are in memory twice
 * @throws EngineError if SIMD is not supported or memory is short; SoutuError `ModelError` if the weights do not match
 */
export async function createKernelEmbedder(
  spec: VggSpec,
  tensors: Map<string, Tensor>,
  options: KernelOptions,
): Promise<KernelEmbedder> {
  const projection = takeProjection(spec, tensors);
  const kernel = await Kernel.load(spec, tensors, options);
  const views = viewsOf(spec.input);
  // There is only one memory, so views are embedded one at a time.
  let queue: Promise<unknown> = Promise.resolve();
  let disposed = false;

  return {
    engine: `kernel-${kernel.precision}`,
    get threadsPerPhoto() {
      return kernel.threads;
    },
    memoryBytes: kernel.memoryBytes,
    spec,
    async embed(photo: RgbaImage, signal?: CancelSignal, onMap?: OnMap) {
      if (disposed) {
        throw new SoutuError('ModelError', `${spec.name}: used after dispose(); load it again.`);
      }
      const reduced = photoForViews(photo, spec.input);
      const features: Float32Array<ArrayBuffer>[] = [];
      for (const view of views) {
        const planes = preprocess(reduced, spec.input, view);
        const answer = queue.then(() => kernel.run(planes, signal, view));
        queue = answer.catch(() => undefined);
        const map = await answer;
        if (view.turns === 0) onMap?.(map, view.window);
        features.push(applyHead(spec.pooling, map, projection));
      }
      const vector = assemble(spec, features, reduced);
      if (vector.every(Number.isFinite)) return vector;
      throw new SoutuError(
        'ModelError',
        `${spec.name}: the features of this picture are not finite: its weights are too large for f32.`,
      );
    },
    async dispose() {
      disposed = true;
      await queue;
      kernel.dispose();
    },
  };
}

/** Reads the projection and removes its tensors, which the kernel does not use. */
function takeProjection(spec: VggSpec, tensors: Map<string, Tensor>): Projection | null {
  const projection = readProjection(spec, tensors);
  for (const name of [...tensors.keys()]) if (name.startsWith('projection.')) tensors.delete(name);
  return projection;
}
