/**
 * The running model of a search. The first photo opens it with the first engine that works. If that engine fails
 * later, the next engine takes over and embeds the same photo.
 */
import type { CancelSignal } from '../core/contract.ts';
import { EngineError, messageOf } from '../core/errors.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import { type Lazy, lazy } from '../core/lazy.ts';
import type { OnMap } from './embedder.ts';
import {
  type EmbedderMaker,
  type OnFailure,
  type OpenedEmbedder,
  openEmbedder,
  type WeightFiles,
} from './open-embedder.ts';

export interface Embedded {
  /** Unit length. */
  readonly vector: Float32Array;
  /** The engine that embedded the photo. */
  readonly engine: string;
  /** How many threads shared the work, if the engine reports it. */
  readonly threadsPerPhoto: number | undefined;
  /** Why the preferred engines did not run. */
  readonly failures: readonly string[];
}

export class RunningModel {
  readonly #weights: WeightFiles;
  readonly #onFailure: OnFailure;
  #opened: Lazy<OpenedEmbedder>;

  /** @param makers best first */
  constructor(
    makers: () => Promise<readonly EmbedderMaker[]>,
    weights: WeightFiles,
    onFailure: OnFailure = () => undefined,
  ) {
    this.#weights = weights;
    this.#onFailure = onFailure;
    this.#opened = lazy(async () => openEmbedder(await makers(), weights, onFailure));
  }

  /** Whether the model is open or opening. */
  get started(): boolean {
    return this.#opened.started() !== null;
  }

  /** @throws errors of `openEmbedder`; the next call tries again */
  open(): Promise<OpenedEmbedder> {
    return this.#opened();
  }

  /**
   * @param onMap as in `Embedder.embed`
   * @throws as `open`; errors of `Embedder.embed` of the last remaining engine
   */
  async embed(photo: RgbaImage, signal?: CancelSignal, onMap?: OnMap): Promise<Embedded> {
    for (;;) {
      const inUse = this.#opened;
      const opened = await inUse();
      signal?.throwIfAborted();
      const { embedder, failures } = opened;
      try {
        const vector = await embedder.embed(photo, signal, onMap);
        const { engine, threadsPerPhoto } = embedder;
        return { vector, engine, threadsPerPhoto, failures };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        // Only once, however many photos it failed for.
        if (this.#opened === inUse) await this.#follow(opened, error);
      }
    }
  }

  /** Switches to an engine that has proved faster, and disposes of the previous one. */
  async replace(next: OpenedEmbedder): Promise<void> {
    const before = this.#opened.started();
    this.#put(async () => next);
    await (await before)?.embedder.dispose();
  }

  async dispose(): Promise<void> {
    // A load that fails has nothing to dispose of.
    const opened = await this.#opened.started()?.catch(() => null);
    await opened?.embedder.dispose();
  }

  async #follow(failed: OpenedEmbedder, error: EngineError): Promise<void> {
    const { embedder, maker, others, failures } = failed;
    this.#onFailure(maker, error);
    if (others.length === 0) throw error;
    const before = [...failures, messageOf(error)];
    this.#put(async () => {
      const next = await openEmbedder(others, this.#weights, this.#onFailure);
      return { ...next, failures: [...before, ...next.failures] };
    });
    await embedder.dispose();
  }

  #put(open: () => Promise<OpenedEmbedder>): void {
    this.#opened = lazy(open);
    // Started, so that callers can see which engine is in use.
    void this.#opened().catch(() => undefined);
  }
}
