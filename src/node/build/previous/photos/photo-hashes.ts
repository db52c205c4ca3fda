/**
 * The SHA-256 of photos. A photo is read only if its file has changed since the previous build, as `git status` does it:
 * size, inode, time of change of the content (mtime) and of the inode (ctime) are compared.
 *
 *     CACHE/build/hashes/HASH.json    of the folder that is built into: { format, version, files: [[path, stat, sha256]] }
 *
 * A file that is written twice within one tick of the clock looks the same ("racy git", git's
 * Documentation/technical/racy-git.txt). So the hash of a file that changed less than two seconds before it was read is
 * not recorded, and the file is read again by the next build. Two seconds are FAT's tick.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isRecord } from '../../../../core/check-record.ts';
import { writeAtomically } from '../../../files/atomic-write.ts';
import { makeFolder } from '../../../files/make-folder.ts';
import { sha256 } from '../../../files/sha256.ts';
import { readPhotoFile } from '../../../photos/read-file.ts';

const FORMAT = 'soutu-photo-hashes';
const VERSION = 1;
const TICK_MS = 2000;

type Row = readonly [path: string, state: string, sha256: string];

export interface HashedPhoto {
  readonly sha256: string;
  /** The file's content, if it had to be read. */
  readonly bytes: Uint8Array | null;
}

export class PhotoHashes {
  readonly #file: string | null;
  readonly #before: ReadonlyMap<string, Row>;
  readonly #now = new Map<string, Row>();

  /** Without a file, nothing is recorded and every photo is read. */
  constructor(file: string | null = null, rows: readonly Row[] = []) {
    this.#file = file;
    this.#before = new Map(rows.map((row) => [row[0], row]));
  }

  /** @param file where hashes are recorded for the next build */
  static async open(file: string): Promise<PhotoHashes> {
    return new PhotoHashes(file, await readRows(file));
  }

  /**
   * @param path absolute
   * @throws SoutuError `PhotoError` if the file cannot be read
   */
  async of(path: string): Promise<HashedPhoto> {
    const state = await stateOf(path);
    const known = this.#now.get(path) ?? this.#before.get(path);
    if (known && state !== null && known[1] === state.text) {
      this.#now.set(path, known);
      return { sha256: known[2], bytes: null };
    }
    return this.read(path);
  }

  /**
   * Reads the file in any case.
   * @throws SoutuError `PhotoError`
   */
  async read(path: string): Promise<HashedPhoto & { readonly bytes: Uint8Array }> {
    const now = Date.now();
    const before = await stateOf(path);
    const bytes = await readPhotoFile(path);
    const hash = sha256(bytes);
    const after = await stateOf(path);
    const isSettled =
      before !== null && before.text === after?.text && before.changedMs < now - TICK_MS;
    if (isSettled) this.#now.set(path, [path, before.text, hash]);
    else this.#now.delete(path);
    return { sha256: hash, bytes };
  }

  /** Records the hashes of this build's photos. Never throws: without the record, the next build reads more. */
  async save(): Promise<void> {
    if (this.#file === null) return;
    const content = { format: FORMAT, version: VERSION, files: [...this.#now.values()] };
    const file = this.#file;
    await makeFolder(dirname(file))
      .then(() => writeAtomically(file, JSON.stringify(content)))
      .catch(() => undefined);
  }
}

/** null if there is no such file */
async function stateOf(path: string): Promise<{ text: string; changedMs: number } | null> {
  const found = await stat(path, { bigint: true }).catch(() => null);
  if (!found?.isFile()) return null;
  const { dev, ino, size, mtimeNs, ctimeNs } = found;
  const inMs = (ns: bigint) => Number(ns / 1_000_000n);
  return {
    text: [dev, ino, size, mtimeNs, ctimeNs].join(' '),
    changedMs: Math.max(inMs(mtimeNs), inMs(ctimeNs)),
  };
}

/** Empty if there is no record, or one that this version cannot read. */
async function readRows(file: string): Promise<readonly Row[]> {
  try {
    const content: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (!isRecord(content) || content.format !== FORMAT || content.version !== VERSION) return [];
    const isRow = (row: unknown): row is Row =>
      Array.isArray(row) && row.length === 3 && row.every((one) => typeof one === 'string');
    return Array.isArray(content.files) ? content.files.filter(isRow) : [];
  } catch {
    return [];
  }
}
