/** A stack on ONNX Runtime that returns the activations of its layers, for comparison and calibration. */
import { availableParallelism } from 'node:os';
import type { RgbaImage } from '../../../core/image/pixels.ts';
import { photoForViews, preprocess } from '../../../core/image/preprocess.ts';
import { assemble } from '../../../core/model/assemble.ts';
import { viewsOf } from '../../../core/model/input-spec.ts';
import { layersOf } from '../../../core/model/layers.ts';
import type { VggSpec } from '../../../core/model/spec.ts';
import type { Tensor } from '../../../core/model/tensor.ts';
import { headOf } from '../../../engine/onnx/encoder.ts';
import { INPUT, OUTPUT, writeOnnxGraph } from '../../../engine/onnx/graph.ts';

type OrtOutput = Parameters<ReturnType<typeof headOf>>[0];

export interface TappedStack {
  /** Names of the layers, in the order of the data. */
  readonly layers: readonly string[];
  /** @returns the embedding and, layer by layer, activations after ReLU [out, height, width] of the first view */
  run(photo: RgbaImage): Promise<{ vector: Float32Array; layers: Map<string, Float32Array> }>;
  dispose(): Promise<void>;
}

/** @param taps names of the layers whose activations are returned; default all */
export async function openTappedStack(
  spec: VggSpec,
  tensors: ReadonlyMap<string, Tensor>,
  taps: readonly string[] = layersOf(spec).flatMap((l) => (l.kind === 'conv' ? [l.name] : [])),
): Promise<TappedStack> {
  const ort = await import('onnxruntime-web');
  ort.env.wasm.numThreads = Math.min(4, availableParallelism());
  const session = await ort.InferenceSession.create(writeOnnxGraph(spec, tensors, taps), {
    executionProviders: ['wasm'],
  });
  const head = headOf(spec, tensors);
  return {
    layers: taps,
    async run(photo) {
      const reduced = photoForViews(photo, spec.input);
      const features: Float32Array<ArrayBuffer>[] = [];
      let layers = new Map<string, Float32Array>();
      for (const view of viewsOf(spec.input)) {
        const pixels = preprocess(reduced, spec.input, view);
        const input = new ort.Tensor('float32', pixels, [1, 3, view.height, view.width]);
        const answer = await session.run({ [INPUT]: input });
        if (features.length === 0) {
          layers = new Map(taps.map((name) => [name, answer[name]?.data as Float32Array]));
        }
        features.push(head(answer[OUTPUT] as OrtOutput));
      }
      return { vector: assemble(spec, features, reduced), layers };
    },
    dispose: () => session.release(),
  };
}
