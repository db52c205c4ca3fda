import type { RgbaImage } from '../../../src/core/image/pixels.ts';
import type { Region } from '../../../src/core/image/view.ts';
import { Camera } from '../../sample/camera.ts';
import { planSittings, type Shot } from '../../sample/catalogue.ts';
import { PIECES } from '../../sample/options.ts';
import { Pot } from '../../sample/skin.ts';
import { Tracer } from '../../sample/trace.ts';
import { SIDE } from '../../sample/write.ts';

/** Where the pot is in a photo of the sample shop, to the pixel: its own geometry, not a guess from the photo. */
export interface Outline {
  /** Tight around the pot, in fractions of the photo. */
  readonly box: Region;
  /** SIDE × SIDE: whether a pixel shows the pot. */
  readonly mask: Uint8Array;
}

/** The outlines of all photos and queries, by their paths in `public/sample`. Rendering nothing, it takes 15 seconds. */
export function sampleOutlines(wanted: (path: string) => boolean): Map<string, Outline> {
  const outlines = new Map<string, Outline>();
  for (const { piece, photos, query } of planSittings(1, PIECES, PIECES)) {
    const shots = [...photos, query].filter(({ path }) => wanted(path));
    if (shots.length === 0) continue;
    const pot = new Pot(piece);
    for (const shot of shots) outlines.set(shot.path, outlineOf(pot, shot));
  }
  return outlines;
}

function outlineOf({ solid }: Pot, { view }: Shot): Outline {
  const camera = new Camera(solid, view, SIDE);
  const tracer = new Tracer(solid);
  const mask = new Uint8Array(SIDE * SIDE);
  let [left, top, right, bottom] = [SIDE, SIDE, 0, 0];
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      if (tracer.hit(...camera.at, ...camera.ray(x, y)) < 0) continue;
      mask[y * SIDE + x] = 1;
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + 1);
      bottom = Math.max(bottom, y + 1);
    }
  }
  const box = {
    left: left / SIDE,
    top: top / SIDE,
    width: (right - left) / SIDE,
    height: (bottom - top) / SIDE,
  };
  return { box, mask };
}

/** The pot without its ground, as RGBA pixels of its box. */
export function cutOut({ width, data }: RgbaImage, { box, mask }: Outline): RgbaImage {
  const x = Math.round(box.left * SIDE);
  const y = Math.round(box.top * SIDE);
  const across = Math.round(box.width * SIDE);
  const down = Math.round(box.height * SIDE);
  const out = new Uint8ClampedArray(across * down * 4);
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const from = (y + row) * width + x + column;
      const to = (row * across + column) * 4;
      out.set(data.subarray(from * 4, from * 4 + 3), to);
      out[to + 3] = mask[from] ? 255 : 0;
    }
  }
  return { width: across, height: down, data: out };
}
