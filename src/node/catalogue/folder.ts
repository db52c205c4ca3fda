/** A folder of photos as a catalogue: ids are paths, sub-folders become the attribute `folder`. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { Item } from '../../core/item.ts';
import type { Catalogue, Entry } from './entry.ts';
import { NO_TEXTS } from './page-texts.ts';

const PHOTO = new Set(['.jpg', '.jpeg', '.png', '.webp', '.gif', '.avif']);

/**
 * @param except the real path of a folder to leave out: a site inside the folder of photos must not index its own
 * pictures
 * @throws SoutuError `CatalogueError` where no photo is found
 */
export async function readFolder(folder: string, except?: string): Promise<Catalogue> {
  const ids = await photosBelow(await realpath(folder), '', except);
  if (ids.length === 0) {
    throw new SoutuError(
      'CatalogueError',
      `${folder}: no photos in this folder or below it; expected files that end in ` +
        `${[...PHOTO].join(' ')}.`,
    );
  }
  const entries: Entry[] = ids.map((id) => ({ item: itemOf(id), path: join(folder, id) }));
  return { page: NO_TEXTS, minScore: null, entries, warnings: [] };
}

/** Paths relative to the folder, joined by `/` on every system; hidden files are left out. */
async function photosBelow(root: string, below: string, except?: string): Promise<string[]> {
  const found: string[] = [];
  const folder = join(root, below);
  const inside = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    const message = `${folder}: cannot be read (${messageOf(error)}). Change its permissions or move it away.`;
    throw new SoutuError('CatalogueError', message, { cause: error });
  });
  for (const entry of inside) {
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) {
      if (join(root, path) === except) continue;
      found.push(...(await photosBelow(root, path, except)));
    } else if (PHOTO.has(extname(entry.name).toLowerCase())) {
      // Links to photos count, links to folders do not: they may lead in circles.
      const isFile = entry.isFile() || (await stat(join(root, path)).catch(() => null))?.isFile();
      if (isFile) found.push(path);
    }
  }
  return found;
}

function itemOf(id: string): Item {
  // macOS decomposes accents in file names (NFD). What people read and filter by is composed (NFC); the id and
  // the path stay as the file system has them.
  const folders = id.normalize('NFC').split('/').slice(0, -1);
  const title = basename(id, extname(id)).normalize('NFC').replace(/[_-]+/g, ' ').trim();
  const [first] = folders;
  if (first === undefined) return { id, image: id, title };
  // A deeper path counts for each folder on its way: `folder=fruit` finds `fruit/apples/1.jpg`.
  return { id, image: id, title, attributes: { folder: folders.length > 1 ? folders : first } };
}
