/** What stands around a picture in its card, list item or figure. */
import { attributeOf, descendants, type Element, isElement, textOf } from './html.ts';

const HEADING = /^h[1-6]$/;

/** Cards are asked once for each picture in them. */
const cache = new WeakMap<Element, { heading: string | undefined; link: string | undefined }>();

export function headingOf(card: Element): string | undefined {
  return read(card).heading;
}

/** Where the heading of a card links to, if it is the only heading: such cards are often links as a whole. */
export function cardLinkOf(card: Element): string | undefined {
  return read(card).link;
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
  const link =
    first && headings.length === 1
      ? links.find((one) => isWithin(first, one) || isWithin(one, first))
      : undefined;
  const found = {
    heading: first ? textOf(first) || undefined : undefined,
    link: link ? attributeOf(link, 'href') : undefined,
  };
  cache.set(card, found);
  return found;
}

function isWithin(element: Element, outer: Element): boolean {
  for (
    let one: Element['parentNode'] = element;
    one;
    one = isElement(one) ? one.parentNode : null
  ) {
    if (one === outer) return true;
  }
  return false;
}

export function captionOf(figure: Element): string | undefined {
  for (const node of descendants(figure)) {
    if (isElement(node) && node.tagName === 'figcaption') return textOf(node) || undefined;
  }
  return undefined;
}
