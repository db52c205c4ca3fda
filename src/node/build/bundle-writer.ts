/**
 * Writes a bundle into a folder, next to the one that is there:
 *
 *     1  `write`          new files, named by the hash of their content
 *     2  `stageManifest`  the new manifest, written aside
 *     3  the staging is published: manifest.json is replaced, and the new bundle is served
 *     4  `sweep`          deletes files that neither this manifest nor the last one references
 *
 * If the build fails or is killed at any point, the manifest in place references only complete files.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  filesOf,
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  type Manifest,
} from '../../core/bundle/manifest.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import type { IndexedItem } from '../../core/item.ts';
import { finalNameOf } from '../files/atomic-write.ts';
import { refuseForeign } from '../files/refuse-foreign.ts';
import { sha256 } from '../files/sha256.ts';
import type { Staging } from '../files/staging.ts';

export const THUMBS = 'thumbs';

/** The folder may hold files of its owner: only names of this form are ever deleted. */
const OURS = /^(items|vectors|graph|weights)-[0-9a-f]{16}\.\w+$|^[0-9a-f]{16}\.webp$/;
const isTemporary = (name: string): boolean => {
  const final = finalNameOf(name);
  return final !== null && (OURS.test(final) || final === MANIFEST_FILE || final === PROBE);
};

const PROBE = 'probe';

export class BundleWriter {
  readonly folder: string;
  readonly #staging: Staging;
  #inUse: ReadonlySet<string> = new Set();
  #staged: Manifest | null = null;

  private constructor(folder: string, staging: Staging) {
    this.folder = folder;
    this.#staging = staging;
  }

  /**
   * The caller holds the folder's lock.
   * @throws SoutuError `OutputError` if the folder cannot be written, before any other work
   */
  static async open(folder: string, staging: Staging): Promise<BundleWriter> {
    await refuseForeign(join(folder, MANIFEST_FILE), MANIFEST_FORMAT);
    try {
      await staging.folder(join(folder, THUMBS));
      const probe = join(folder, PROBE);
      await staging.add(probe, new Uint8Array());
      await rm(probe);
    } catch (error) {
      throw unwritable(folder, error);
    }
    const writer = new BundleWriter(folder, staging);
    // Of a build that was killed: they take up space, and nothing refers to them.
    await writer.#remove(isTemporary);
    return writer;
  }

  /** @param role what the file holds, the first part of its name */
  async write(role: string, extension: string, bytes: Uint8Array): Promise<FileRef> {
    const hash = sha256(bytes);
    return this.#add(`${role}-${hash.slice(0, 16)}.${extension}`, bytes, hash);
  }

  async writeThumb(bytes: Uint8Array): Promise<string> {
    const hash = sha256(bytes);
    return (await this.#add(`${THUMBS}/${hash.slice(0, 16)}.webp`, bytes, hash)).file;
  }

  async writeAll(role: string, parts: readonly Uint8Array[]): Promise<FileRef[]> {
    const refs: FileRef[] = [];
    for (const part of parts) refs.push(await this.write(role, 'bin', part));
    return refs;
  }

  /** Once published, it takes the place of the last manifest. Returns its bytes. */
  async stageManifest(manifest: Manifest): Promise<number> {
    const path = join(this.folder, MANIFEST_FILE);
    const before = await readManifest(path);
    this.#staged = manifest;
    const bytes = new TextEncoder().encode(`${JSON.stringify(manifest)}\n`);
    await this.#staging.replace(path, bytes);
    this.#inUse = new Set([...(await this.#namesOf(manifest)), ...(await this.#namesOf(before))]);
    return bytes.length;
  }

  /** The new manifest, once it is staged. */
  get staged(): Manifest | null {
    return this.#staged;
  }

  /** After the staging was published. */
  async sweep(): Promise<void> {
    await this.#remove(
      (name, path) => isTemporary(name) || (OURS.test(name) && !this.#inUse.has(path)),
    );
  }

  async #add(file: string, bytes: Uint8Array, hash: string): Promise<FileRef> {
    await this.#staging.add(join(this.folder, file), bytes);
    return { file, bytes: bytes.length, sha256: hash };
  }

  async #namesOf(manifest: Manifest | null): Promise<string[]> {
    if (!manifest) return [];
    const names = filesOf(manifest).map((ref) => ref.file);
    for (const { file } of manifest.items) {
      names.push(...(await thumbsIn(join(this.folder, file))));
    }
    return names;
  }

  async #remove(isStale: (name: string, path: string) => boolean): Promise<void> {
    for (const below of ['', `${THUMBS}/`]) {
      for (const name of await readdir(join(this.folder, below))) {
        if (isStale(name, below + name)) await rm(join(this.folder, below, name), { force: true });
      }
    }
  }
}

export function unwritable(folder: string, error: unknown): SoutuError {
  if (error instanceof SoutuError) return error;
  return new SoutuError(
    'OutputError',
    `${folder}: cannot be written (${messageOf(error)}). Choose another folder with --out, or ` +
      'change its permissions.',
    { cause: error },
  );
}

/** The manifest in place; null if there is none or it cannot be parsed: then none of its files are kept. */
async function readManifest(path: string): Promise<Manifest | null> {
  try {
    const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
    filesOf(manifest);
    return manifest;
  } catch {
    return null;
  }
}

/** None if the file is missing or damaged: that must not stop the next release. */
async function thumbsIn(path: string): Promise<string[]> {
  try {
    const items = JSON.parse(await readFile(path, 'utf8')) as IndexedItem[];
    return items.flatMap((item) => item.thumb ?? []);
  } catch {
    return [];
  }
}
