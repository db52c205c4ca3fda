import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  isSameManifest,
  MANIFEST_FILE,
  type Manifest,
  parseManifest,
} from '../../core/bundle/manifest.ts';
import type { BundleSource } from '../../core/bundle/source.ts';
import { MissingFileError, messageOf, SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { isContentOf } from '../../core/has-hash.ts';
import { sha256 } from '../files/sha256.ts';

/** The bundle's folder within a site. With `--bundle-only`, the bundle is at the top level instead. */
export const BUNDLE_FOLDER = 'bundle';

/**
 * Opens a bundle on disk.
 * @param folder a site made by `soutu build`, or the folder of a bundle
 * @throws SoutuError `BundleError` if neither contains a manifest
 */
export async function openFolderSource(folder: string): Promise<BundleSource> {
  for (const where of [join(folder, BUNDLE_FOLDER), folder]) {
    const manifest = await stat(join(where, MANIFEST_FILE)).catch(() => null);
    if (manifest?.isFile()) return folderSource(where);
  }
  throw new SoutuError(
    'BundleError',
    `${folder}: no bundle here: expected ${MANIFEST_FILE} or ${BUNDLE_FOLDER}/${MANIFEST_FILE}. ` +
      'Build one with: soutu build PHOTOS --out DIR',
  );
}

/**
 * @param where the bundle's folder
 * @param staged a manifest that is not published yet; default: the one in the folder
 */
export function folderSource(where: string, staged?: Manifest): BundleSource {
  const path = join(where, MANIFEST_FILE);
  async function published(): Promise<unknown> {
    const text = await readFile(path, 'utf8');
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new SoutuError(
        'BundleError',
        `${path}: expected the JSON of a bundle's manifest: ${messageOf(error)}. Build it again.`,
        { cause: error },
      );
    }
  }
  return {
    where,
    manifest: async () => staged ?? (await published()),
    async isReplaced(manifest: Manifest) {
      if (staged) return false;
      try {
        return !isSameManifest(parseManifest(await published(), path), manifest);
      } catch {
        return false;
      }
    },
    async read(ref: FileRef) {
      const path = join(where, ref.file);
      let bytes: Buffer;
      try {
        bytes = await readFile(path);
      } catch (error) {
        const message = `${path}: named by the manifest, but cannot be read (${messageOf(error)}). Build it again.`;
        throw new MissingFileError(message, { cause: error });
      }
      if (!(await isContentOf(ref, bytes, sha256))) {
        const expected = ref.isSealed ? 'the sealed file' : `${ref.bytes} bytes with SHA-256`;
        throw new SoutuError(
          'BundleError',
          `${path}: expected ${expected} ${ref.sha256.slice(0, 12)}…, got ` +
            `${bytes.length} bytes with ${sha256(bytes).slice(0, 12)}…: the file is cut short or another one. ` +
            'Build it again.',
        );
      }
      return bytes;
    },
  };
}
