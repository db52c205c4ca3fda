import type { RgbaImage } from '../../../../src/core/image/pixels.ts';
import { seededRandom } from '../../../../src/core/vector/random.ts';

/** An opaque picture of seeded noise in large and small spots, at the model's input size: nothing is resized. */
export function seededPicture(width: number, height: number, seed: number): RgbaImage {
  const random = seededRandom(seed);
  const spots = Uint8Array.from({ length: 3 * 64 }, () => random() * 160);
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      const spot = (((y * 8) / height) | 0) * 8 + (((x * 8) / width) | 0);
      for (let c = 0; c < 3; c++) data[at + c] = (spots[spot * 3 + c] as number) + random() * 95;
      data[at + 3] = 255;
    }
  }
  return { width, height, data };
}
