/** The engine that needs no model: a picture's vector is its perceptual hash, so that only copies are near. */

import { SoutuError } from '../core/errors.ts';
import { perceptualHash, vectorOfHash } from '../core/image/perceptual-hash.ts';
import type { RgbaImage } from '../core/image/pixels.ts';
import type { ModelSpec } from '../core/model/spec.ts';
import type { Embedder } from './embedder.ts';

/**
 * @param spec of the family `phash`
 * @param small `smallCopy`. The worker has it anyway, so the script with this function stays a small one of its own
 */
export async function createHashEmbedder(
  spec: ModelSpec,
  small: (photo: RgbaImage) => Float32Array,
): Promise<Embedder> {
  return {
    engine: 'phash',
    spec,
    async embed(photo, signal) {
      const { width, height, data } = photo;
      if (data.length !== width * height * 4) {
        throw new SoutuError(
          'PhotoError',
          `Expected ${width * height * 4} bytes for ${width}×${height} pixels, got ${data.length}.`,
        );
      }
      signal?.throwIfAborted();
      return vectorOfHash(perceptualHash(small(photo)));
    },
    async dispose() {},
  };
}
