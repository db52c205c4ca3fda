/** Classifies input from file dialog, camera, drop, paste or share as a photo, a picture's URL, or anything else. */

import { isUrl } from '../../browser/parse-url.ts';
import { pictureInHtml, placeholderInHtml } from './picture-in-html.ts';

export type Arrival =
  /** `more`: further photos of the same thing. */
  | { readonly kind: 'photo'; readonly photo: Blob; readonly more?: readonly Blob[] }
  /** The URL of a picture, not yet downloaded. */
  | { readonly kind: 'address'; readonly address: string }
  /** Not a picture; `name` is the file name, if it was a file. */
  | { readonly kind: 'other'; readonly name: string | undefined };

// Some systems report no type for HEIC and AVIF files.
const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|jfif|jpe?g|png|tiff?|webp)$/i;

export function isPicture(file: File): boolean {
  return file.type === '' ? PICTURE_NAME.test(file.name) : file.type.startsWith('image/');
}

/** The pictures among the files; otherwise the name of the first file. */
export function picturesIn(files: Iterable<File>): Arrival {
  const list = [...files];
  const [photo, ...more] = list.filter(isPicture);
  if (!photo) return { kind: 'other', name: list[0]?.name };
  return { kind: 'photo', photo, ...(more.length > 0 ? { more } : {}) };
}

/** Reads a drop: files, otherwise a picture dragged from another page. */
export function droppedIn(data: DataTransfer): Arrival {
  if (data.files.length > 0) return picturesIn(data.files);
  const markup = data.getData('text/html');
  // Dragging a picture inside a link also provides the link's URL, so the picture's own URL takes precedence.
  const address =
    pictureInHtml(markup) ?? firstOf(data.getData('text/uri-list')) ?? placeholderInHtml(markup);
  return address ? { kind: 'address', address } : { kind: 'other', name: undefined };
}

/** Reads a paste: a picture or a picture's URL; null if the page should handle the paste. */
export function pastedIn(data: DataTransfer): Arrival | null {
  const arrival = picturesIn(data.files);
  if (arrival.kind === 'photo') return arrival;
  const text = data.getData('text/plain').trim();
  const markup = data.getData('text/html');
  const address =
    pictureInHtml(markup) ?? (isPictureAddress(text) ? text : null) ?? placeholderInHtml(markup);
  return address ? { kind: 'address', address } : null;
}

function isPictureAddress(text: string): boolean {
  if (/^data:image\//i.test(text)) return true;
  if (!/^https?:\S+$/i.test(text) || !isUrl(text)) return false;
  return PICTURE_NAME.test(new URL(text).pathname);
}

/** The first URL of a text/uri-list (RFC 2483): one URL per line; lines that start with # are comments. */
function firstOf(list: string): string | null {
  const lines = list.split(/\r?\n/).map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('#')) ?? null;
}
