/**
 * Finds the fastest engine for a wide model on this device: tries WebGPU once during pauses, switches to it if it
 * wins, and stores the result for later visits. The entry point of this folder; loaded for wide models only.
 *
 *     engine-tuner ─▶ trial ─┬─▶ has-room         memory and storage for a second engine?
 *                            ├─▶ compare-speed    median of five rounds
 *                            └─▶ trial-results    stored on the device
 */
import { AssetCache } from '../../cache/asset-cache.ts';
import type { AssetStore } from '../../cache/asset-store.ts';
import { EngineUnreachableError, messageOf, SoutuError } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import type { EmbedderMaker } from '../../engine/open-embedder.ts';
import type { RunningModel } from '../../engine/running-model.ts';
import { type BrowserEngine, browserEngines } from '../engines/browser-engines.ts';
import { findGpu, type Gpu } from '../engines/gpu.ts';
import { KERNEL_WASM } from '../engines/kernel-wasm.ts';
import { ORT_WASM } from '../engines/ort-wasm.ts';
import type { PauseSource } from '../pauses.ts';
import { hasRoom } from './has-room.ts';
import { tryWebGpu } from './trial.ts';
import { TrialResults } from './trial-results.ts';

export interface TunerSetup {
  readonly spec: ModelSpec;
  /** Stores results and the engine's binary if there is space; nothing is evicted for them. */
  readonly optional: AssetStore;
  /** Absolute URL of the bundle's folder. */
  readonly bundle: string;
}

export class EngineTuner {
  readonly #setup: TunerSetup;
  readonly #results: TrialResults;
  /** The tuner loads in the background, so no progress is reported. */
  readonly #cache: AssetCache;
  /** Names of the GPUs in use, by engine. */
  readonly #gpus = new Map<EmbedderMaker, string>();
  #isTried = false;
  #isEnded = false;

  constructor(setup: TunerSetup) {
    this.#setup = setup;
    this.#results = new TrialResults(setup.optional, setup.spec, VERSION);
    this.#cache = new AssetCache(setup.optional);
  }

  /** WebGPU, if it won on this GPU before and the device still has its binary. Never rejects. */
  async winner(webgpu: (gpu: Gpu) => BrowserEngine): Promise<BrowserEngine | null> {
    const winner = await this.#results.winner();
    if (!winner || (await this.#cache.missing([ORT_WASM.webgpu.ref])) > 0) return null;
    const gpu = await findGpu().catch(() => null);
    return gpu?.name === winner ? this.#watched(gpu, webgpu(gpu)) : null;
  }

  /** Records a failed GPU, so that the next visit does not use it. */
  noteFailure(maker: EmbedderMaker, error: unknown): void {
    const gpu = this.#gpus.get(maker);
    if (!gpu || error instanceof EngineUnreachableError) return;
    void this.#results.note(gpu, { outcome: 'failed', reason: messageOf(error) });
  }

  /**
   * Tries WebGPU unless it is in use already; later calls do nothing.
   * @param others the engines that may run the model without it, best first
   */
  async tune(
    model: RunningModel,
    others: readonly EmbedderMaker[],
    pauses: PauseSource,
  ): Promise<void> {
    if (this.#isTried || this.#gpus.size > 0) return;
    this.#isTried = true;
    const { spec, bundle } = this.#setup;
    const cache = this.#cache;
    const pause = async () => {
      const signal = await pauses.pause();
      if (this.#isEnded) throw new SoutuError('WorkerError', 'The bundle was closed.');
      return signal;
    };
    const { files } = spec.weights;
    const { url, ref } = ORT_WASM.webgpu;
    await tryWebGpu({
      model,
      others,
      results: this.#results,
      pauses: { pause },
      hasRoom: async () => hasRoom(navigator, await cache.missing([ref])),
      findGpu,
      hasWeights: async () => (await cache.missing(files)) === 0,
      weights: () => Promise.all(files.map((file) => cache.read(`${bundle}/${file.file}`, file))),
      load: () => cache.read(url, ref, pause),
      webgpu: (gpu) =>
        this.#watched(gpu, browserEngines(spec, cache, () => undefined).webgpu(gpu)).make,
    });
  }

  /** A running trial stops at its next step. */
  end(): void {
    this.#isEnded = true;
  }

  #watched(gpu: Gpu, engine: BrowserEngine): BrowserEngine {
    this.#gpus.set(engine.make, gpu.name);
    return engine;
  }
}

/** Results are valid for these binaries, and separately for pages with and without threads. */
const VERSION = [
  ORT_WASM.webgpu.ref.sha256.slice(0, 16),
  KERNEL_WASM.fast.ref.sha256.slice(0, 16),
  self.crossOriginIsolated ? 'isolated' : 'plain',
].join(' ');
