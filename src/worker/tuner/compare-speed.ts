/** Measures which of two engines embeds a photo faster on this device. */

import { EngineError, messageOf, SoutuError } from '../../core/errors.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { median } from '../../core/median.ts';
import { cosine } from '../../core/vector/arithmetic.ts';
import { seededRandom } from '../../core/vector/random.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { PauseSource } from '../pauses.ts';

/** Measured rounds, after one warm-up round that compiles the GPU's shaders. */
const ROUNDS = 5;

/** For models without a canary. */
const MIN_COSINE = 0.999;

/**
 * Both embed the same picture of the model's input size, alternating. A round interrupted by a search does not count.
 * @param now milliseconds
 * @returns the medians
 * @throws EngineError if the two embeddings differ; errors of WebGPU's `embed`; the other engine's errors as
 * converted by `ofOther`
 */
export async function compareSpeed(
  webgpu: Embedder,
  other: Embedder,
  pauses: PauseSource,
  now: () => number = () => performance.now(),
): Promise<{ webgpu: number; other: number }> {
  const picture = noiseFor(webgpu);
  const rounds: { webgpu: number; other: number }[] = [];
  while (rounds.length <= ROUNDS) {
    const signal = await pauses.pause();
    try {
      const start = now();
      const a = await webgpu.embed(picture, signal);
      const middle = now();
      const b = await ofOther(other.embed(picture, signal), signal);
      const end = now();
      if (rounds.length === 0) mustAgree(webgpu, cosine(a, b));
      if (!signal.aborted) rounds.push({ webgpu: middle - start, other: end - middle });
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
    }
  }
  const counted = rounds.slice(1);
  return {
    webgpu: median(counted.map((round) => round.webgpu)),
    other: median(counted.map((round) => round.other)),
  };
}

/**
 * The current engine may fail during a trial, too; such a failure does not count against the GPU.
 * @throws SoutuError `WorkerError`; the signal's reason
 */
export async function ofOther<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throw error;
    throw new SoutuError(
      'WorkerError',
      `The engine that WebGPU was compared with failed (${messageOf(error)}). Another visit tries again.`,
      { cause: error },
    );
  }
}

function noiseFor({ spec }: Embedder): RgbaImage {
  const random = seededRandom(1);
  const { width, height } = spec.input;
  const data = new Uint8Array(width * height * 4).map((_, i) =>
    i % 4 === 3 ? 255 : random() * 256,
  );
  return { width, height, data };
}

function mustAgree({ spec, engine }: Embedder, score: number): void {
  const least = spec.canary?.minCosine ?? MIN_COSINE;
  // Written so that NaN fails, too.
  if (score >= least) return;
  throw new EngineError(
    `${spec.name}: ${engine} sees another picture on this device: the cosine is ${score.toFixed(4)}, expected ` +
      `at least ${least}.`,
  );
}
