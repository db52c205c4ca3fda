/** PNG's chunks: u32 length, four letters, data, CRC. */

export interface PngChunk {
  readonly type: string;
  /** Offset of the chunk, its length field included. */
  readonly start: number;
  readonly end: number;
  readonly data: Uint8Array;
}

/** Chunks in the order of the file, up to the first that is cut short. */
export function* pngChunks(bytes: Uint8Array): Generator<PngChunk> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 8; start + 12 <= bytes.length; ) {
    const length = view.getUint32(start);
    const end = start + 12 + length;
    if (end > bytes.length) return;
    const type = String.fromCharCode(...bytes.subarray(start + 4, start + 8));
    yield { type, start, end, data: bytes.subarray(start + 8, start + 8 + length) };
    start = end;
  }
}
