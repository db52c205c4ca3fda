/**
 * `--previous`: puts the files of a deployed release into the folder of a build, as if it had been built there. From then
 * on they are treated alike, so that a fresh machine writes the bytes that the machine of the previous build would write.
 *
 * A release that cannot be loaded whole is not used at all. Its thumbnails are fetched one by one, when they are needed.
 */
import type { ArchivedThumb } from '../../../../core/bundle/archive.ts';
import { type Manifest, parseManifest } from '../../../../core/bundle/manifest.ts';
import { filesOf, listingsOf } from '../../../../core/bundle/manifest-files.ts';
import { MAX_FILE_BYTES } from '../../../../core/bundle/row-files.ts';
import { messageOf, SoutuError } from '../../../../core/errors.ts';
import type { FileRef } from '../../../../core/file-ref.ts';
import { readListing } from '../../../../core/parts/listing.ts';
import { isRemote, shownUrl } from '../../../catalogue/photo-path.ts';
import { requireSpace } from '../../../files/disk-space.ts';
import { type BundleWriter, thumbFile } from '../../bundle-writer.ts';
import { type DeployedRelease, ReleaseProblem } from './deployed-release.ts';

export interface DeployedOptions {
  /** A folder or a URL: a site or its bundle. */
  readonly where: string;
  readonly allowPrivate: boolean;
  stage(name: string): void;
  warn(line: string): void;
}

export interface DeployedThumbs {
  /** Null if it cannot be loaded. */
  thumb(thumb: ArchivedThumb): Promise<Uint8Array | null>;
  /** Says how many thumbnails could not be loaded. */
  close(): void;
}

/** Most files of a release; one of two million items has fewer. */
const MAX_FILES = 50_000;
const FILES_AT_ONCE = 4;
/** If this many thumbnails in a row cannot be loaded, the others are not tried. */
const DEAD_AFTER = 20;

/** @returns null if the release is not used; `warn` has said why */
export async function adoptRelease(
  writer: BundleWriter,
  options: DeployedOptions,
): Promise<DeployedThumbs | null> {
  const { where, warn } = options;
  const shown = isRemote(where) ? shownUrl(where) : where;
  if (await writer.previous()) {
    warn(
      `--previous ${shown} is not needed: there is a release in ${writer.folder}, which is used.`,
    );
    return null;
  }
  options.stage('Reading the previous release');
  let release: DeployedRelease | null = null;
  try {
    release = await open(options);
    await adopt(release, writer);
    return thumbsOf(release, shown, warn);
  } catch (error) {
    release?.close();
    if (!(error instanceof ReleaseProblem)) throw error;
    warn(
      `--previous ${shown} is not used: ${error.message}. Vectors are taken from your cache; photos that are not in it ` +
        'are embedded.',
    );
    return null;
  }
}

async function open({ where, allowPrivate }: DeployedOptions): Promise<DeployedRelease> {
  if (isRemote(where)) {
    return (await import('./http-release.ts')).openHttpRelease(where, allowPrivate);
  }
  return (await import('./folder-release.ts')).openFolderRelease(where);
}

/** While a site is deployed, its files may be replaced; then the manifest is another one, too. */
async function adopt(release: DeployedRelease, writer: BundleWriter): Promise<void> {
  const text = await release.manifest();
  try {
    await adoptFiles(text, release, writer);
  } catch (error) {
    if (!(error instanceof ReleaseProblem)) throw error;
    const again = await release.manifest();
    if (again === text) throw error;
    await adoptFiles(again, release, writer);
  }
}

async function adoptFiles(
  text: string,
  release: DeployedRelease,
  writer: BundleWriter,
): Promise<void> {
  const manifest = parse(text);
  const refs = [...wantedFiles(manifest)];
  for (const listing of listingsOf(manifest)) {
    const listed = readListing(await release.read(listing), listing.file);
    refs.push(...withinLimits(listed));
  }
  const bytes = refs.reduce((sum, ref) => sum + ref.bytes, 0);
  await requireSpace(writer.folder, bytes, 'the files of the previous release need');
  const queue = [...refs];
  let failed = false;
  const worker = async () => {
    for (let ref = queue.shift(); ref && !failed; ref = queue.shift()) {
      try {
        await writer.adoptFile(ref, await release.read(ref));
      } catch (error) {
        failed = true;
        throw error instanceof SoutuError && error.name === 'BundleError'
          ? new ReleaseProblem(messageOf(error).replace(/\.$/, ''))
          : error;
      }
    }
  };
  // All have ended before another attempt writes the same files.
  const ended = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  writer.adoptManifest(text);
}

function parse(text: string): Manifest {
  try {
    return parseManifest(JSON.parse(text), 'its manifest');
  } catch (error) {
    throw new ReleaseProblem(messageOf(error).replace(/\.$/, ''));
  }
}

/** All but the weights, which this machine has. */
function wantedFiles(manifest: Manifest): readonly FileRef[] {
  const weights = new Set(manifest.model.weights.files.map(({ file }) => file));
  return withinLimits(filesOf(manifest).filter(({ file }) => !weights.has(file)));
}

function withinLimits(refs: readonly FileRef[]): readonly FileRef[] {
  if (refs.length > MAX_FILES)
    throw new ReleaseProblem(`it has ${refs.length} files, more than ${MAX_FILES}`);
  const large = refs.find(({ bytes }) => bytes > MAX_FILE_BYTES);
  if (large)
    throw new ReleaseProblem(`${large.file} has ${large.bytes} bytes, more than ${MAX_FILE_BYTES}`);
  return refs;
}

function thumbsOf(
  release: DeployedRelease,
  shown: string,
  warn: (line: string) => void,
): DeployedThumbs {
  let missing = 0;
  let inARow = 0;
  let first = '';
  return {
    async thumb({ sha256, bytes }) {
      if (bytes > MAX_FILE_BYTES || inARow >= DEAD_AFTER) return null;
      try {
        const content = await release.read({ file: thumbFile(sha256), bytes, sha256 });
        inARow = 0;
        return content;
      } catch (error) {
        if (!(error instanceof ReleaseProblem)) throw error;
        missing++;
        inARow++;
        first ||= error.message;
        return null;
      }
    },
    close() {
      release.close();
      if (missing === 0) return;
      warn(
        `--previous ${shown}: ${missing} ${missing === 1 ? 'thumbnail' : 'thumbnails'} could not be read (${first}); they ` +
          'come from your cache, or are made again.',
      );
    },
  };
}
