/**
 * Where the item of an id is: files that only searches by id download, one of them for each search. The file is that of
 * the first bits of the id's hash:
 *
 *     byte 0     magic, 8  u16 version, 10  u16 layer, 3          see shard-files.ts
 *         12     u32 rows
 *         16     fingerprints   u16 [rows]       the last 16 bits of the hashes, ascending
 *                positions      u32 [rows]
 *
 * Several ids may share a fingerprint: the shard of a position says which id it has.
 */
import { hashOfId } from '../bundle/cut.ts';
import { damaged, openFile, startFile } from './shard-files.ts';

const HEAD = 16;
/** A file of about 6 kB. */
const ROWS_OF_A_FILE = 1024;

/** The number of files is 2 to the power of this. */
export function idBitsFor(count: number): number {
  return Math.max(0, Math.ceil(Math.log2(count / ROWS_OF_A_FILE)));
}

export function idFileOf(id: string, bits: number): number {
  return bits === 0 ? 0 : hashOfId(id) >>> (32 - bits);
}

/** @param ids in order of their positions */
export function writeIdFiles(ids: readonly string[], bits: number): Uint8Array[] {
  const files = Array.from({ length: 2 ** bits }, () => [] as [mark: number, position: number][]);
  ids.forEach((id, position) => {
    files[idFileOf(id, bits)]?.push([hashOfId(id) & 0xffff, position]);
  });
  return files.map((rows) => {
    rows.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const { file, view } = startFile('ids', HEAD + 6 * rows.length);
    view.setUint32(12, rows.length, true);
    rows.forEach(([mark, position], i) => {
      view.setUint16(HEAD + 2 * i, mark, true);
      view.setUint32(HEAD + 2 * rows.length + 4 * i, position, true);
    });
    return file;
  });
}

/**
 * The positions that an id may have; none if no item has the id.
 * @param count items of the index
 * @throws SoutuError `BundleError`
 */
export function positionsIn(file: Uint8Array, id: string, count: number, where: string): number[] {
  const view = openFile(file, 'ids', HEAD, where);
  const rows = view.getUint32(12, true);
  const end = HEAD + 6 * rows;
  if (end !== file.length) throw damaged(where, `it has ${file.length} bytes, expected ${end}`);
  const mark = hashOfId(id) & 0xffff;
  const found: number[] = [];
  for (let i = 0; i < rows; i++) {
    if (view.getUint16(HEAD + 2 * i, true) !== mark) continue;
    const position = view.getUint32(HEAD + 2 * rows + 4 * i, true);
    if (position >= count) throw damaged(where, `it names position ${position} of ${count} items`);
    found.push(position);
  }
  return found;
}
