/**
 * Writes a bundle into a folder, next to the existing one:
 *
 *     1  `write`          new files, named by the hash of their content
 *     2  `stageManifest`  the new manifest, under a temporary name
 *     3  the staging is published: manifest.json is replaced, and the new bundle is served
 *     4  `sweep`          deletes files that neither this manifest nor the previous one references
 *
 * If the build fails or is killed at any point, the manifest in place references only complete files.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BUNDLE_ROLES,
  type BundleRole,
  bundleFileName,
  isBundleFile,
} from '../../core/bundle/file-names.ts';
import {
  MANIFEST_FILE,
  MANIFEST_FORMAT,
  type Manifest,
  parseManifest,
} from '../../core/bundle/manifest.ts';
import { filesOf, listingsOf } from '../../core/bundle/manifest-files.ts';
import type { RowBytes, RowFile } from '../../core/bundle/row-files.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { type FileRef, isFileRef } from '../../core/file-ref.ts';
import { readBlock, sealedName } from '../../core/parts/blocks.ts';
import { readListing } from '../../core/parts/listing.ts';
import { decodeUtf8 } from '../../core/text.ts';
import { finalNameOf } from '../files/atomic-write.ts';
import { refuseForeign } from '../files/refuse-foreign.ts';
import { sha256 } from '../files/sha256.ts';
import type { Staging } from '../files/staging.ts';
import { SIMILAR_FILE, SIMILAR_FORMAT } from './similar-file.ts';

export const THUMBS = 'thumbs';

/** @param sha256 of the thumbnail */
export const thumbFile = (sha256: string): string => `${THUMBS}/${sha256.slice(0, 16)}.webp`;

/** The folder may contain the owner's files, so only names of this form are ever deleted. */
const isOurs = (name: string): boolean => isBundleFile(name) || /^[0-9a-f]{16}\.webp$/.test(name);
const isTemporary = (name: string): boolean => {
  const final = finalNameOf(name);
  return (
    final !== null &&
    (isOurs(final) || final === MANIFEST_FILE || final === SIMILAR_FILE || final === PROBE)
  );
};

/** A name that no owner would use, because the file is overwritten and deleted. */
const PROBE = '.soutu-probe';

export class BundleWriter {
  readonly folder: string;
  readonly #staging: Staging;
  #inUse: ReadonlySet<string> = new Set();
  #staged: Manifest | null = null;
  #hasSimilar = false;
  /** The manifest of a release that was built elsewhere. */
  #adopted: string | null = null;
  /** Being written. */
  readonly #thumbs = new Map<string, Promise<FileRef>>();

  private constructor(folder: string, staging: Staging) {
    this.folder = folder;
    this.#staging = staging;
  }

  /**
   * The caller must hold the folder's lock.
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
    // Left by a killed build: they take up space, and no manifest references them.
    await writer.#remove(isTemporary);
    return writer;
  }

  async write(role: BundleRole, extension: string, bytes: Uint8Array): Promise<FileRef> {
    const hash = sha256(bytes);
    return this.#add(bundleFileName(role, hash, extension), bytes, hash);
  }

  /** A sealed file, which is not named by its hash. */
  async writeAs(name: string, bytes: Uint8Array): Promise<FileRef> {
    return this.#add(name, bytes, sha256(bytes));
  }

  /** Any number at a time. */
  async writeThumb(bytes: Uint8Array): Promise<FileRef> {
    const hash = sha256(bytes);
    const file = thumbFile(hash);
    // Equal photos have the same thumbnail, and two writers must not share a temporary file.
    const writing = this.#thumbs.get(file) ?? this.#add(file, bytes, hash);
    this.#thumbs.set(file, writing);
    return writing.finally(() => this.#thumbs.delete(file));
  }

  /** Whether a thumbnail is in the folder, undamaged. */
  async hasThumb(thumb: { readonly sha256: string; readonly bytes: number }): Promise<boolean> {
    const found = await readFile(join(this.folder, thumbFile(thumb.sha256))).catch(() => null);
    return found?.length === thumb.bytes && sha256(found) === thumb.sha256;
  }

  async writeAll(role: BundleRole, parts: readonly Uint8Array[]): Promise<FileRef[]> {
    const refs: FileRef[] = [];
    for (const part of parts) refs.push(await this.write(role, 'bin', part));
    return refs;
  }

  /** @param parts taken one by one, so that they can be made one by one */
  async writeRows(
    role: BundleRole,
    extension: string,
    parts: Iterable<RowBytes>,
  ): Promise<RowFile[]> {
    const files: RowFile[] = [];
    for (const { bytes, first, rows } of parts) {
      files.push({ ...(await this.write(role, extension, bytes)), first, rows });
    }
    return files;
  }

  /** The published manifest, or the adopted one; null if there is none or this version cannot read it. */
  async previous(): Promise<Manifest | null> {
    const path = join(this.folder, MANIFEST_FILE);
    try {
      const raw = this.#adopted ?? (await readFile(path, 'utf8'));
      return parseManifest(JSON.parse(raw), path);
    } catch {
      return null;
    }
  }

  /**
   * Adds a file of a release that was built elsewhere, as if it had been built here.
   * @param content matches the reference
   * @throws SoutuError `BundleError` if its name is not that of a bundle's file
   */
  async adoptFile({ file, sha256: hash }: FileRef, content: Uint8Array): Promise<void> {
    const isNamed = file.includes(`-${hash.slice(0, 16)}.`) || sealedName(content) === file;
    if (!isBundleFile(file) || !isNamed) {
      throw new SoutuError(
        'BundleError',
        `the file name ${JSON.stringify(file)} does not have the form KIND-HASH.EXTENSION.`,
      );
    }
    await this.#add(file, content, hash);
  }

  /** All of its files are here: from now on it is the previous release. */
  adoptManifest(text: string): void {
    this.#adopted = text;
  }

  /**
   * Stages the previous release again, byte by byte.
   * @returns the size of its manifest; null if a file is missing or damaged
   */
  async stagePrevious(hasSimilar: boolean): Promise<number | null> {
    const manifest = await this.previous();
    if (!manifest) return null;
    const refs = filesOf(manifest);
    const listings = listingsOf(manifest);
    for (const ref of refs) {
      const content = await readFile(join(this.folder, ref.file)).catch(() => null);
      if (!content || sha256(content) !== ref.sha256) return null;
      if (listings.includes(ref)) refs.push(...readListing(content, ref.file));
    }
    const similar = (await readJson(join(this.folder, SIMILAR_FILE))) as {
      format?: unknown;
    } | null;
    // Whether it has this release's items is not recorded, but no other build writes it.
    if (hasSimilar && similar?.format !== SIMILAR_FORMAT) return null;
    this.#hasSimilar = hasSimilar;
    const path = join(this.folder, MANIFEST_FILE);
    const before = await readJson(path);
    const text = this.#adopted ?? (await readFile(path, 'utf8'));
    this.#staged = manifest;
    await this.#staging.replace(path, new TextEncoder().encode(text));
    this.#inUse = new Set([...(await this.#namesOf(manifest)), ...(await this.#namesOf(before))]);
    return Buffer.byteLength(text);
  }

  /** Stages the manifest that replaces the previous one on publishing. Returns its size in bytes. */
  async stageManifest(manifest: Manifest): Promise<number> {
    const path = join(this.folder, MANIFEST_FILE);
    const before = await readJson(path);
    this.#staged = manifest;
    const bytes = new TextEncoder().encode(`${JSON.stringify(manifest)}\n`);
    await this.#staging.replace(path, bytes);
    this.#inUse = new Set([...(await this.#namesOf(manifest)), ...(await this.#namesOf(before))]);
    return bytes.length;
  }

  /**
   * Stages `similar.json`.
   * @param content null deletes the file of a previous build, whose items may be gone
   * @throws SoutuError `OutputError` if the owner has a file of this name
   */
  async stageSimilar(content: string | null): Promise<void> {
    const path = join(this.folder, SIMILAR_FILE);
    this.#hasSimilar = content !== null;
    if (content === null) return;
    await refuseForeign(path, SIMILAR_FORMAT);
    await this.#staging.replace(path, new TextEncoder().encode(content));
  }

  /** The new manifest; null until it is staged. */
  get staged(): Manifest | null {
    return this.#staged;
  }

  /** Deletes unreferenced files. Call it after the staging is published. */
  async sweep(): Promise<void> {
    const similar = join(this.folder, SIMILAR_FILE);
    const last = this.#hasSimilar
      ? null
      : ((await readJson(similar)) as { format?: unknown } | null);
    if (last?.format === SIMILAR_FORMAT) await rm(similar, { force: true });
    await this.#remove(
      (name, path) => isTemporary(name) || (isOurs(name) && !this.#inUse.has(path)),
    );
  }

  async #add(file: string, bytes: Uint8Array, hash: string): Promise<FileRef> {
    await this.#staging.add(join(this.folder, file), bytes);
    return { file, bytes: bytes.length, sha256: hash };
  }

  /** @param manifest of any version of the format */
  async #namesOf(manifest: unknown): Promise<string[]> {
    const names = refsIn(manifest).map((ref) => ref.file);
    const lists = names.filter((name) => name.endsWith('.json'));
    const listed = await Promise.all(lists.map((name) => filesIn(join(this.folder, name))));
    const inside = listed.flat();
    const thumbs = new Set<string>();
    for (const name of inside) {
      if (!name.startsWith('details-')) continue;
      for (const thumb of await thumbsIn(join(this.folder, name))) thumbs.add(thumb);
    }
    return [...names, ...inside, ...thumbs];
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

/** null if the file is missing or not JSON */
async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null;
  }
}

/** All file references in a manifest, at any depth. */
function refsIn(value: unknown): FileRef[] {
  if (isFileRef(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(refsIn) : [];
}

const LISTED = String.raw`\b(?:${BUNDLE_ROLES.join('|')})-[0-9a-f]{16}\.bin\b`;

/**
 * The thumbnails that a file of items or details names, and the files that a listing does. Empty if the file is missing,
 * which must not prevent the next release.
 */
async function filesIn(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.match(new RegExp(`${THUMB}|${LISTED}`, 'g')) ?? [];
}

const THUMB = /\bthumbs\/[0-9a-f]{16}\.webp\b/.source;

/** The thumbnails that the details of an index in parts name; none if the file is damaged. */
async function thumbsIn(path: string): Promise<string[]> {
  const text = await readFile(path)
    .then((file) => readBlock(file, 'details', path))
    .then(decodeUtf8)
    .catch(() => '');
  return text.match(new RegExp(THUMB, 'g')) ?? [];
}
