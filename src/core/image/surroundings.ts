/**
 * What is searched when a visitor frames a thing in a photo: the frame with some of its surroundings. Catalogues show
 * things with room around them, so a tight crop is another size, and stretched to the model's square input it has
 * another shape.
 */
import type { Region } from './view.ts';

/** Added on each side, as a share of the frame's longer side. */
const MARGIN = 0.15;
/**
 * The margin takes at most this share of what the longer side leaves of the photo, so that a frame around nearly all of
 * it still counts.
 */
const ROOM = 0.4;

/**
 * Makes the region square in pixels, where the photo has room for it, and adds a margin. A region at an edge grows
 * towards the middle.
 * @param region in fractions of a photo of `width` × `height` pixels
 */
export function withSurroundings(
  region: Region,
  { width, height }: { readonly width: number; readonly height: number },
): Region {
  const share = Math.max(region.width, region.height);
  const margin = Math.min(MARGIN, (ROOM * Math.max(0, 1 - share)) / share);
  const side = Math.max(region.width * width, region.height * height) * (1 + 2 * margin);
  const [left, across] = around(region.left, region.width, side / width);
  const [top, down] = around(region.top, region.height, side / height);
  return { left, top, width: across, height: down };
}

function around(start: number, length: number, wanted: number): [start: number, length: number] {
  const grown = Math.min(1, Math.max(length, wanted));
  const from = start + (length - grown) / 2;
  return [Math.min(1 - grown, Math.max(0, from)), grown];
}
