/**
 * The model's embeddings, rounded to f16 and not centred, with their ids. A later build, `eval` or another engine can
 * start from them. Browsers never download these files. Kind `archive`:
 *
 *     header    { kind: "archive", dimension, rows }
 *     ids       u8   JSON array of the ids, in UTF-8
 *     vectors   f16  [rows, dimension]
 */
import { readContainer, sectionOf, writeContainer } from '../container.ts';
import { messageOf, SoutuError } from '../errors.ts';
import { halvesToFloats } from '../half.ts';
import { decodeUtf8, encodeUtf8 } from '../text.ts';
import { encodeRows, type RowBytes } from './row-files.ts';
import { halvesSection, readHalves } from './vectors.ts';

const KIND = 'archive';

export interface ArchiveRows {
  readonly ids: readonly string[];
  /** The model's output, row by row. */
  readonly vectors: Float32Array;
}

export function writeArchive(
  { ids, vectors }: ArchiveRows,
  dimension: number,
  ranges: readonly (readonly [first: number, end: number])[],
): RowBytes[] {
  return encodeRows(ranges, (first, end) => {
    const list = encodeUtf8(JSON.stringify(ids.slice(first, end)));
    return writeContainer({
      kind: KIND,
      meta: { dimension, rows: end - first },
      sections: [
        { name: 'ids', dtype: 'u8', shape: [list.length], data: list },
        halvesSection(vectors, dimension, first, end),
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
): ArchiveRows {
  const bad = (what: string, cause?: unknown): never => {
    throw new SoutuError('BundleError', `${where}: ${what} Build the bundle again.`, { cause });
  };
  const container = readContainer(file, KIND, where);
  const vectors = halvesToFloats(readHalves(container, dimension, rows, where));
  let ids: unknown;
  try {
    ids = JSON.parse(decodeUtf8(sectionOf(container, 'ids', 'u8', where)));
  } catch (error) {
    if (error instanceof SoutuError) throw error;
    return bad(`its ids are not JSON (${messageOf(error)}).`, error);
  }
  const isList = Array.isArray(ids) && ids.every((id) => typeof id === 'string');
  if (!isList || (ids as string[]).length !== rows) bad(`expected a list of ${rows} ids.`);
  return { ids: ids as string[], vectors };
}
