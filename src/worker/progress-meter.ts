import type { Manifest } from '../core/bundle/manifest.ts';
import { openingFilesOf } from '../core/bundle/manifest-files.ts';
import type { Progress } from '../core/contract.ts';
import type { FileRef } from '../core/file-ref.ts';

/** Sums up the progress of all files into the two steps that a visitor sees. */
export class ProgressMeter {
  readonly #seen = new Map<string, { ref: FileRef; loaded: number; cached: boolean }>();
  #index: readonly FileRef[] = [];
  #model: readonly FileRef[] = [];

  /**
   * Call before the first file. The graph is counted only once it is loaded, because small bundles never need it.
   * @param engine the engine's files, loaded with the model
   */
  expect(manifest: Manifest, engine: readonly FileRef[]): void {
    this.#index = openingFilesOf(manifest);
    this.#model = [...manifest.model.weights.files, ...engine];
  }

  /** Adds a file of a fallback engine, if the expected one cannot run. */
  add(engine: FileRef): void {
    const known = this.#model.some(({ sha256 }) => sha256 === engine.sha256);
    if (!known) this.#model = [...this.#model, engine];
  }

  update(ref: FileRef, loaded: number, cached: boolean): Progress {
    this.#seen.set(ref.sha256, { ref, loaded, cached });
    const isModel = this.#model.some((file) => file.sha256 === ref.sha256);
    if (!isModel && !this.#index.some((file) => file.sha256 === ref.sha256)) {
      this.#index = [...this.#index, ref];
    }
    const needed = isModel ? this.#model : this.#index;
    const states = needed.map((file) => this.#seen.get(file.sha256));
    return {
      step: isModel ? 'model' : 'index',
      loaded: states.reduce((sum, state) => sum + (state?.loaded ?? 0), 0),
      total: needed.reduce((sum, file) => sum + file.bytes, 0),
      cached: states.every((state) => !state || state.cached),
    };
  }
}
