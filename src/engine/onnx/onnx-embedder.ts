/**
 * The embedder that uses ONNX Runtime. The runtime is passed in, because Node, worker and tests load it in
 * different ways. Nothing else in the project uses its API.
 */
import type { CancelSignal } from '../../core/contract.ts';
import { EngineError, messageOf, SoutuError } from '../../core/errors.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { photoForViews, preprocess } from '../../core/image/preprocess.ts';
import { assemble } from '../../core/model/assemble.ts';
import { type ViewSpec, viewsOf } from '../../core/model/input-spec.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import type { Embedder, OnMap } from '../embedder.ts';
import { encoderOf } from './encoder.ts';

/** The part of `onnxruntime-web` that we use. */
export interface OrtRuntime {
  readonly InferenceSession: {
    create(
      model: Uint8Array<ArrayBuffer>,
      options: { executionProviders: (string | { readonly name: string })[] },
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

/** An execution provider of ONNX Runtime. */
export interface OrtProvider {
  readonly engine: 'onnxruntime-wasm' | 'onnxruntime-webgpu';
  /** The value for `InferenceSession.create`. */
  readonly option: string | { readonly name: string };
  /** Resolves with the reason when the device is lost; a pending run may then never settle. */
  readonly lost: Promise<string>;
  /** Releases its resources, after the session. */
  dispose(): void;
}

const WASM: OrtProvider = {
  engine: 'onnxruntime-wasm',
  option: 'wasm',
  lost: new Promise(() => undefined),
  dispose: () => undefined,
};

/**
 * @param files the model's weight files, in the order of `spec.weights.files`
 * @param provider disposed with the embedder, or if the embedder cannot be created
 * @throws EngineError if the runtime cannot start; SoutuError `ModelError` if the weights do not match
 */
export async function createOnnxEmbedder(
  ort: OrtRuntime,
  spec: ModelSpec,
  files: readonly Uint8Array[],
  provider: OrtProvider = WASM,
): Promise<Embedder> {
  try {
    return await open(ort, spec, files, provider);
  } catch (error) {
    provider.dispose();
    throw error;
  }
}

async function open(
  ort: OrtRuntime,
  spec: ModelSpec,
  files: readonly Uint8Array[],
  provider: OrtProvider,
): Promise<Embedder> {
  const { model, input, output, toInput, toVector } = encoderOf(spec, files);
  let isLost = false;
  const lost = provider.lost.then((reason) => {
    isLost = true;
    throw new EngineError(`${spec.name}: ${provider.engine} is gone: ${reason}`);
  });
  // The error of the interrupted run and of all later runs.
  lost.catch(() => undefined);
  const creating = ort.InferenceSession.create(model, { executionProviders: [provider.option] });
  const session = await Promise.race([creating, lost]).catch((error: unknown) => {
    if (error instanceof EngineError) throw error;
    throw new EngineError(
      `${spec.name}: ONNX Runtime cannot start here: ${messageOf(error)} Try again, or another browser.`,
      { cause: error },
    );
  });
  mustName(spec, 'input', input, session.inputNames);
  mustName(spec, 'output', output, session.outputNames);
  // ONNX Runtime rejects concurrent runs.
  let queue: Promise<unknown> = Promise.resolve();
  let disposed = false;

  async function run(
    pixels: Float32Array<ArrayBuffer>,
    view: Required<ViewSpec>,
    onMap?: OnMap,
  ): Promise<Float32Array<ArrayBuffer>> {
    if (isLost) await lost;
    const { data, dims } = toInput(pixels, view);
    const feeds = { [input]: new ort.Tensor('float32', data, dims) };
    const answer = await Promise.race([session.run(feeds, [output]), lost]).catch(
      (error: unknown) => {
        if (error instanceof EngineError) throw error;
        throw new EngineError(
          `${spec.name}: ${provider.engine} failed in the middle of a picture: ${messageOf(error)}`,
          { cause: error },
        );
      },
    );
    return toVector(answer[output] as OrtTensor, (map) => {
      if (view.turns === 0) onMap?.(map, view.window);
    });
  }

  return {
    engine: provider.engine,
    spec,
    async embed(photo: RgbaImage, signal?: CancelSignal, onMap?: OnMap) {
      if (disposed) {
        throw new SoutuError('ModelError', `${spec.name}: used after dispose(); load it again.`);
      }
      const reduced = photoForViews(photo, spec.input);
      const features: Float32Array<ArrayBuffer>[] = [];
      for (const view of viewsOf(spec.input)) {
        const pixels = preprocess(reduced, spec.input, view);
        const answer = queue.then(() => {
          signal?.throwIfAborted();
          return run(pixels, view, onMap);
        });
        queue = answer.catch(() => undefined);
        features.push(await answer);
      }
      return assemble(spec, features, reduced);
    },
    async dispose() {
      disposed = true;
      await queue;
      // A lost device has nothing to release and may never respond.
      if (!isLost) await session.release();
      provider.dispose();
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
