/** An item's picture: its blurred likeness at once, then the thumbnail, or words where there is none. */

import { thumbHashToRGBA } from 'thumbhash';
import { bundleFile } from '../../browser/bundle-url.ts';
import { isUrl } from '../../browser/parse-url.ts';
import type { ScoredItem } from '../../core/contract.ts';
import { decodeBase64 } from '../../core/text.ts';
import { create } from '../dom.ts';
import type { Subject } from '../state.ts';
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
  // A picture with transparent parts would let it show through.
  image.onload = () => blur?.remove();
  image.onerror = () => {
    blur?.remove();
    image.replaceWith(none());
  };
  image.src = source;
  return create('div', 'picture', {}, blur, image);
}

/**
 * About 32 pixels, smoothed by the browser. A canvas, since strict pages forbid inline styles.
 * @returns null for a hash that cannot be decoded: the thumbnail appears without it
 */
function renderBlur(thumbHash: string): HTMLCanvasElement | null {
  try {
    const { w, h, rgba } = thumbHashToRGBA(decodeBase64(thumbHash));
    const canvas = create('canvas', 'blur', { width: w, height: h, ariaHidden: 'true' });
    canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), w, h), 0, 0);
    return canvas;
  } catch {
    return null;
  }
}

/** Stands for a picture that is missing or broken. */
export function renderPlaceholder(name: string, text: string): HTMLElement {
  return create('span', 'placeholder', { role: 'img', ariaLabel: name }, text);
}

export function nameOf(item: ShownItem): string {
  return item.title ?? item.id;
}

/** The item as what is searched for. */
export function itemSubject(item: ShownItem, base: string): Subject {
  return { kind: 'item', id: item.id, title: nameOf(item), url: pictureUrl(item, base) };
}

export function pictureUrl({ thumb, image }: ShownItem, base: string): string | null {
  const path = thumb ?? image;
  return path !== undefined && isUrl(path, base) ? bundleFile(base, path) : null;
}

/**
 * Width to height of the grid's frames: the middle of what is shown, so that a catalogue of like pictures
 * fills its frames, and within bounds, so that rows stay even.
 */
export function frameRatio(items: readonly Pick<ShownItem, 'thumbSize'>[]): number {
  const ratios = items
    .flatMap(({ thumbSize }) => (thumbSize ? [thumbSize[0] / thumbSize[1]] : []))
    .filter((ratio) => Number.isFinite(ratio) && ratio > 0)
    .sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1] ?? 1;
  return Math.min(4 / 3, Math.max(3 / 4, middle));
}
