import type { Manifest } from '../core/bundle/manifest.ts';
import type { Progress } from '../core/contract.ts';
import type { FileRef } from '../core/model/spec.ts';

/** Adds up the files on their way to the steps that a visitor understands. */
export class ProgressMeter {
  readonly #files = new Map<string, { loaded: number; cached: boolean }>();
  #manifest: Manifest | null = null;

  /** Told before the first file. */
  expect(manifest: Manifest): void {
    this.#manifest = manifest;
  }

  update(ref: FileRef, loaded: number, cached: boolean): Progress {
    this.#files.set(ref.sha256, { loaded, cached });
    const manifest = this.#manifest;
    const model = manifest?.model.weights.files ?? [];
    const isModel = model.some((file) => file.sha256 === ref.sha256);
    const needed = isModel ? model : this.#indexFiles(ref);
    const states = needed.map((file) => this.#files.get(file.sha256));
    return {
      step: isModel ? 'model' : 'index',
      loaded: states.reduce((sum, state) => sum + (state?.loaded ?? 0), 0),
      total: needed.reduce((sum, file) => sum + file.bytes, 0),
      cached: states.every((state) => !state || state.cached),
    };
  }

  /** The graph counts only once it is fetched: small catalogues never need it. */
  #indexFiles(ref: FileRef): readonly FileRef[] {
    const manifest = this.#manifest;
    if (!manifest) return [ref];
    const graph = manifest.index.graph.filter((file) => this.#files.has(file.sha256));
    return [...manifest.items, ...manifest.index.vectors, ...graph];
  }
}
