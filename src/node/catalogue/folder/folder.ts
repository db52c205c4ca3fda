/** A folder of photos as a catalogue: ids are paths, sub-folders become the attribute `folder`, if there are several. */
import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { levelsOf } from '../../../core/attribute-path.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { conversionAdvice } from '../../../core/image/kind.ts';
import type { Item } from '../../../core/item.ts';
import { reasonOf } from '../../photos/read-file.ts';
import { isReadable, kindOfFile, PHOTO_EXTENSIONS, READABLE_NAMES } from '../../photos/readable.ts';
import { LeftOut } from '../left-out.ts';
import { NO_TEXTS } from '../page-texts.ts';
import type { CatalogueSource, SourceItem } from '../source.ts';
import { SIDE_CAR_FIELDS, UnknownFields } from '../unknown-fields.ts';
import { readSideCar, sideCarsOf, withSideCar } from './side-car.ts';

/** Folders and files that systems and programs add: thumbnails, recycle bins, resource forks. */
const HELPERS = new Set([
  ...['@eadir', '#recycle', '#snapshot', '@recycle', '@recently-snapshot', '@__thumb'],
  ...['__macosx', '$recycle.bin', 'system volume information', 'lost+found'],
  ...['thumbs.db', 'ehthumbs.db', 'desktop.ini'],
]);

const HELPER = 'hidden files and helper folders of other programs are skipped';
const NOT_A_PHOTO = `not a photo; expected ${READABLE_NAMES}`;
const NOT_UTF8 =
  'the name is not valid UTF-8, so the file cannot be opened; rename it ' +
  '("convmv -r -f latin1 -t utf8 --notest FOLDER")';

/**
 * Files count by their content; only what has a photo's extension is not opened here. Reading throws a `CatalogueError`
 * if there is no photo.
 * @param except the real path of a folder to leave out: a site inside the folder of photos must not index its own
 * pictures
 */
export function folderSource(folder: string, except?: string): CatalogueSource {
  return {
    name: folder,
    head: { page: NO_TEXTS, thresholds: {}, attributes: [], currency: null, notes: [] },
    async *items(warn) {
      const leftOut = new LeftOut();
      const unknown = new UnknownFields(SIDE_CAR_FIELDS);
      const root = await realpath(folder).catch((error: unknown) => unreadable(folder, error));
      const photos: Found[] = [];
      for await (const found of photosBelow(root, '', leftOut, except)) photos.push(found);
      // What all photos have in common tells nobody anything.
      const isDivided = new Set(photos.map(({ id }) => dirname(id))).size > 1;
      for (const { id, sideCar } of photos) {
        yield await itemFrom(folder, itemOf(id, isDivided), sideCar, unknown);
      }
      for (const line of unknown.lines(folder, 'files')) warn(line);
      const lines = leftOut.lines();
      if (photos.length > 0) {
        for (const line of lines) warn(`${folder}: ${line}`);
        return;
      }
      throw new SoutuError(
        'CatalogueError',
        [
          `${folder}: no photos in this folder or below it; expected ${READABLE_NAMES} files.`,
          ...lines,
        ].join(' '),
      );
    },
  };
}

/** A photo's path relative to the folder, joined by `/` on every system, and that of its side-car, if it has one. */
interface Found {
  readonly id: string;
  readonly sideCar: string | undefined;
}

async function* photosBelow(
  root: string,
  below: string,
  leftOut: LeftOut,
  except?: string,
): AsyncGenerator<Found> {
  const folder = join(root, below);
  // As bytes: decoded names that are not UTF-8 would lead to no file.
  const inside = await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(
    (error: unknown) => unreadable(folder, error),
  );
  // In the folder's order: a photo, or a folder below.
  const found: { readonly path: string; readonly isFolder: boolean }[] = [];
  const others: { readonly path: string; readonly problem: string }[] = [];
  for (const entry of inside) {
    const name = entry.name.toString('utf8');
    const path = below === '' ? name : `${below}/${name}`;
    if (name.startsWith('.') || HELPERS.has(name.toLowerCase())) leftOut.add(HELPER, path);
    else if (!Buffer.from(name).equals(entry.name)) leftOut.add(NOT_UTF8, path);
    else if (entry.isDirectory()) {
      if (join(root, path) !== except) found.push({ path, isFolder: true });
    } else {
      const problem = await problemOf(join(root, path), entry);
      if (problem === null) found.push({ path, isFolder: false });
      else others.push({ path, problem });
    }
  }
  const sideCars = sideCarsOf(
    found.flatMap(({ path, isFolder }) => (isFolder ? [] : [path])),
    others.flatMap(({ path, problem }) => (problem === NOT_A_PHOTO ? [path] : [])),
  );
  const used = new Set(sideCars.values());
  for (const { path, problem } of others) if (!used.has(path)) leftOut.add(problem, path);
  for (const { path, isFolder } of found) {
    if (isFolder) yield* photosBelow(root, path, leftOut, except);
    else yield { id: path, sideCar: sideCars.get(path) };
  }
}

function unreadable(folder: string, error: unknown): never {
  const message = `${folder}: cannot be read (${messageOf(error)}). Change its permissions or move it away.`;
  throw new SoutuError('CatalogueError', message, { cause: error });
}

async function itemFrom(
  folder: string,
  item: Item,
  sideCar: string | undefined,
  unknown: UnknownFields,
): Promise<SourceItem> {
  const path = join(folder, item.image);
  if (sideCar === undefined) return { item, place: { file: path }, path };
  const file = join(folder, sideCar);
  const fields = await readSideCar(file);
  unknown.add(fields, sideCar);
  return { item: withSideCar(item, fields, file), place: { file }, path };
}

/** Why a file is no photo; null for a photo, and for what only decoding can tell. */
async function problemOf(path: string, entry: Dirent<Buffer>): Promise<string | null> {
  // Links to photos count, links to folders do not: they may lead in circles.
  const isFile = entry.isFile() || (await stat(path).catch(() => null))?.isFile();
  if (!isFile) return 'not a regular file, or a link to none';
  if (PHOTO_EXTENSIONS.has(extname(path).toLowerCase())) return null;
  try {
    const kind = await kindOfFile(path);
    if (isReadable(kind)) return null;
    return (kind && conversionAdvice(kind)) ?? NOT_A_PHOTO;
  } catch (error) {
    return reasonOf(error, path).replace(/\.$/, '');
  }
}

/** @param isDivided whether the photos are in several folders */
function itemOf(id: string, isDivided: boolean): Item {
  // macOS decomposes accents in file names (NFD). What people read and filter by is composed (NFC); the id and
  // the path stay as the file system has them.
  const folders = id.normalize('NFC').split('/').slice(0, -1);
  const title = titleOf(basename(id, extname(id)).normalize('NFC'));
  if (folders.length === 0 || !isDivided) return { id, image: id, title };
  // A deeper path counts for each folder on its way: `folder=fruit` finds `fruit/apples/1.jpg`.
  const levels = levelsOf(folders.join('/'));
  const [first = ''] = levels;
  return { id, image: id, title, attributes: { folder: levels.length > 1 ? levels : first } };
}

/** "blue-vase_02" becomes "Blue vase 02". */
function titleOf(name: string): string {
  const words = name.replace(/[\s_-]+/g, ' ').trim();
  const [first = ''] = words;
  return first.toLocaleUpperCase('en') + words.slice(first.length);
}
