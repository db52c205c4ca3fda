/** Decoded pixels: rows from the top, 4 bytes a pixel, R G B A, sRGB, alpha not multiplied in. */
export interface RgbaImage {
  readonly width: number;
  readonly height: number;
  /** width × height × 4 */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** The default cap on a photo's width × height, read from its header before anything is decoded. */
export const DEFAULT_MAX_PIXELS = 100_000_000;
