import { EngineError } from '../core/errors.ts';
import { coloursOf } from '../core/image/colour.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { Canary, ModelSpec } from '../core/model/spec.ts';
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
  checkGrey(embedder.spec, canary);
  // Written so that NaN fails, too.
  if (!(score >= canary.minCosine)) {
    throw new EngineError(
      `${name}: this device computes wrongly with ${embedder.engine}: the test picture's cosine is ` +
        `${score.toFixed(4)}, expected at least ${canary.minCosine}. Try another browser or device.`,
    );
  }
}

/**
 * A grey photo has no colours to compare. Only colours are computed: the features are those of any photo.
 * @throws EngineError if this device sees colours in a grey photo
 */
function checkGrey({ name, colour, input }: ModelSpec, canary: Canary): void {
  if (!colour) return;
  const { width, height, data } = pictureOf(canary);
  const grey = data.map((value, i) => (i % 4 === 3 ? value : (data[i - (i % 4)] as number)));
  const photo = { width, height, data: grey };
  if (coloursOf(photo, input.alpha ?? 'over-white', colour).every((x) => x === 0)) return;
  throw new EngineError(
    `${name}: this device sees colours in a grey test picture. Try another browser or device.`,
  );
}

export function pictureOf(canary: Pick<Canary, 'width' | 'height' | 'rgb'>): RgbaImage {
  const rgb = decodeBase64(canary.rgb);
  const data = new Uint8Array(canary.width * canary.height * 4).fill(255);
  for (let i = 0; i < canary.width * canary.height; i++) {
    data.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
  }
  return { width: canary.width, height: canary.height, data };
}
