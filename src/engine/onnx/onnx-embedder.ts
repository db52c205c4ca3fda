/**
 * The embedder on ONNX Runtime. The runtime is handed in, because Node, worker and tests load it in
 * different ways; nothing else in the project knows its API.
 */
import type { CancelSignal } from '../../core/contract.ts';
import { EngineError, messageOf, SoutuError } from '../../core/errors.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { preprocess } from '../../core/image/preprocess.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import type { Embedder } from '../embedder.ts';
import { encoderOf } from './encoder.ts';

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
  readonly dims: readonly number[];
}

interface OrtSession {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Record<string, unknown>,
    fetches: readonly string[],
  ): Promise<Record<string, OrtTensor>>;
  release(): Promise<void>;
}

/**
 * @param files the model's weight files, in the order of `spec.weights.files`
 * @throws EngineError where the runtime cannot start; SoutuError `ModelError` for weights that do not fit
 */
export async function createOnnxEmbedder(
  ort: OrtRuntime,
  spec: ModelSpec,
  files: readonly Uint8Array[],
): Promise<Embedder> {
  const { model, input, output, toInput, toVector } = encoderOf(spec, files);
  const session = await ort.InferenceSession.create(model, {
    executionProviders: ['wasm'],
  }).catch((error: unknown) => {
    throw new EngineError(
      `${spec.name}: ONNX Runtime cannot start here: ${messageOf(error)} Try again, or another browser.`,
      { cause: error },
    );
  });
  mustName(spec, 'input', input, session.inputNames);
  mustName(spec, 'output', output, session.outputNames);
  // ONNX Runtime refuses a second run while one is under way.
  let queue: Promise<unknown> = Promise.resolve();
  let disposed = false;

  async function run(pixels: Float32Array<ArrayBuffer>): Promise<Float32Array<ArrayBuffer>> {
    const { data, dims } = toInput(pixels);
    const answer = await session.run({ [input]: new ort.Tensor('float32', data, dims) }, [output]);
    return toVector(answer[output] as OrtTensor);
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

function mustName(spec: ModelSpec, side: string, name: string, names: readonly string[]): void {
  if (names.includes(name)) return;
  throw new SoutuError(
    'ModelError',
    `${spec.name}: the ONNX graph has no ${side} "${name}"; it has ${names.join(', ')}. ` +
      `Put one of them into "graph.${side}" of its spec.`,
  );
}
