/** The engines that may run a bundle's model on this device. */
import type { WorkerSettings } from '../browser/worker-api.ts';
import type { AssetCache } from '../cache/asset-cache.ts';
import type { FileRef } from '../core/file-ref.ts';
import { isWide } from '../core/model/wide.ts';
import type { OnFailure } from '../engine/open-embedder.ts';
import type { RunningModel } from '../engine/running-model.ts';
import { type BrowserEngine, browserEngines, hashEngine } from './engines/browser-engines.ts';
import { engineOrder } from './engines/engine-order.ts';
import type { PauseSource } from './pauses.ts';
import type { EngineTuner, TunerSetup } from './tuner/engine-tuner.ts';

export interface ModelSetup extends TunerSetup {
  readonly settings: WorkerSettings;
  /** Reports progress. */
  readonly cache: AssetCache;
  /** Called with an engine's file before the file is loaded. */
  readonly onFile: (ref: FileRef) => void;
}

export class ModelEngines {
  /** Best first; never rejects. */
  readonly order: Promise<readonly BrowserEngine[]>;
  readonly #setup: ModelSetup;
  /** Null unless the engine is `auto` and the model is large enough for the choice to matter. */
  readonly #tuner: Promise<EngineTuner | null>;

  constructor(setup: ModelSetup) {
    const { spec, settings } = setup;
    this.#setup = setup;
    const isTunable = settings.engine === 'auto' && isWide(spec);
    this.#tuner = isTunable ? loadTuner(setup) : Promise.resolve(null);
    this.order = this.#findOrder();
  }

  readonly onFailure: OnFailure = (maker, error) => {
    void this.#tuner.then((tuner) => tuner?.noteFailure(maker, error));
  };

  /** Called after an answer: measures during pauses which engine is fastest. */
  async tune(model: RunningModel, pauses: PauseSource): Promise<void> {
    const tuner = await this.#tuner;
    if (!tuner || this.#setup.settings.savesData) return;
    const others = (await this.order).map(({ make }) => make);
    await tuner.tune(model, others, pauses);
  }

  end(): void {
    void this.#tuner.then((tuner) => tuner?.end());
  }

  async #findOrder(): Promise<readonly BrowserEngine[]> {
    const { spec, settings, cache, onFile } = this.#setup;
    if (spec.family === 'phash') return [hashEngine(spec)];
    const engines = browserEngines(spec, cache, onFile);
    const winner = (await (await this.#tuner)?.winner(engines.webgpu)) ?? null;
    return engineOrder(settings.engine, engines, winner, async () => {
      const { findGpu } = await import('./engines/gpu.ts');
      return findGpu();
    });
  }
}

/** If the device is offline and the tuner has not been loaded before, the page searches without it. */
function loadTuner(setup: TunerSetup): Promise<EngineTuner | null> {
  return import('./tuner/engine-tuner.ts').then(
    ({ EngineTuner }) => new EngineTuner(setup),
    () => null,
  );
}
