/** Which engine runs a bundle's model on this device: known before it is opened, or found out in pauses. */

import type { WorkerSettings } from '../../browser/worker-api.ts';
import { AssetCache } from '../../cache/asset-cache.ts';
import type { AssetStore } from '../../cache/asset-store.ts';
import { EngineUnreachableError, messageOf, SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import { isWide } from '../../core/model/wide.ts';
import type { EmbedderMaker, OnFailure } from '../../engine/open-embedder.ts';
import type { RunningModel } from '../../engine/running-model.ts';
import type { Pauses } from './contest.ts';
import { type BrowserEngine, browserEngines } from './embedders.ts';
import { findGpu, type Gpu } from './gpu.ts';
import { KERNEL_WASM } from './kernel-wasm.ts';
import { EngineMemory } from './memory.ts';
import { engineOrder } from './order.ts';
import { ORT_WASM } from './ort-wasm.ts';
import { hasRoom } from './room.ts';
import { tryWebGpu } from './trial.ts';

export interface Choosing {
  readonly spec: ModelSpec;
  readonly settings: WorkerSettings;
  /** Tells the visitor how far a file is. */
  readonly cache: AssetCache;
  /** Keeps what is measured, and what that needs, where there is room. */
  readonly optional: AssetStore;
  /** Absolute URL of the bundle's folder. */
  readonly bundle: string;
  /** Told of an engine's file before it is asked for. */
  readonly onFile: (ref: FileRef) => void;
}

export class EngineChooser {
  /** The first is tried first; never rejects. */
  readonly order: Promise<readonly BrowserEngine[]>;
  readonly #choosing: Choosing;
  /** null where nothing is to be measured. */
  readonly #memory: EngineMemory | null;
  /** Whose failures are to be noted, and on which GPU. */
  readonly #onGpu = new Map<EmbedderMaker, string>();
  #isTried = false;
  #isEnded = false;

  constructor(choosing: Choosing) {
    const { spec, settings, optional } = choosing;
    this.#choosing = choosing;
    const isOpen = settings.engine === 'auto' && isWide(spec);
    this.#memory = isOpen ? new EngineMemory(optional, spec, VERSION) : null;
    this.order = this.#order();
  }

  /** A GPU that failed is not asked at each visit. */
  readonly onFailure: OnFailure = (maker, error) => {
    const gpu = this.#onGpu.get(maker);
    if (!this.#memory || !gpu || error instanceof EngineUnreachableError) return;
    void this.#memory.note(gpu, { outcome: 'failed', reason: messageOf(error) });
  };

  /** After an answer, once: measures in pauses where that is worth its while. */
  async tryInPauses(model: RunningModel, pauses: Pauses): Promise<void> {
    const memory = this.#memory;
    const { settings } = this.#choosing;
    if (!memory || this.#isTried || this.#onGpu.size > 0 || settings.savesData) return;
    this.#isTried = true;
    const { spec, optional, bundle } = this.#choosing;
    // Nobody waits for these files, so nobody is told of them, and nothing makes way for them.
    const silent = new AssetCache(optional);
    const pause = async () => {
      const signal = await pauses.pause();
      if (this.#isEnded) throw new SoutuError('WorkerError', 'The bundle was closed.');
      return signal;
    };
    const { files } = spec.weights;
    const { url, ref } = ORT_WASM.webgpu;
    await tryWebGpu({
      model,
      others: (await this.order).map(({ make }) => make),
      memory,
      pauses: { pause },
      hasRoom: async () => hasRoom(navigator, await silent.missing([ref])),
      findGpu,
      hasWeights: async () => (await silent.missing(files)) === 0,
      weights: () => Promise.all(files.map((file) => silent.read(`${bundle}/${file.file}`, file))),
      load: () => silent.read(url, ref, pause),
      webgpu: (gpu) =>
        this.#noting(gpu, browserEngines(spec, silent, () => undefined).webgpu(gpu)).make,
    });
  }

  /** What is under way stops at its next step. */
  end(): void {
    this.#isEnded = true;
  }

  async #order(): Promise<readonly BrowserEngine[]> {
    const { spec, settings, cache, onFile } = this.#choosing;
    const engines = browserEngines(spec, cache, onFile);
    const quicker = await this.#quicker();
    const webgpu = (gpu: Gpu) => this.#noting(gpu, engines.webgpu(gpu));
    return engineOrder(settings.engine, { ...engines, webgpu }, quicker, findGpu);
  }

  /** The GPU that has won before, where it is still the same and its engine is on the device. */
  async #quicker(): Promise<Gpu | null> {
    const winner = await this.#memory?.winner();
    if (!winner || (await this.#choosing.cache.missing([ORT_WASM.webgpu.ref])) > 0) return null;
    const gpu = await findGpu().catch(() => null);
    return gpu?.name === winner ? gpu : null;
  }

  #noting(gpu: Gpu, engine: BrowserEngine): BrowserEngine {
    this.#onGpu.set(engine.make, gpu.name);
    return engine;
  }
}

/** Of the engines and of what they may use: another one is another contest. */
const VERSION = [
  ORT_WASM.webgpu.ref.sha256.slice(0, 16),
  KERNEL_WASM.fast.ref.sha256.slice(0, 16),
  self.crossOriginIsolated ? 'isolated' : 'plain',
].join(' ');
