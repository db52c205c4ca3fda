/** The files that an `<img>` may show: its own, those of `srcset` and `<picture>`, and those that scripts load later. */
import { attributeOf, childrenOf, type Element, isElement } from './html.ts';

export interface Candidate {
  /** The URL that the page gives. */
  readonly url: string;
  /** The width in pixels that the page gives; 0 if it gives none. */
  readonly width: number;
}

/** Where the scripts of lazy loaders look. The first three are the most common ones. */
const LAZY_SOURCES = [
  ...['data-src', 'data-lazy-src', 'data-original', 'data-lazy', 'data-url', 'data-hi-res-src'],
  // The enlarged picture of galleries and shops.
  ...['data-zoom-image', 'data-large_image', 'data-large', 'data-full', 'data-zoom', 'data-image'],
];
const LAZY_SETS = ['data-srcset', 'data-lazy-srcset', 'data-original-set'];

/**
 * @param img an <img>, or an element that a script replaces with one
 * @param parent a <picture> whose sources count, too
 */
export function candidatesOf(img: Element, parent: Element | null): Candidate[] {
  const elements = [img];
  if (parent?.tagName === 'picture') {
    const sources = childrenOf(parent).filter(isElement);
    elements.push(...sources.filter(({ tagName }) => tagName === 'source'));
  }
  const lazy = elements.flatMap((one) => [
    ...LAZY_SOURCES.flatMap((name) => single(attributeOf(one, name))),
    ...LAZY_SETS.flatMap((name) => parseSrcset(attributeOf(one, name) ?? '')),
  ]);
  const sets = elements.flatMap((one) => parseSrcset(attributeOf(one, 'srcset') ?? ''));
  // Beside a lazy source, `src` is a placeholder, which many pictures may share.
  const own = lazy.length > 0 ? [] : single(attributeOf(img, 'src'));
  return [...lazy, ...sets, ...own].filter(({ url }) => !isInline(url));
}

/** Whether the page contains the picture itself: a `data:` URL, mostly a placeholder. */
export function isInline(url: string): boolean {
  return /^\s*(data|blob|about|javascript):/i.test(url);
}

function single(url: string | undefined): Candidate[] {
  const trimmed = url?.trim();
  // Of `data-zoom="true"` and the like, nothing.
  if (!trimmed || /^(true|false|\d+|\{.*)$/i.test(trimmed)) return [];
  return [{ url: trimmed, width: 0 }];
}

/**
 * Parses `srcset` as the HTML standard does: a URL may contain commas, but not end with one.
 * @returns the URLs with their widths; those with a density (`2x`) have no width
 */
function parseSrcset(text: string): Candidate[] {
  const found: Candidate[] = [];
  let at = 0;
  while (at < text.length) {
    while (/[\s,]/.test(text[at] ?? '')) at++;
    let end = at;
    while (end < text.length && !/\s/.test(text[end] as string)) end++;
    const word = text.slice(at, end);
    if (word === '') break;
    const url = word.replace(/,+$/, '');
    at = end;
    let descriptor = '';
    if (url === word) {
      const comma = text.indexOf(',', at);
      const close = comma === -1 ? text.length : comma;
      descriptor = text.slice(at, close).trim();
      at = close + 1;
    }
    const width = /(?:^|\s)(\d{1,6})w(?:\s|$)/.exec(descriptor)?.[1];
    found.push({ url, width: Number(width ?? 0) });
  }
  return found;
}
