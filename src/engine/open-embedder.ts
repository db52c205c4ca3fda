/** Opens the first engine that runs the model on this device and computes correct results. */
import { EngineError, messageOf, SoutuError } from '../core/errors.ts';
import { checkCanary } from './canary.ts';
import type { Embedder } from './embedder.ts';

/**
 * One way to run a model.
 * @throws EngineError if this engine cannot run the model on this device; the next one is tried
 */
export type EmbedderMaker = (weights: WeightFiles) => Promise<Embedder>;

/** Loads the weights. Each engine loads them itself, so that they are not kept in memory for a fallback. */
export type WeightFiles = () => Promise<Uint8Array[]>;

export interface OpenedEmbedder {
  readonly embedder: Embedder;
  readonly maker: EmbedderMaker;
  /** The engines after it, as fallbacks. */
  readonly others: readonly EmbedderMaker[];
  /** Why the preferred engines do not run on this device. */
  readonly failures: readonly string[];
}

/** Called with an engine that cannot run on this device, computes wrong results, or failed later. */
export type OnFailure = (maker: EmbedderMaker, error: unknown) => void;

/**
 * @param makers best first
 * @throws SoutuError at once if the model or the network is at fault; EngineError if no engine is left
 */
export async function openEmbedder(
  makers: readonly EmbedderMaker[],
  weights: WeightFiles,
  onFailure: OnFailure = () => undefined,
): Promise<OpenedEmbedder> {
  const failures: unknown[] = [];
  for (const [i, maker] of makers.entries()) {
    try {
      const embedder = await openChecked(maker, weights);
      return { embedder, maker, others: makers.slice(i + 1), failures: failures.map(messageOf) };
    } catch (error) {
      if (error instanceof SoutuError && !(error instanceof EngineError)) throw error;
      onFailure(maker, error);
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  throw new EngineError(failures.map(messageOf).join(' '), { cause: failures.at(-1) });
}

async function openChecked(make: EmbedderMaker, weights: WeightFiles): Promise<Embedder> {
  const embedder = await make(weights);
  try {
    await checkCanary(embedder);
    return embedder;
  } catch (error) {
    await embedder.dispose();
    throw error;
  }
}
