/** Opens an embedder when the first photo is embedded: a build that has nothing to embed loads no engine. */
import type { CancelSignal } from '../../../core/contract.ts';
import { SoutuError } from '../../../core/errors.ts';
import type { RgbaImage } from '../../../core/image/pixels.ts';
import type { ModelSpec } from '../../../core/model/spec.ts';
import type { Embedder } from '../../../engine/embedder.ts';
import type { OpenedEmbedder } from '../../../engine/open-embedder.ts';
import type { Precision } from '../../../kernel/binary.ts';

/** Another engine than the expected one runs the model, so vectors of earlier builds do not fit. */
export class OtherEngineError extends Error {
  readonly engine: string;

  constructor(engine: string) {
    super(`The engine ${engine} runs the model.`);
    this.engine = engine;
  }
}

/** The name of the engine that runs a model on most machines. */
export function expectedEngine({ family }: ModelSpec, precision: Precision): string {
  if (family === 'phash') return 'phash';
  return family === 'vgg-stack' ? `kernel-${precision}` : 'onnxruntime-wasm';
}

export class LazyEmbedder implements Embedder {
  readonly spec: ModelSpec;
  readonly engine: string;
  /** The number of photos to embed at once. */
  readonly photosAtOnce: number;
  readonly #open: () => Promise<OpenedEmbedder>;
  #opened: Promise<Embedder> | null = null;

  /**
   * @param engine the expected one
   * @param open called at most once
   */
  constructor(
    spec: ModelSpec,
    engine: string,
    photosAtOnce: number,
    open: () => Promise<OpenedEmbedder>,
  ) {
    this.spec = spec;
    this.engine = engine;
    this.photosAtOnce = photosAtOnce;
    this.#open = open;
  }

  /** @throws OtherEngineError if it is not the expected engine that runs the model; as `Embedder.embed` */
  async embed(photo: RgbaImage, signal?: CancelSignal): Promise<Float32Array<ArrayBuffer>> {
    this.#opened ??= this.#open().then(({ embedder }) => embedder);
    const embedder = await this.#opened;
    if (embedder.engine !== this.engine) throw new OtherEngineError(embedder.engine);
    return embedder.embed(photo, signal);
  }

  async dispose(): Promise<void> {
    this.#opened ??= Promise.reject(
      new SoutuError('ModelError', `${this.spec.name}: used after dispose(); load it again.`),
    );
    await this.#opened.then(
      (embedder) => embedder.dispose(),
      () => undefined,
    );
  }
}
