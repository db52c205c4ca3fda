/** Decoded pixels: rows from the top, 4 bytes a pixel, R G B A, sRGB, alpha not multiplied in. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  /** width × height × 4 */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The default cap on a photo's width × height, read from its header before anything is decoded. */
export const DEFAULT_MAX_PIXELS = 100_000_000;

/**
 * The cap on each side, which is also JPEG's own. Without it a photo of 100,000,000 × 1 pixels would pass,
 * and decoders and canvases fail or take gigabytes.
 */
const MAX_SIDE = 65_535;

/** Why a photo of this size is refused: "640×480 pixels, more than the 1000 that are allowed"; or null. */
export function sizeProblem(
  { width, height }: { readonly width: number; readonly height: number },
  maxPixels: number,
): string | null {
  const got = `${width}×${height} pixels`;
  if (width * height > maxPixels) return `${got}, more than the ${maxPixels} that are allowed`;
  if (width > MAX_SIDE || height > MAX_SIDE) {
    return `${got}; at most ${MAX_SIDE} are allowed for each side`;
  }
  return null;
}
