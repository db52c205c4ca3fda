import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { type ImageKind, KIND_BYTES, kindOf } from '../../core/image/kind.ts';

/** The formats that this build of libvips decodes. */
const READABLE: readonly ImageKind[] = ['jpeg', 'png', 'webp', 'gif', 'avif', 'tiff'];

export const READABLE_NAMES = 'JPEG, PNG, WebP, GIF, AVIF or TIFF';

/** Extensions of photos. Files with other extensions are accepted if their content is a photo. */
export const PHOTO_EXTENSIONS: ReadonlySet<string> = new Set([
  ...['.jpg', '.jpeg', '.jpe', '.jfif', '.pjpeg', '.pjp', '.png', '.apng'],
  ...['.webp', '.gif', '.avif', '.tif', '.tiff'],
]);

/** Whether a path or URL ends like a photo, perhaps before a query. */
export function isNamedLikePhoto(address: string): boolean {
  const end = address.search(/[?#]/);
  const path = end === -1 ? address : address.slice(0, end);
  return [path, address].some((one) => PHOTO_EXTENSIONS.has(extname(one).toLowerCase()));
}

export function isReadable(kind: ImageKind | null): kind is ImageKind {
  return kind !== null && READABLE.includes(kind);
}

/** The kind of a regular file by its first bytes. */
export async function kindOfFile(path: string): Promise<ImageKind | null> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(KIND_BYTES), 0, KIND_BYTES, 0);
    return kindOf(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}
