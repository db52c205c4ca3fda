/** An item's picture: a blurred preview at first, then the thumbnail, or a text if there is none. */

import { thumbHashToRGBA } from 'thumbhash';
import { bundleFile } from '../../browser/bundle-url.ts';
import { isUrl } from '../../browser/parse-url.ts';
import type { ScoredItem } from '../../core/contract.ts';
import { decodeBase64 } from '../../core/text.ts';
import { create } from '../dom.ts';
import type { ItemSubject } from '../subject.ts';
import type { Words } from '../words/words.ts';

export type ShownItem = ScoredItem['item'];

const DEFAULT_THUMB = [320, 320] as const;

/** @param base absolute URL of the bundle's folder */
export function renderPicture(
  item: ShownItem,
  name: string,
  base: string,
  words: Words,
): HTMLElement {
  const none = () => renderPlaceholder(name, words.text('noPicture'));
  const source = pictureUrl(item, base);
  if (!source) return create('div', 'picture', {}, none());
  const [width, height] = item.thumbSize ?? DEFAULT_THUMB;
  const image = create('img', 'thumb', {
    alt: name,
    width,
    height,
    loading: 'lazy',
    decoding: 'async',
  });
  const blur = item.thumbHash ? renderBlur(item.thumbHash) : null;
  // It would show through the transparent parts of a picture.
  image.onload = () => blur?.remove();
  image.onerror = () => {
    blur?.remove();
    image.replaceWith(none());
  };
  image.src = source;
  return create('div', 'picture', {}, blur, image);
}

/**
 * A preview of about 32 pixels, smoothed by the browser. A canvas, because a strict CSP forbids inline styles.
 * @returns null if the hash cannot be decoded; the thumbnail then appears without a preview
 */
export function renderBlur(thumbHash: string): HTMLCanvasElement | null {
  try {
    const { w, h, rgba } = thumbHashToRGBA(decodeBase64(thumbHash));
    const canvas = create('canvas', 'blur', { width: w, height: h, ariaHidden: 'true' });
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
    return canvas;
  } catch {
    return null;
  }
}

/** The placeholder for a missing or broken picture. */
export function renderPlaceholder(name: string, text: string): HTMLElement {
  return create('span', 'placeholder', { role: 'img', ariaLabel: name }, text);
}

export function nameOf(item: ShownItem): string {
  return item.title ?? item.id;
}

/** Converts an item to a subject. */
export function itemSubject(item: ShownItem, base: string): ItemSubject {
  return { kind: 'item', id: item.id, title: nameOf(item), url: pictureUrl(item, base) };
}

export function pictureUrl({ thumb, image }: ShownItem, base: string): string | null {
  const path = thumb ?? image;
  return path !== undefined && isUrl(path, base) ? bundleFile(base, path) : null;
}

/**
 * The aspect ratio (width / height) of the grid's frames: the median of the visible pictures, so that pictures of
 * the same shape fill their frames, and clamped, so that rows stay even.
 */
export function frameRatio(items: readonly Pick<ShownItem, 'thumbSize'>[]): number {
  const ratios = items
    .flatMap(({ thumbSize }) => (thumbSize ? [thumbSize[0] / thumbSize[1]] : []))
    .filter((ratio) => Number.isFinite(ratio) && ratio > 0)
    .sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1] ?? 1;
  return Math.min(4 / 3, Math.max(3 / 4, middle));
}
