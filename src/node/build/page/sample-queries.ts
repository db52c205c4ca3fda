/** Sample queries: photos that the page offers to visitors who have none at hand. */
import type { PageTexts } from '../../catalogue/page-texts.ts';
import { sha256 } from '../../files/sha256.ts';
import { decodePhoto } from '../../photos/decode.ts';
import { makeThumb } from '../../photos/thumb.ts';

export interface SampleQuery {
  /** File name relative to the page; it contains the hash of the content. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly size: readonly [width: number, height: number];
  readonly title: string;
}

/** Longest side in pixels: more than any model uses, and still a small download. */
const SIDE = 640;

/** @throws SoutuError `PhotoError` with the path */
export async function readSampleQueries(
  queries: PageTexts['queries'],
  maxPixels: number,
): Promise<SampleQuery[]> {
  const sampleQueries: SampleQuery[] = [];
  for (const { path, title } of queries) {
    const { image } = await decodePhoto(path, maxPixels);
    const { bytes, size } = await makeThumb(image, SIDE);
    sampleQueries.push({
      name: `assets/try-${sha256(bytes).slice(0, 16)}.webp`,
      bytes,
      size,
      title,
    });
  }
  return sampleQueries;
}
