import type { Canary, ModelSpec } from '../../core/model/spec.ts';
import { encodeBase64, encodeFloats } from '../../core/text.ts';
import { seededRandom } from '../../core/vector/random.ts';
import { pictureOf } from '../../engine/canary.ts';
import { createNodeEmbedder } from './embedder/onnx-node.ts';

const SIDE = 16;
/** Correct engines differ only in the last bits; a faulty one falls far below this. */
const MIN_COSINE = 0.999;

/** A seeded picture of coarse coloured noise, and its vector computed from the shipped weights. */
export async function makeCanary(spec: ModelSpec, weights: readonly Uint8Array[]): Promise<Canary> {
  const random = seededRandom(2026);
  const rgb = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => Math.floor(random() * 256));
  const picture = { width: SIDE, height: SIDE, rgb: encodeBase64(rgb) };
  const embedder = await createNodeEmbedder(spec, weights);
  try {
    const vector = await embedder.embed(pictureOf(picture));
    return { ...picture, vector: encodeFloats(vector), minCosine: MIN_COSINE };
  } finally {
    await embedder.dispose();
  }
}
