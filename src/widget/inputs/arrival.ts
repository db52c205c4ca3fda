/** What arrives by dialog, camera, drop, paste or share, sorted into what can be searched and what cannot. */

import { isUrl } from '../../browser/parse-url.ts';
import { pictureInHtml, placeholderInHtml } from './picture-in-html.ts';

export type Arrival =
  | { readonly kind: 'photo'; readonly photo: Blob }
  /** A picture that still has to be fetched. */
  | { readonly kind: 'address'; readonly address: string }
  /** Something else came, called `name` if it was a file. */
  | { readonly kind: 'other'; readonly name: string | undefined };

// Some systems give HEIC and AVIF files no type.
const PICTURE_NAME = /\.(avif|bmp|gif|heic|heif|jfif|jpe?g|png|tiff?|webp)$/i;

export function isPicture(file: File): boolean {
  return file.type === '' ? PICTURE_NAME.test(file.name) : file.type.startsWith('image/');
}

/** The first picture among the files, or the name of what came in its place. */
export function firstPicture(files: Iterable<File>): Arrival {
  const list = [...files];
  const photo = list.find(isPicture);
  return photo ? { kind: 'photo', photo } : { kind: 'other', name: list[0]?.name };
}

/** From a drop: files, else the picture that was dragged from another page. */
export function droppedIn(data: DataTransfer): Arrival {
  if (data.files.length > 0) return firstPicture(data.files);
  const markup = data.getData('text/html');
  // A picture within a link is dragged with the link's address, so its own counts first.
  const address =
    pictureInHtml(markup) ?? firstOf(data.getData('text/uri-list')) ?? placeholderInHtml(markup);
  return address ? { kind: 'address', address } : { kind: 'other', name: undefined };
}

/** From a paste: a picture, or the address of one; null leaves the paste to the page. */
export function pastedIn(data: DataTransfer): Arrival | null {
  const arrival = firstPicture(data.files);
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

/** RFC 2483: one address per line; lines with # are comments. */
function firstOf(list: string): string | null {
  const lines = list.split(/\r?\n/).map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('#')) ?? null;
}
