/**
 * Stores for later visits whether WebGPU is faster for a model on this device. Results are stored with the cached files
 * and deleted with them by `forget`.
 *
 *     engine:HASH    JSON, one for each model; ignored if it is old or from another version or GPU
 */
import type { AssetStore } from '../../cache/asset-store.ts';
import { sha256 } from '../../cache/sha256.ts';
import { SoutuError } from '../../core/errors.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import { decodeUtf8, encodeUtf8 } from '../../core/text.ts';

/** `trying`: started but not finished. This state remains if the trial crashes the worker or the device. */
export type Finding =
  | { readonly outcome: 'webgpu' | 'other'; readonly millis: { webgpu: number; other: number } }
  | { readonly outcome: 'failed'; readonly reason: string }
  | { readonly outcome: 'trying'; readonly tries: number };

type Noted = Finding & { readonly version: string; readonly gpu: string; readonly at: number };

const DAY_MS = 24 * 3600_000;

/** Results expire, because a driver may be fixed later, or the device may have been on battery. */
const HOLDS_MS: Record<Finding['outcome'], number> = {
  webgpu: 90 * DAY_MS,
  other: 90 * DAY_MS,
  failed: 7 * DAY_MS,
  trying: 7 * DAY_MS,
};

/** More than one attempt, because visitors may also leave during a trial. */
const MAX_TRIES = 2;

export class TrialResults {
  readonly #store: AssetStore;
  readonly #key: Promise<string>;
  readonly #version: string;
  readonly #now: () => number;

  /**
   * @param version of the engines; results of other versions are ignored
   * @param now milliseconds since 1970
   */
  constructor(store: AssetStore, spec: ModelSpec, version: string, now: () => number = Date.now) {
    this.#store = store;
    this.#key = keyOf(spec);
    this.#version = version;
    this.#now = now;
  }

  /** The GPU on which WebGPU was faster; null if there is none. */
  async winner(): Promise<string | null> {
    const noted = await this.#read();
    return noted?.outcome === 'webgpu' ? noted.gpu : null;
  }

  /** Whether there is no valid result for this GPU. */
  async isOpen(gpu: string): Promise<boolean> {
    const noted = await this.#read();
    if (noted?.gpu !== gpu) return true;
    return noted.outcome === 'trying' && noted.tries < MAX_TRIES;
  }

  /**
   * Call before a trial, so that a trial that crashes the worker is known afterwards.
   * @throws SoutuError `StorageError` if it cannot be stored
   */
  async noteTry(gpu: string): Promise<void> {
    const noted = await this.#read();
    const tries = noted?.outcome === 'trying' && noted.gpu === gpu ? noted.tries : 0;
    await this.#put(gpu, { outcome: 'trying', tries: tries + 1 });
  }

  /** A result that cannot be stored is measured again. */
  async note(gpu: string, finding: Finding): Promise<void> {
    await this.#put(gpu, finding).catch((error: unknown) => {
      if (!(error instanceof SoutuError && error.name === 'StorageError')) throw error;
    });
  }

  async #put(gpu: string, finding: Finding): Promise<void> {
    const noted: Noted = { ...finding, gpu, version: this.#version, at: this.#now() };
    await this.#store.put(await this.#key, encodeUtf8(JSON.stringify(noted)));
  }

  async #read(): Promise<Noted | null> {
    const bytes = await this.#store.get(await this.#key);
    if (!bytes) return null;
    try {
      const noted: unknown = JSON.parse(decodeUtf8(bytes));
      if (!isNoted(noted) || noted.version !== this.#version) return null;
      return this.#now() - noted.at > HOLDS_MS[noted.outcome] ? null : noted;
    } catch {
      // Stored data is damaged: measure again.
      return null;
    }
  }
}

function isNoted(value: unknown): value is Noted {
  const noted = (value ?? {}) as Readonly<Record<string, unknown>>;
  const isNumber = (it: unknown) => Number.isFinite(it);
  const isText = (it: unknown) => typeof it === 'string';
  if (!isText(noted.version) || !isText(noted.gpu) || !isNumber(noted.at)) return false;
  const millis = (noted.millis ?? {}) as Readonly<Record<string, unknown>>;
  switch (noted.outcome) {
    case 'webgpu':
    case 'other':
      return isNumber(millis.webgpu) && isNumber(millis.other);
    case 'failed':
      return isText(noted.reason);
    case 'trying':
      return isNumber(noted.tries);
    default:
      return false;
  }
}

/** Models with the same weights may differ in their input size. */
async function keyOf({ input, weights }: ModelSpec): Promise<string> {
  const hashes = weights.files.map((ref) => ref.sha256);
  const text = [`${input.width}x${input.height}`, ...hashes].join('\n');
  return `engine:${await sha256(encodeUtf8(text))}`;
}
