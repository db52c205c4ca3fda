/** Decodes and embeds one photo, and makes its thumbnail: what a previous build has done is reused. */
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
import type { PhotoVectors } from './previous/photos/photo-record.ts';
import { findThumb, findVectors, type PreviousPhotos } from './previous/photos/previous-photos.ts';
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
  readonly previousPhotos: PreviousPhotos;
  readonly budget: PixelBudget;
}

/** @throws SoutuError `PhotoError` if the photo cannot be used */
export async function embedPhoto(
  path: string,
  item: Item,
  tools: PhotoTools,
  options: EmbedOptions,
): Promise<EmbeddedPhoto> {
  const { previousPhotos } = tools;
  const writer = options.hasThumbFile(item, path) ? tools.writer : null;
  const known = await previousPhotos.hashes.of(path);
  const vectors = await findVectors(previousPhotos, known.sha256, options);
  const thumb = await findThumb(previousPhotos, known.sha256, writer);
  if (vectors && thumb) return { sha256: known.sha256, vectors, thumb, isUnchanged: true };
  const { bytes, sha256 } = known.bytes
    ? { ...known, bytes: known.bytes }
    : await previousPhotos.hashes.read(path);
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
    previousPhotos,
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
      await previousPhotos.cache?.putThumb(sha256, { bytes: content, size, hash });
      thumb = { sha256: hashOf(content), bytes: content.length, size, hash };
    }
    if (!vectors) {
      vectors = { ...(await embed(image, embedder, options)), damage };
      await previousPhotos.cache?.putVectors(sha256, vectors);
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
