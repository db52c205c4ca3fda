/** What stands around a picture in its card, list item or figure. */
import { attributeOf, descendants, type Element, isElement, textOf } from './html.ts';
import type { Occurrence } from './page-facts.ts';

type Link = Pick<Occurrence, 'link' | 'linkText'>;

const HEADING = /^h[1-6]$/;
export const NO_LINK: Link = { link: undefined, linkText: undefined };

/** Cards are asked once for each picture in them. */
const cache = new WeakMap<Element, { heading: string | undefined; link: Link }>();

export function headingOf(card: Element): string | undefined {
  return read(card).heading;
}

/**
 * Where a card leads to: the link of its heading, if that is the only heading, because such cards are often links as a
 * whole. Of an item of a list without headings, the first link.
 */
export function cardLinkOf(card: Element): Link {
  return read(card).link;
}

export function linkOf(element: Element): Link {
  return {
    link: attributeOf(element, 'href')?.trim(),
    linkText: textOf(element, 200) || undefined,
  };
}

function read(card: Element) {
  const known = cache.get(card);
  if (known) return known;
  const headings: Element[] = [];
  const links: Element[] = [];
  for (const node of descendants(card)) {
    if (!isElement(node)) continue;
    if (HEADING.test(node.tagName)) headings.push(node);
    if (node.tagName === 'a' && attributeOf(node, 'href') !== undefined) links.push(node);
  }
  const [first] = headings;
  const ofHeading =
    first && headings.length === 1
      ? links.find((one) => isWithin(first, one) || isWithin(one, first))
      : undefined;
  const link = ofHeading ?? (!first && card.tagName === 'li' ? links[0] : undefined);
  const found = {
    heading: first ? textOf(first) || undefined : undefined,
    link: link ? linkOf(link) : NO_LINK,
  };
  cache.set(card, found);
  return found;
}

function isWithin(element: Element, outer: Element): boolean {
  for (let one: Element['parentNode'] = element; one; ) {
    if (one === outer) return true;
    one = isElement(one) ? one.parentNode : null;
  }
  return false;
}

export function captionOf(figure: Element): string | undefined {
  for (const node of descendants(figure)) {
    if (isElement(node) && node.tagName === 'figcaption') return textOf(node) || undefined;
  }
  return undefined;
}
