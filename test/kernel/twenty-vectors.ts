/** What must be the same bits in Node, Chromium and Firefox: the vectors of 20 pictures, in one hash. */
import { seededRandom } from '../../src/core/vector/random.ts';
import { createKernelEmbedder } from '../../src/engine/kernel/kernel-embedder.ts';
import type { ReadBinary } from '../../src/kernel/binary.ts';
import { type TinyModel, tinyModel } from '../support/tiny-model.ts';

/** As Node gave it on x64; who changes the arithmetic changes it, and all vectors that were ever built. */
export const HASH_OF_TWENTY = '4de80f08941fa9b6e968f62efedc9cf8f43642bdb029570f0abb46a55221149e';

/** The same with two views, regional GeM and colours (support/two-views.ts). */
export const HASH_WITH_COLOURS = 'f0bc16a303ccee7789e1decb4268d0354742d41a944195b430bba303166a5836';

/** All three algorithms, pools whole and with a remainder, channels that fill no vector, a resize. */
export function modelOfTwenty() {
  const { spec, tensors } = tinyModel({
    widths: [[8, 12], [16, 20], [24, 32], [28]],
    finalPool: '2x2',
    pooling: 'max',
    projection: { out: 24, bias: true },
    input: {
      ...tinyModel({}).spec.input,
      width: 61,
      height: 75,
    },
  });
  return { spec, tensors: new Map(tensors) };
}

/** @returns SHA-256 in hexadecimal over the 20 vectors as little-endian f32 */
export async function hashOfTwenty(
  read: ReadBinary,
  { spec, tensors }: Pick<TinyModel, 'spec' | 'tensors'> = modelOfTwenty(),
): Promise<string> {
  const embedder = await createKernelEmbedder(spec, new Map(tensors), {
    precision: 'deterministic',
    read,
    pause: () => new Promise((resolve) => setTimeout(resolve)),
  });
  const all = new Float32Array(20 * spec.dimension);
  for (let i = 0; i < 20; i++) {
    const random = seededRandom(i);
    const size = { width: 50 + i, height: 90 - i };
    const data = new Uint8Array(size.width * size.height * 4).map(() => random() * 256);
    all.set(await embedder.embed({ ...size, data }), i * spec.dimension);
  }
  await embedder.dispose();
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', all.buffer));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
