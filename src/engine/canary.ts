import { EngineError } from '../core/errors.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { Canary } from '../core/model/spec.ts';
import { decodeBase64, decodeFloats } from '../core/text.ts';
import { cosine } from '../core/vector/arithmetic.ts';
import type { Embedder } from './embedder.ts';

/**
 * Embeds the model's canary and compares the result, so that an engine that computes wrong numbers on this device is
 * detected before a visitor gets wrong hits. This also warms up the engine.
 * @throws EngineError with both cosines
 */
export async function checkCanary(embedder: Embedder): Promise<void> {
  const { canary, name } = embedder.spec;
  if (!canary) return;
  const got = await embedder.embed(pictureOf(canary));
  const score = cosine(got, decodeFloats(canary.vector));
  // Written so that NaN fails, too.
  if (!(score >= canary.minCosine)) {
    throw new EngineError(
      `${name}: this device computes wrongly with ${embedder.engine}: the test picture's cosine is ` +
        `${score.toFixed(4)}, expected at least ${canary.minCosine}. Try another browser or device.`,
    );
  }
}

export function pictureOf(canary: Pick<Canary, 'width' | 'height' | 'rgb'>): RgbaImage {
  const rgb = decodeBase64(canary.rgb);
  const data = new Uint8Array(canary.width * canary.height * 4).fill(255);
  for (let i = 0; i < canary.width * canary.height; i++) {
    data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
  }
  return { width: canary.width, height: canary.height, data };
}
