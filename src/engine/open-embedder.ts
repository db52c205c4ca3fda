/** The first engine that runs a model here and computes it rightly. */
import { EngineError, messageOf, SoutuError } from '../core/errors.ts';
import { checkCanary } from './canary.ts';
import type { Embedder } from './embedder.ts';

/**
 * One way to run a model.
 * @throws EngineError where this engine cannot run it here: the next one is asked
 */
export type EmbedderMaker = (weights: WeightFiles) => Promise<Embedder>;

/** Fetches the weights: each engine anew, so that none holds them for another. */
export type WeightFiles = () => Promise<Uint8Array[]>;

export interface OpenedEmbedder {
  readonly embedder: Embedder;
  readonly maker: EmbedderMaker;
  /** Those that come after it. */
  readonly others: readonly EmbedderMaker[];
  /** Why engines that come before it do not run here. */
  readonly failures: readonly string[];
}

/** Told of an engine that cannot run here, computes wrongly, or failed in the middle. */
export type OnFailure = (maker: EmbedderMaker, error: unknown) => void;

/**
 * @param makers the best first
 * @throws SoutuError what is the model's fault, or the network's, at once; EngineError where no engine is left
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
