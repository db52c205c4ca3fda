/**
 * The stand-in for VGG16 (`../shared/models`): the real file's layout and names, the real weights in blocks 1 to 3,
 * seeded normal weights in blocks 4 and 5, and PyTorch's results for 20 photos.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import { decodeFloats } from '../../../src/core/text.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';

export interface Reference {
  readonly photo: RgbaImage;
  readonly max: Float32Array;
  readonly avg: Float32Array;
  /** Activations of block3_conv3 after ReLU, 256 channels of 56 × 56. */
  readonly block3: {
    readonly max: Float32Array;
    readonly mean: Float32Array;
    /** Row 20, column 30. */
    readonly at: Float32Array;
  };
}

/** @param models the folder `shared/models` */
export async function readReferences(models: string, most = 20): Promise<Reference[]> {
  const { photos } = JSON.parse(await readFile(join(models, 'vgg16-standin.json'), 'utf8'));
  const references: Reference[] = [];
  for (const name of Object.keys(photos).sort().slice(0, most)) {
    const { max, avg, block3_conv3: block3 } = photos[name];
    const { image } = await decodePhoto(join(models, 'reference', `${name}-224.png`));
    references.push({
      photo: image,
      max: decodeFloats(max),
      avg: decodeFloats(avg),
      block3: {
        max: decodeFloats(block3.max),
        mean: decodeFloats(block3.mean),
        at: decodeFloats(block3.at_20_30),
      },
    });
  }
  return references;
}

const SIDE = 56;

/** The largest difference in block 3, relative to each channel's maximum. */
export function worstOfBlock3(got: Float32Array, { block3 }: Reference): number {
  let worst = 0;
  block3.max.forEach((expected, c) => {
    const channel = got.subarray(c * SIDE * SIDE, (c + 1) * SIDE * SIDE);
    const mean = channel.reduce((a, b) => a + b, 0) / channel.length;
    const max = channel.reduce((a, b) => Math.max(a, b), 0);
    const errors = [
      max - expected,
      mean - (block3.mean[c] as number),
      (channel[20 * SIDE + 30] as number) - (block3.at[c] as number),
    ];
    for (const error of errors) worst = Math.max(worst, Math.abs(error) / expected);
  });
  return worst;
}
