/** Photos for visitors who have none at hand: the page offers them, the search takes them as any other. */
import type { PageTexts } from '../catalogue/page-texts.ts';
import { sha256 } from '../files/sha256.ts';
import { decodePhoto } from '../photos/decode.ts';
import { makeThumb } from '../photos/thumb.ts';

export interface TryPhoto {
  /** Its file, relative to the page; the name carries the hash of its content. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly size: readonly [width: number, height: number];
  readonly title: string;
}

/** More than any model looks at, and small enough for every visitor to load. */
const SIDE = 640;

/** @throws SoutuError `PhotoError` with the path */
export async function readTries(
  queries: PageTexts['queries'],
  maxPixels: number,
): Promise<TryPhoto[]> {
  const tries: TryPhoto[] = [];
  for (const { path, title } of queries) {
    const { image } = await decodePhoto(path, maxPixels);
    const { bytes, size } = await makeThumb(image, SIDE);
    tries.push({ name: `assets/try-${sha256(bytes).slice(0, 16)}.webp`, bytes, size, title });
  }
  return tries;
}
