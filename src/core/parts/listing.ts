/**
 * The files of an index in parts, which builds need to know: to keep them, to check them, to copy a release. A JSON file of
 * kind "listing":
 *
 *     { "files": [["coarse-0123456789abcdef.bin", 10240, "0123…"], …] }      name, bytes, SHA-256
 */
import { readJsonObject } from '../bundle/columns.ts';
import { type FileRef, isFileRef } from '../file-ref.ts';
import { encodeUtf8 } from '../text.ts';
import { damaged } from './shard-files.ts';

export function writeListing(files: readonly FileRef[]): Uint8Array {
  const rows = files.map(({ file, bytes, sha256 }) => [file, bytes, sha256]);
  return encodeUtf8(`${JSON.stringify({ files: rows })}\n`);
}

/** @throws SoutuError `BundleError` */
export function readListing(bytes: Uint8Array, where: string): FileRef[] {
  const { files } = readJsonObject(bytes, where);
  if (!Array.isArray(files)) throw damaged(where, '"files" must be a list');
  return files.map((row: unknown, i) => {
    const [file, length, sha256]: unknown[] = Array.isArray(row) ? row : [];
    const ref = { file, bytes: length, sha256 };
    if (!isFileRef(ref)) throw damaged(where, `"files[${i}]" must be [name, bytes, SHA-256]`);
    return ref;
  });
}
