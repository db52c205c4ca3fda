/** Reports may be published by accident, so they hold no absolute path and no password. */
import { basename, isAbsolute } from 'node:path';
import type { Entry } from '../../catalogue/entry.ts';
import { isRemote, shownUrl } from '../../catalogue/photo-path.ts';

/** How reports name the photo of an item: as the catalogue does, without what is private. */
export function reportedPath({ item }: Pick<Entry, 'item'>): string {
  if (isRemote(item.image)) return shownUrl(item.image);
  const isPrivate = isAbsolute(item.image) || /^[a-z]:|^\\\\/i.test(item.image);
  return isPrivate ? basename(item.image.replaceAll('\\', '/')) : item.image;
}

/**
 * Why an item failed, without private parts. Messages begin with the path of the photo, which reports name anyway.
 * @param reason a message that may name the photo's path or URL
 */
export function reportedReason(reason: string, entry: Pick<Entry, 'item' | 'path'>): string {
  const shown = reportedPath(entry);
  const named = withoutPasswords(reason.replaceAll(entry.path, shown));
  const own = named.startsWith(`${shown}: `) ? named.slice(shown.length + 2) : named;
  return withoutFolders(own);
}

function withoutPasswords(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1');
}

/**
 * Absolute paths of other files, as errors of the system name them, keep their last part. A path with spaces goes on
 * to its last separator.
 */
function withoutFolders(text: string): string {
  return text
    .replace(/\bfile:\/\/\/?/gi, '/')
    .replace(/(^|[\s"'`([{<=,])(?:[a-z]:[\\/]|\\\\|\/(?!\s|$))[^"'`()[\]{}<>:*?|\n]*[\\/]/gi, '$1');
}
