/**
 * Writes a bundle into a folder, beside the one that is there:
 *
 *     1  new files under the hash of their content, each written aside, flushed and renamed
 *     2  manifest.json.tmp, flushed, renamed over manifest.json: from here on the new bundle is served
 *     3  files that neither this manifest nor the last one names are swept
 *
 * Killed at any point, the manifest in place names only whole files.
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
import { syncFolder, writeAtomically } from '../files/atomic-write.ts';
import { makeFolder } from '../files/make-folder.ts';
import { refuseForeign } from '../files/refuse-foreign.ts';
import { sha256 } from '../files/sha256.ts';

export const THUMBS = 'thumbs';

/** Only names of this form are ever swept: the folder may hold files of its owner. */
const OURS = /^(items|vectors|graph|weights)-[0-9a-f]{16}\.\w+$|^[0-9a-f]{16}\.webp$/;
const ASIDE =
  /^((items|vectors|graph|weights)-[0-9a-f]{16}\.\w+|[0-9a-f]{16}\.webp|manifest\.json|probe(\.\d+\.tmp)?)\.\d+\.tmp$/;

export class BundleWriter {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws SoutuError `OutputError` where nothing can be written, before any work is done */
  static async open(folder: string): Promise<BundleWriter> {
    await refuseForeign(join(folder, MANIFEST_FILE), MANIFEST_FORMAT);
    try {
      await makeFolder(join(folder, THUMBS));
      const probe = join(folder, `probe.${process.pid}.tmp`);
      await writeAtomically(probe, '');
      await rm(probe);
    } catch (error) {
      throw new SoutuError(
        'OutputError',
        `${folder}: cannot be written (${messageOf(error)}). Choose another folder with --out, or ` +
          'change its permissions.',
        { cause: error },
      );
    }
    return new BundleWriter(folder);
  }

  /** @param role what the file holds, the first part of its name */
  async write(role: string, extension: string, bytes: Uint8Array): Promise<FileRef> {
    const hash = sha256(bytes);
    return this.#place(`${role}-${hash.slice(0, 16)}.${extension}`, bytes, hash);
  }

  async writeThumb(bytes: Uint8Array): Promise<string> {
    const hash = sha256(bytes);
    return (await this.#place(`${THUMBS}/${hash.slice(0, 16)}.webp`, bytes, hash)).file;
  }

  async writeAll(role: string, parts: readonly Uint8Array[]): Promise<FileRef[]> {
    const refs: FileRef[] = [];
    for (const part of parts) refs.push(await this.write(role, 'bin', part));
    return refs;
  }

  /** Puts the new bundle in place of the old one; returns the bytes of the manifest. */
  async commit(manifest: Manifest): Promise<number> {
    const path = join(this.#folder, MANIFEST_FILE);
    const before = await readManifest(path);
    const bytes = new TextEncoder().encode(`${JSON.stringify(manifest)}\n`);
    await writeAtomically(path, bytes);
    await syncFolder(this.#folder);
    const keep = new Set([...(await this.#namesOf(manifest)), ...(await this.#namesOf(before))]);
    await this.#sweep(keep);
    return bytes.length;
  }

  /** Under its final name a file is always whole: it gets it when it is complete and on the disk. */
  async #place(file: string, bytes: Uint8Array, hash: string): Promise<FileRef> {
    const path = join(this.#folder, file);
    const there = await readFile(path).catch(() => null);
    if (!there || sha256(there) !== hash) await writeAtomically(path, bytes);
    return { file, bytes: bytes.length, sha256: hash };
  }

  async #namesOf(manifest: Manifest | null): Promise<string[]> {
    if (!manifest) return [];
    const names = filesOf(manifest).map((ref) => ref.file);
    for (const { file } of manifest.items) {
      names.push(...(await thumbsIn(join(this.#folder, file))));
    }
    return names;
  }

  async #sweep(keep: ReadonlySet<string>): Promise<void> {
    for (const below of ['', `${THUMBS}/`]) {
      for (const name of await readdir(join(this.#folder, below))) {
        const stale = OURS.test(name) && !keep.has(below + name);
        if (stale || ASIDE.test(name)) await rm(join(this.#folder, below, name), { force: true });
      }
    }
  }
}

/** The manifest in place, or null where there is none that can be read: then nothing of it is kept. */
async function readManifest(path: string): Promise<Manifest | null> {
  try {
    const manifest = JSON.parse(await readFile(path, 'utf8')) as Manifest;
    filesOf(manifest);
    return manifest;
  } catch {
    return null;
  }
}

/** None where the file is missing or damaged: that must not stop the release after it. */
async function thumbsIn(path: string): Promise<string[]> {
  try {
    const items = JSON.parse(await readFile(path, 'utf8')) as IndexedItem[];
    return items.flatMap((item) => item.thumb ?? []);
  } catch {
    return [];
  }
}
