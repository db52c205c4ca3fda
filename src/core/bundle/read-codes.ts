/** Reads the codes of a bundle. */
import { type CodeRows, PlainCodeRows } from '../codes/code-rows.ts';
import { readCodes, spaceId } from '../codes/row-codes.ts';
import { type CodeSpace, readSpace } from '../codes/space.ts';
import { vectorOf } from '../codes/vector-of.ts';
import { SoutuError } from '../errors.ts';
import type { RowFile } from './row-files.ts';

export interface BundleCodes {
  readonly space: CodeSpace;
  readonly count: number;
  /** Decodes all files into rows that were made for the tables of the space. */
  fill(rows: CodeRows): void;
}

/**
 * @param files one for each of `refs`
 * @param names the files' names, for errors
 * @throws SoutuError `BundleError`
 */
export function readBundleCodes(
  spaceFile: Uint8Array,
  spaceName: string,
  files: readonly Uint8Array[],
  refs: readonly Pick<RowFile, 'first' | 'rows'>[],
  names: readonly string[],
  dimension: number,
): BundleCodes {
  const space = readSpace(spaceFile, spaceName);
  if (space.dimension !== dimension) {
    throw new SoutuError(
      'BundleError',
      `${spaceName}: it is for vectors of ${space.dimension} numbers, the manifest says ${dimension}. ` +
        'Build the bundle again.',
    );
  }
  const id = spaceId(spaceFile);
  const streams = refs.map(({ first, rows }, i) => {
    const where = names[i] ?? 'codes';
    const stream = readCodes(files[i] as Uint8Array, rows, space.columns, id, where);
    return { stream, first, rows, where };
  });
  return {
    space,
    count: refs.reduce((sum, { rows }) => sum + rows, 0),
    fill: (target) => {
      for (const { stream, first, rows, where } of streams) target.fill(stream, first, rows, where);
    },
  };
}

/** The vectors that the codes stand for, count × dimension: their scores are those of the codes. */
export function decodedVectors(codes: BundleCodes): Float32Array<ArrayBuffer> {
  const rows = new PlainCodeRows(codes.space.tables, codes.count);
  codes.fill(rows);
  const { dimension } = codes.space;
  const all = new Float32Array(codes.count * dimension);
  for (let row = 0; row < codes.count; row++) {
    all.set(vectorOf(rows.codesOf(row), codes.space), row * dimension);
  }
  return all;
}
