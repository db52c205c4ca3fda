/** Where the photo of an item is: a file, or a URL. */
import { dirname, resolve } from 'node:path';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import type { Item } from '../../core/item.ts';
import { isBelow } from '../files/real-path.ts';
import { type Place, textOf } from './source.ts';

/**
 * For files that the owner writes, which may name any photo on this machine.
 * @param base a URL or a folder to which images are relative; default: the folder of the file that lists them
 * @returns an absolute path, or an http(s) URL
 * @throws SoutuError `CatalogueError` if the photo is at another kind of URL
 */
export function photoPath({ image }: Item, place: Place, base?: string): string {
  // Links of pages may leave out the scheme.
  const address = image.startsWith('//') ? `https:${image}` : image;
  if (isRemote(address)) {
    const url = new URL(address);
    if (url.username === '' && url.password === '') return url.href;
    throw new SoutuError(
      'CatalogueError',
      `${textOf(place)}: the URL in "image" has a user name or password, which would be published with the item. ` +
        'Write paths, and give the URL with --photo-base.',
    );
  }
  const [, scheme] = /^([a-z][a-z0-9+.-]+):/i.exec(image) ?? [];
  if (scheme !== undefined) {
    throw new SoutuError(
      'CatalogueError',
      `${textOf(place)}: "image" must be a path or a URL with http or https, got ${describe(image)}.`,
    );
  }
  if (base === undefined) return resolve(dirname(place.file), image);
  if (!isRemote(base)) return resolve(base, image);
  // Every character of a path is part of it, also those that mean something in URLs.
  const path = image
    .replaceAll('\\', '/')
    .split('/')
    .map((name) => encodeURIComponent(name))
    .join('/');
  return new URL(path.replace(/^\/+/, ''), base.endsWith('/') ? base : `${base}/`).href;
}

/**
 * For files that others write, such as feeds: they must not publish the owner's other files, or make Windows connect
 * to a file server.
 * @param base as for `photoPath`
 * @returns a path below the base, or an http(s) URL
 * @throws SoutuError `CatalogueError`
 */
export function photoPathBelow(item: Item, place: Place, base?: string): string {
  const path = photoPath(item, place, base);
  if (isRemote(path)) return path;
  const root = resolve(base ?? dirname(place.file));
  // Backslashes are separators on Windows only, but a feed is refused everywhere or nowhere.
  const inSlashes = resolve(root, item.image.replaceAll('\\', '/'));
  if (isBelow(path, root) && isBelow(inSlashes, root)) return path;
  throw new SoutuError(
    'CatalogueError',
    `${textOf(place)}: "image" leads out of ${root}, got ${describe(item.image)}. Give a URL, or a path below that folder.`,
  );
}

/** @throws SoutuError `UsageError` if images cannot be relative to it */
export function checkPhotoBase(base: string): void {
  // One letter before the colon is a drive of Windows.
  if (!/^[a-z][a-z0-9+.-]+:/i.test(base)) return;
  if (isRemote(base) && !/[?#]/.test(base)) return;
  const got = describe(URL.canParse(base) ? shownUrl(base) : base);
  const expected = 'a folder, or an http(s) URL without "?" and "#"';
  throw new SoutuError('UsageError', `--photo-base: expected ${expected}, got ${got}.`);
}

export function isRemote(path: string): boolean {
  return /^https?:\/\//i.test(path) && URL.canParse(path);
}

/** A URL without its user name and password, for messages. */
export function shownUrl(url: string): string {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  return plain.href;
}
