/** The photos on which a model's forms are chosen and compared. */
import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SoutuError } from '../../core/errors.ts';
import { DEFAULT_MAX_PIXELS, type RgbaImage } from '../../core/image/pixels.ts';
import type { InputSpec } from '../../core/model/input-spec.ts';
import { decodePhoto } from '../photos/decode.ts';

const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif'];
const SAMPLE = fileURLToPath(new URL('../../../public/sample/queries', import.meta.url));

/**
 * @param folder null for the sample shop's photos, which come with Soutu
 * @param most the largest number of photos; they are spread evenly over the names
 * @throws SoutuError `ModelError` for a folder without photos, `PhotoError`
 */
export async function readPhotos(
  folder: string | null,
  most: number,
  input: InputSpec,
): Promise<RgbaImage[]> {
  const from = folder ?? SAMPLE;
  const names = (await readdir(from, { recursive: true }).catch(() => []))
    .filter((name) => EXTENSIONS.includes(extname(name).toLowerCase()))
    .sort();
  if (names.length === 0) {
    throw new SoutuError(
      'ModelError',
      `${from}: no photos; expected a folder with a few JPEG, PNG, WebP, GIF or AVIF files.`,
    );
  }
  const photos: RgbaImage[] = [];
  for (const name of spread(names, most)) {
    photos.push((await decodePhoto(join(from, name), DEFAULT_MAX_PIXELS, input)).image);
  }
  return photos;
}

/** At most `most` entries, evenly spread. */
export function spread<T>(list: readonly T[], most: number): T[] {
  const count = Math.min(most, list.length);
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)] as T);
}
