/**
 * The embedder on ONNX Runtime. The runtime is handed in, because Node, worker and tests load it in
 * different ways; nothing else in the project knows its API.
 */
import type { CancelSignal } from '../../core/contract.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { preprocess } from '../../core/image/preprocess.ts';
import { readSafetensors, type Tensor } from '../../core/model/safetensors.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import { normalised } from '../../core/vector/arithmetic.ts';
import type { Embedder } from '../embedder.ts';
import { INPUT, OUTPUT, writeOnnxGraph } from './graph.ts';

/** What we use of `onnxruntime-web`. */
export interface OrtRuntime {
  readonly InferenceSession: {
    create(
      model: Uint8Array<ArrayBuffer>,
      options: { executionProviders: string[] },
    ): Promise<OrtSession>;
  };
  readonly Tensor: new (
    type: 'float32',
    data: Float32Array<ArrayBuffer>,
    dims: readonly number[],
  ) => OrtTensor;
}

interface OrtTensor {
  readonly data: unknown;
}

interface OrtSession {
  run(feeds: Record<string, unknown>): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}

/**
 * @param files the model's weight files, in the order of `spec.weights.files`
 * @throws SoutuError `ModelError` for weights that do not fit the specification
 */
export async function createOnnxEmbedder(
  ort: OrtRuntime,
  spec: ModelSpec,
  files: readonly Uint8Array[],
): Promise<Embedder> {
  const tensors = new Map<string, Tensor>();
  files.forEach((bytes, i) => {
    const where = spec.weights.files[i]?.file ?? spec.name;
    for (const [name, tensor] of readSafetensors(bytes, where)) tensors.set(name, tensor);
  });
  const graph = writeOnnxGraph(spec, tensors);
  const session = await ort.InferenceSession.create(graph, {
    executionProviders: ['wasm'],
  }).catch((error: unknown) => {
    throw new SoutuError(
      'ModelError',
      `${spec.name}: ONNX Runtime cannot start here: ${messageOf(error)} Try again, or another browser.`,
      { cause: error },
    );
  });
  const { width, height } = spec.input;
  // ONNX Runtime refuses a second run while one is under way.
  let queue: Promise<unknown> = Promise.resolve();
  let disposed = false;

  async function run(pixels: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const input = new ort.Tensor('float32', pixels, [1, 3, height, width]);
    const output = (await session.run({ [INPUT]: input }))[OUTPUT];
    return normalised(output?.data as Float32Array);
  }

  return {
    engine: 'onnxruntime-wasm',
    spec,
    async embed(photo: RgbaImage, signal?: CancelSignal) {
      if (disposed) {
        throw new SoutuError('ModelError', `${spec.name}: used after dispose(); load it again.`);
      }
      const pixels = preprocess(photo, spec.input);
      const answer = queue.then(() => {
        signal?.throwIfAborted();
        return run(pixels);
      });
      queue = answer.catch(() => undefined);
      return answer;
    },
    async dispose() {
      disposed = true;
      await queue;
      await session.release();
    },
  };
}
