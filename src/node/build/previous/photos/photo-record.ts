/** What a build finds out about a photo, and what later builds can take over. */
import type { ArchivedThumb } from '../../../../core/bundle/archive.ts';

export interface PhotoVectors {
  /** The model's output, in f16. */
  readonly plain: Uint16Array;
  /** The model's output for the small copy, in f16; null if none was embedded. */
  readonly soft: Uint16Array | null;
  /** width × height, as decoded */
  readonly pixels: number;
  /** The picture's fingerprint (see core/image/perceptual-hash.ts), in base64. */
  readonly print: string;
  /** Whether borders were cut away. */
  readonly isTrimmed: boolean;
  /** The decoder's error if only a part could be decoded. */
  readonly damage: string | null;
}

export interface ThumbFile extends ArchivedThumb {
  readonly content: Uint8Array;
}
