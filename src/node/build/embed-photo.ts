/** Decodes and embeds one photo, and makes its thumbnail: whatever of it no earlier build has done. */
import type { ArchivedThumb } from '../../core/bundle/archive.ts';
import { floatsToHalves } from '../../core/half.ts';
import { fingerprintOf } from '../../core/image/perceptual-hash.ts';
import type { RgbaImage } from '../../core/image/pixels.ts';
import { smallCopy } from '../../core/image/small-copy.ts';
import { isSoft, lowPass } from '../../core/image/soft.ts';
import { cropPixels, trimFrame } from '../../core/image/trim.ts';
import type { Item } from '../../core/item.ts';
import { encodeBase64 } from '../../core/text.ts';
import type { Embedder } from '../../engine/embedder.ts';
import { sha256 as hashOf } from '../files/sha256.ts';
import { decodeBytes } from '../photos/decode.ts';
import type { PixelBudget } from '../photos/pixel-budget.ts';
import { makeThumb } from '../photos/thumb.ts';
import type { BundleWriter } from './bundle-writer.ts';
import { findThumb, findVectors, type Reuse } from './reuse/find-photo.ts';
import type { PhotoVectors } from './reuse/photo-record.ts';
import type { HasThumbFile } from './thumbs.ts';

export interface EmbedOptions {
  readonly maxPixels: number;
  /** Whether to cut away borders before embedding. Thumbnails keep them. */
  readonly trim: boolean;
  /** Longest side of the thumbnails in pixels. */
  readonly thumbSide: number;
  /** Whether to embed a small copy of each photo, too. */
  readonly soft: boolean;
  /** Whether an item gets a thumbnail file; all have the ThumbHash. */
  readonly hasThumbFile: HasThumbFile;
}

export interface EmbeddedPhoto {
  /** SHA-256 of the file. */
  readonly sha256: string;
  readonly vectors: PhotoVectors;
  readonly thumb: ArchivedThumb;
  /** Whether the photo was neither decoded nor embedded again. */
  readonly isUnchanged: boolean;
}

export interface PhotoTools {
  readonly embedder: Embedder;
  readonly writer: BundleWriter;
  readonly reuse: Reuse;
  readonly budget: PixelBudget;
}

/** @throws SoutuError `PhotoError` if the photo cannot be used */
export async function embedPhoto(
  path: string,
  item: Item,
  tools: PhotoTools,
  options: EmbedOptions,
): Promise<EmbeddedPhoto> {
  const { reuse } = tools;
  const writer = options.hasThumbFile(item, path) ? tools.writer : null;
  const known = await reuse.hashes.of(path);
  const vectors = await findVectors(reuse, known.sha256, options);
  const thumb = await findThumb(reuse, known.sha256, writer);
  if (vectors && thumb) return { sha256: known.sha256, vectors, thumb, isUnchanged: true };
  const { bytes, sha256 } = known.bytes
    ? { ...known, bytes: known.bytes }
    : await reuse.hashes.read(path);
  // The file may have changed since its hash was recorded.
  const isSame = sha256 === known.sha256;
  const made = await makeMissing(
    { path, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), sha256 },
    { vectors: isSame ? vectors : null, thumb: isSame ? thumb : null },
    { ...tools, writer },
    options,
  );
  return { sha256, ...made, isUnchanged: false };
}

interface Photo {
  readonly path: string;
  readonly bytes: Buffer;
  readonly sha256: string;
}

async function makeMissing(
  { path, bytes, sha256 }: Photo,
  found: { readonly vectors: PhotoVectors | null; readonly thumb: ArchivedThumb | null },
  {
    embedder,
    writer,
    reuse,
    budget,
  }: Omit<PhotoTools, 'writer'> & { readonly writer: BundleWriter | null },
  options: EmbedOptions,
) {
  const { input: spec } = embedder.spec;
  let admitted = 0;
  const admit = async (pixels: number) => {
    await budget.take(pixels);
    admitted += pixels;
  };
  try {
    const { image, damage } = await decodeBytes(bytes, path, options.maxPixels, spec, admit);
    let { thumb, vectors } = found;
    if (!thumb) {
      // Some models need the photo exactly as stored in the file; thumbnails must be upright.
      const isAsShown = spec.exif !== 'ignored' && spec.icc !== 'ignored';
      const shown = isAsShown ? image : (await decodeBytes(bytes, path, options.maxPixels)).image;
      const { bytes: content, size, hash } = await makeThumb(shown, options.thumbSide);
      await writer?.writeThumb(content);
      await reuse.cache?.putThumb(sha256, { bytes: content, size, hash });
      thumb = { sha256: hashOf(content), bytes: content.length, size, hash };
    }
    if (!vectors) {
      vectors = { ...(await embed(image, embedder, options)), damage };
      await reuse.cache?.putVectors(sha256, vectors);
    }
    return { vectors, thumb };
  } finally {
    budget.release(admitted);
  }
}

async function embed(
  image: RgbaImage,
  embedder: Embedder,
  { trim, soft }: EmbedOptions,
): Promise<Omit<PhotoVectors, 'damage'>> {
  const { alpha } = embedder.spec.input;
  const frame = trim ? trimFrame(image) : null;
  const inside = frame ? cropPixels(image, frame) : image;
  const plain = floatsToHalves(await embedder.embed(inside));
  // A photo that is soft itself has nothing to lose, and finds itself with a score of 1.
  const softVector = async () =>
    isSoft(inside, alpha) ? plain : floatsToHalves(await embedder.embed(lowPass(inside, alpha)));
  return {
    plain,
    soft: soft ? await softVector() : null,
    pixels: image.width * image.height,
    print: encodeBase64(fingerprintOf(smallCopy(inside))),
    isTrimmed: frame !== null,
  };
}
