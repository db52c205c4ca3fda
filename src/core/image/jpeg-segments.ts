/** The segments of a JPEG's header: FF, marker, u16 length, data. */

export interface JpegSegment {
  readonly marker: number;
  /** Offset of the segment's length field. */
  readonly at: number;
  /** Offset of the data after the length field. */
  readonly dataAt: number;
}

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/**
 * Walks the way libjpeg does: stray bytes before a marker are skipped, a marker may begin with any number of
 * FF bytes, and after a segment of a wrong length the search goes on. The scan is the last.
 * @throws RangeError where the bytes end before a scan begins
 */
export function* jpegSegments(view: DataView): Generator<JpegSegment> {
  for (let at = 2; ; ) {
    while (view.getUint8(at) !== 0xff) at++;
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at++);
    // These stand alone: TEM, the restart markers, a second start; 0 is no marker.
    if (marker <= 1 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    if (marker === END_OF_IMAGE) return;
    yield { marker, at, dataAt: at + 2 };
    if (marker === START_OF_SCAN) return;
    at += Math.max(2, view.getUint16(at));
  }
}

/** Baseline, progressive, lossless …, without the tables and extensions that share the range. */
export function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}
