/**
 * The model's embeddings, rounded to f16 and not centred, with their ids and what a build found out about their photos.
 * A later build, `eval` or another engine can start from them. Browsers never download these files. Kind `archive`:
 *
 *     header    { kind: "archive", dimension, rows,
 *                 made: { vectors: {…}, thumbs: {…} } }    model and settings; others give other vectors or thumbnails
 *     ids       u8   JSON array of the ids, in UTF-8
 *     vectors   f16  [rows, dimension]
 *     photos    u8   JSON array with an object for each row:
 *                      { "sha256": "9f86…",                  of the photo's file
 *                        "pixels": 307200,                   width × height, as decoded
 *                        "trimmed": true,                    only if borders were cut away before it was embedded
 *                        "damage": "premature end of …",     only if a part of it could be decoded
 *                        "print": "m1Zx…",                   the picture's fingerprint (see image/perceptual-hash.ts), base64
 *                        "thumb": { "sha256": "03ac…", "bytes": 9120, "size": [320, 240], "hash": "2vcF…" } }
 *     soft      f16  [rows, dimension]: of small copies; missing if the index has no vectors for soft photos
 *
 * `made`, `photos` and `soft` are missing in archives of earlier versions, from which no build can take anything.
 */

import { isRecord } from '../check-record.ts';
import { type Container, readContainer, sectionOf, writeContainer } from '../container.ts';
import { describe } from '../describe.ts';
import { messageOf, SoutuError } from '../errors.ts';
import { isFingerprint } from '../image/hash-distance.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import { isThumbHash } from '../thumb-hash.ts';
import { encodeRows, type RowBytes } from './row-files.ts';
import { checkedHalves, halvesSection, readHalves } from './vectors.ts';

const KIND = 'archive';

export interface ArchiveRows {
  readonly ids: readonly string[];
  /** The model's output, row by row. */
  readonly vectors: Float32Array;
}

/** The rows of an archive file, with vectors in f16 as the file has them. */
export interface ArchiveFile {
  readonly ids: readonly string[];
  readonly halves: Uint16Array;
}

/** A thumbnail; its file is named by the hash. */
export interface ArchivedThumb {
  readonly sha256: string;
  readonly bytes: number;
  /** Width and height in pixels. */
  readonly size: readonly [width: number, height: number];
  /** ThumbHash in base64. */
  readonly hash: string;
}

export interface ArchivedPhoto {
  /** Hash of the photo's file. */
  readonly sha256: string;
  /** width × height, as decoded */
  readonly pixels: number;
  /** The picture's fingerprint in base64; missing in archives of earlier versions. */
  readonly print?: string;
  readonly trimmed?: boolean;
  readonly damage?: string;
  readonly thumb: ArchivedThumb;
}

/** What vectors, or thumbnails, depend on besides the photo. */
export type MadeSettings = Readonly<Record<string, string | number | boolean>>;

export interface MadeWith {
  readonly vectors: MadeSettings;
  readonly thumbs: MadeSettings;
}

/** The photos of an archive, row by row. */
export interface ArchivedPhotos {
  readonly made: MadeWith;
  readonly photos: readonly ArchivedPhoto[];
  /** The model's output for the photos' small copies, row by row; null without them. */
  readonly soft: Float32Array | null;
}

/** What an archive says about its photos, with vectors in f16, rows × dimension. */
export interface ReusableRows {
  readonly made: MadeWith;
  readonly photos: readonly ArchivedPhoto[];
  readonly vectors: Uint16Array;
  readonly soft: Uint16Array | null;
}

/** @param origin null writes an archive from which no build can take anything */
export function writeArchive(
  { ids, vectors }: ArchiveRows,
  dimension: number,
  ranges: readonly (readonly [first: number, end: number])[],
  origin: ArchivedPhotos | null = null,
): RowBytes[] {
  return encodeRows(ranges, (first, end) => {
    const text = (name: string, list: readonly unknown[]) => {
      const data = encodeUtf8(JSON.stringify(list.slice(first, end)));
      return { name, dtype: 'u8', shape: [data.length], data } as const;
    };
    const soft = origin?.soft && {
      ...halvesSection(origin.soft, dimension, first, end),
      name: 'soft',
    };
    return writeContainer({
      kind: KIND,
      meta: { dimension, rows: end - first, ...(origin && { made: origin.made }) },
      sections: [
        text('ids', ids),
        halvesSection(vectors, dimension, first, end),
        ...(origin ? [text('photos', origin.photos)] : []),
        ...(soft ? [soft] : []),
      ],
    });
  });
}

/**
 * Reads one file.
 * @param where the file's name, for errors
 * @throws SoutuError `BundleError`
 */
export function readArchive(
  file: Uint8Array,
  rows: number,
  dimension: number,
  where: string,
): ArchiveFile {
  const container = readContainer(file, KIND, where);
  const halves = readHalves(container, dimension, rows, where);
  const isId = (id: unknown): id is string => typeof id === 'string';
  return { ids: listOf(container, 'ids', isId, rows, 'ids', where), halves };
}

/**
 * Reads what one file says about its photos.
 * @param where the file's name, for errors
 * @returns null if it says nothing
 * @throws SoutuError `BundleError`
 */
export function readReusable(
  file: Uint8Array,
  rows: number,
  dimension: number,
  where: string,
): ReusableRows | null {
  const container = readContainer(file, KIND, where);
  const { made } = container.meta;
  if (made === undefined) return null;
  if (!isMadeWith(made)) {
    throw new SoutuError(
      'BundleError',
      `${where}: "made" must be { vectors, thumbs } with texts, numbers and booleans, got ${describe(made)}. ` +
        'Build the bundle again.',
    );
  }
  return {
    made,
    photos: listOf(container, 'photos', isArchivedPhoto, rows, 'photos', where),
    vectors: readHalves(container, dimension, rows, where),
    soft: container.sections.some(({ name }) => name === 'soft')
      ? checkedHalves(container, 'soft', dimension, rows, where)
      : null,
  };
}

function listOf<T>(
  container: Container,
  section: string,
  isEntry: (value: unknown) => value is T,
  rows: number,
  what: string,
  where: string,
): readonly T[] {
  const bad = (problem: string, cause?: unknown): never => {
    throw new SoutuError('BundleError', `${where}: ${problem} Build the bundle again.`, { cause });
  };
  let list: unknown;
  try {
    list = JSON.parse(decodeUtf8(sectionOf(container, section, 'u8', where)));
  } catch (error) {
    if (error instanceof SoutuError) throw error;
    return bad(`its ${what} are not JSON (${messageOf(error)}).`, error);
  }
  const isList = Array.isArray(list) && list.length === rows && list.every(isEntry);
  return isList ? (list as T[]) : bad(`expected a list of ${rows} ${what}.`);
}

function isMadeWith(value: unknown): value is MadeWith {
  const isPlain = (settings: unknown) =>
    isRecord(settings) &&
    Object.values(settings).every((one) => ['string', 'number', 'boolean'].includes(typeof one));
  return isRecord(value) && isPlain(value.vectors) && isPlain(value.thumbs);
}

const isHash = (value: unknown) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) > 0;

function isArchivedPhoto(value: unknown): value is ArchivedPhoto {
  if (!isRecord(value) || !isHash(value.sha256) || !isCount(value.pixels)) return false;
  const { thumb, trimmed, damage, print } = value;
  return (
    (print === undefined || isFingerprint(print)) &&
    (trimmed === undefined || typeof trimmed === 'boolean') &&
    (damage === undefined || typeof damage === 'string') &&
    isRecord(thumb) &&
    isHash(thumb.sha256) &&
    isCount(thumb.bytes) &&
    Array.isArray(thumb.size) &&
    thumb.size.length === 2 &&
    thumb.size.every(isCount) &&
    isThumbHash(thumb.hash)
  );
}
