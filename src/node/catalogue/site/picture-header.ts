import { open } from 'node:fs/promises';
import { headerSize } from '../../../core/image/header-size.ts';
import { type ImageKind, kindOf } from '../../../core/image/kind.ts';

/** What the first bytes of a picture tell, and the length of its file. */
export interface PictureHeader {
  readonly kind: ImageKind | null;
  /** In pixels; 0 if the header does not tell. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

/** A JPEG's size stands behind its profile, preview and text. */
const HEAD_BYTES = 256 * 1024;
const FIRST_BYTES = 4096;

/** @throws the system's error if the file cannot be read */
export async function readPictureHeader(path: string): Promise<PictureHeader> {
  const file = await open(path);
  try {
    const { size: bytes } = await file.stat();
    for (const length of [FIRST_BYTES, HEAD_BYTES]) {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, 0);
      const head = buffer.subarray(0, bytesRead);
      const kind = kindOf(head);
      const size = headerSize(head, kind);
      if (size || bytesRead < length || length === HEAD_BYTES) {
        return { kind, width: size?.width ?? 0, height: size?.height ?? 0, bytes };
      }
    }
    return { kind: null, width: 0, height: 0, bytes };
  } finally {
    await file.close();
  }
}
