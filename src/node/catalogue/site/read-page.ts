/** Reads one page: its pictures with all that its markup says about them, its products and its links. */
import { isNamedLikePhoto } from '../../photos/readable.ts';
import { areaOf } from './area.ts';
import { type Candidate, candidatesOf, isInline } from './candidates.ts';
import { captionOf, cardLinkOf, headingOf, linkOf, NO_LINK } from './card.ts';
import {
  attributeOf,
  childrenOf,
  type Element,
  isElement,
  type Node,
  parseHtml,
  rawTextOf,
  textOf,
} from './html.ts';
import { productsIn } from './json-ld.ts';
import type { Area, Occurrence, PageFacts, Steering } from './page-facts.ts';
import { hasSteering, NO_STEERING, steeringOf, unknownSteering } from './steering.ts';

/** What the elements around a node say about it. */
interface Context {
  readonly area: Area;
  readonly isInMain: boolean;
  readonly steering: Steering;
  readonly isPresentation: boolean;
  readonly link: Element | null;
  readonly figure: Element | null;
  readonly card: Element | null;
  /** Classes and ids of the elements above, the closest last. */
  readonly names: readonly string[];
  readonly parent: Element | null;
}

const CARDS = new Set(['article', 'li', 'section', 'figure', 'td']);
/** Elements that show a picture. `amp-img` takes the same attributes. */
const PICTURES = new Set(['img', 'amp-img', 'v-img']);
/** A list page may have thousands; more would be made to keep a build busy. */
const MOST_PICTURES = 20_000;

/** @param path of the page below the site's folder */
export function readPage(html: string, path: string): PageFacts {
  const found = {
    pictures: [] as Occurrence[],
    inline: 0,
    links: new Set<string>(),
    unknown: new Set<string>(),
  };
  const scripts: string[] = [];
  const metas = new Map<string, string[]>();
  let title: string | undefined;
  let heading: string | undefined;
  let lang: string | undefined;
  let base: string | undefined;
  let canonical: string | undefined;
  const waiting: { readonly node: Node; readonly context: Context }[] = [
    { node: parseHtml(html), context: OUTSIDE },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, context } = next;
    const inside = isElement(node) ? within(node, context) : context;
    if (isElement(node)) {
      const attribute = (name: string) => attributeOf(node, name);
      for (const name of unknownSteering(node)) found.unknown.add(name);
      switch (node.tagName) {
        case 'html':
          lang = attribute('lang');
          break;
        case 'title':
          title ??= context.parent?.tagName === 'head' ? textOf(node) || undefined : undefined;
          break;
        case 'h1':
          heading ??= textOf(node) || undefined;
          break;
        case 'base':
          base ??= attribute('href');
          break;
        case 'link':
          if (attribute('rel')?.toLowerCase() === 'canonical') canonical ??= attribute('href');
          break;
        case 'meta': {
          const name = (attribute('property') ?? attribute('name') ?? '').toLowerCase();
          const content = attribute('content')?.trim();
          if (name && content) metas.set(name, [...(metas.get(name) ?? []), content]);
          break;
        }
        case 'script':
          if (attribute('type')?.trim().toLowerCase() === 'application/ld+json') {
            scripts.push(rawTextOf(node));
          }
          break;
        case 'a': {
          const href = attribute('href');
          if (href !== undefined) found.links.add(href);
          break;
        }
        default:
          if (!PICTURES.has(node.tagName) || found.pictures.length >= MOST_PICTURES) break;
          {
            const picture = pictureOf(node, inside);
            if (picture) found.pictures.push(picture);
            else if (isInline(attribute('src') ?? '')) found.inline++;
          }
      }
    }
    const below = { ...inside, parent: isElement(node) ? node : context.parent };
    const children = childrenOf(node);
    for (let i = children.length - 1; i >= 0; i--) {
      waiting.push({ node: children[i] as Node, context: below });
    }
  }
  const meta = (name: string) => metas.get(name)?.[0];
  const { products, broken } = productsIn(scripts);
  const og = ['og:image', 'og:image:url', 'og:image:secure_url', 'twitter:image'].flatMap(
    (name) => metas.get(name) ?? [],
  );
  const [alt] = metas.get('og:image:alt') ?? [];
  return {
    path,
    title,
    heading,
    lang,
    base,
    canonical,
    ogUrl: meta('og:url'),
    ogType: meta('og:type'),
    hidden: hiddenBy([...(metas.get('robots') ?? []), ...(metas.get('googlebot') ?? [])]),
    pictures: [
      ...found.pictures,
      ...[...new Set(og)].map((url) => headPicture(url, 'og', alt)),
      ...products.flatMap((product) =>
        product.images.map((url) => ({ ...headPicture(url, 'json-ld', product.name), product })),
      ),
    ],
    inline: found.inline,
    products,
    links: [...found.links],
    brokenJson: broken,
    unknown: [...found.unknown],
  };
}

const OUTSIDE: Context = {
  area: 'main',
  isInMain: false,
  steering: NO_STEERING,
  isPresentation: false,
  link: null,
  figure: null,
  card: null,
  names: [],
  parent: null,
};

function within(element: Element, outside: Context): Context {
  const role = attributeOf(element, 'role')?.toLowerCase();
  const { area, isInMain } = areaOf(element, role, outside);
  const isHidden =
    role === 'presentation' ||
    role === 'none' ||
    attributeOf(element, 'aria-hidden')?.toLowerCase() === 'true';
  const own = `${attributeOf(element, 'class') ?? ''} ${attributeOf(element, 'id') ?? ''}`.trim();
  return {
    area,
    isInMain,
    steering: hasSteering(element) ? steeringOf(element, outside.steering) : outside.steering,
    isPresentation: outside.isPresentation || isHidden,
    link: element.tagName === 'a' ? element : outside.link,
    figure: element.tagName === 'figure' ? element : outside.figure,
    card: CARDS.has(element.tagName) ? element : outside.card,
    // Farther away, a name is about a part of the page.
    names: own === '' ? outside.names : [...outside.names, own].slice(-3),
    parent: outside.parent,
  };
}

function pictureOf(img: Element, context: Context): Occurrence | null {
  const { link, card, figure, area, names, steering, isPresentation, parent } = context;
  const href = link ? attributeOf(link, 'href')?.trim() : undefined;
  // A link to the enlarged picture, as galleries have it.
  const isEnlarged = href !== undefined && isNamedLikePhoto(href);
  const enlarged: Candidate[] = isEnlarged ? [{ url: href, width: 0 }] : [];
  const candidates = [...candidatesOf(img, parent), ...enlarged];
  if (candidates.length === 0) return null;
  return {
    candidates,
    area,
    line: img.sourceCodeLocation?.startLine ?? 1,
    alt: attributeOf(img, 'alt')?.replace(/\s+/g, ' ').trim(),
    caption: figure ? captionOf(figure) : undefined,
    heading: card ? headingOf(card) : undefined,
    ...(isEnlarged ? NO_LINK : link ? linkOf(link) : card ? cardLinkOf(card) : NO_LINK),
    isPresentation,
    width: pixelsOf(attributeOf(img, 'width')),
    height: pixelsOf(attributeOf(img, 'height')),
    names: names.join(' '),
    steering,
  };
}

function headPicture(url: string, area: Area, alt: string | undefined): Occurrence {
  return {
    candidates: [{ url, width: 0 }],
    area,
    line: 1,
    alt,
    caption: undefined,
    heading: undefined,
    ...NO_LINK,
    isPresentation: false,
    width: 0,
    height: 0,
    names: '',
    steering: NO_STEERING,
  };
}

function pixelsOf(text: string | undefined): number {
  const [number] = /^\s*\d{1,5}(?=\s*(px)?\s*$)/.exec(text ?? '') ?? [];
  return Number(number ?? 0);
}

/** https://developers.google.com/search/docs/crawling-indexing/robots-meta-tag */
function hiddenBy(contents: readonly string[]): string | null {
  const words = contents.flatMap((one) => one.toLowerCase().split(',')).map((one) => one.trim());
  return ['noimageindex', 'noindex', 'none'].find((word) => words.includes(word)) ?? null;
}
