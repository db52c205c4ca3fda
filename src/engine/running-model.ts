/**
 * The model of a search while it runs: opened when a first photo comes, by the first engine that can; where
 * that one fails in the middle, the next takes over and reads the same photo.
 */
import type { CancelSignal } from '../core/contract.ts';
import { EngineError, messageOf } from '../core/errors.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import { type Lazy, lazy } from '../core/lazy.ts';
import {
  type EmbedderMaker,
  type OnFailure,
  type OpenedEmbedder,
  openEmbedder,
  type WeightFiles,
} from './open-embedder.ts';

export interface Embedded {
  /** Of unit length. */
  readonly vector: Float32Array;
  /** Who read the photo. */
  readonly engine: string;
  /** How many threads shared the work, if the engine reports it. */
  readonly threadsPerPhoto: number | undefined;
  /** Why those that come before it did not. */
  readonly failures: readonly string[];
}

export class RunningModel {
  readonly #weights: WeightFiles;
  readonly #onFailure: OnFailure;
  #opened: Lazy<OpenedEmbedder>;

  /** @param makers the best first */
  constructor(
    makers: () => Promise<readonly EmbedderMaker[]>,
    weights: WeightFiles,
    onFailure: OnFailure = () => undefined,
  ) {
    this.#weights = weights;
    this.#onFailure = onFailure;
    this.#opened = lazy(async () => openEmbedder(await makers(), weights, onFailure));
  }

  /** Whether it is open, or on its way. */
  get started(): boolean {
    return this.#opened.started() !== null;
  }

  /** @throws what `openEmbedder` throws; the next call tries again */
  open(): Promise<OpenedEmbedder> {
    return this.#opened();
  }

  /** @throws as `open`, and as `Embedder.embed` of the last engine that is left */
  async embed(photo: RgbaImage, signal?: CancelSignal): Promise<Embedded> {
    for (;;) {
      const inUse = this.#opened;
      const opened = await inUse();
      signal?.throwIfAborted();
      const { embedder, failures } = opened;
      try {
        const vector = await embedder.embed(photo, signal);
        const { engine, threadsPerPhoto } = embedder;
        return { vector, engine, threadsPerPhoto, failures };
      } catch (error) {
        if (!(error instanceof EngineError)) throw error;
        // Once, for all photos that it failed for.
        if (this.#opened === inUse) await this.#follow(opened, error);
      }
    }
  }

  /** Another engine has shown to be quicker: it goes on from here, and the one before is disposed of. */
  async replace(next: OpenedEmbedder): Promise<void> {
    const before = this.#opened.started();
    this.#put(async () => next);
    await (await before)?.embedder.dispose();
  }

  async dispose(): Promise<void> {
    // What fails to load meanwhile has nothing to give back.
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
    // Begun, so that whoever asks knows which is in use.
    void this.#opened().catch(() => undefined);
  }
}
