/**
 * Repairs multi-scan JPEGs whose later scans are damaged. libjpeg rejects the whole picture if a table or a marker
 * between two scans is invalid; browsers show the scans before it.
 */

const END_OF_IMAGE = Buffer.of(0xff, 0xd9);
/** Progressive files have about ten scans, each preceded by a table. */
const MAX_TRIES = 24;

/** Yields the picture with ever fewer scans, longest first. */
export function* withFewerScans(bytes: Buffer): Generator<Buffer> {
  const places: number[] = [];
  for (let at = bytes.indexOf(Buffer.of(0xff, 0xda)) + 2; at > 1 && at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const marker = bytes[at + 1] as number;
    // Within a scan, FF is followed by 0 or forms a restart marker; FF bytes before a marker are fill.
    if (marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7)) continue;
    places.push(at);
  }
  for (const place of places.reverse().slice(0, MAX_TRIES)) {
    yield Buffer.concat([bytes.subarray(0, place), END_OF_IMAGE]);
  }
}
