/** Feeds in XML: Google Merchant, RSS and Atom with media, and sitemaps with pictures. */
import { SoutuError } from '../../../core/errors.ts';
import { isNamedLikePhoto } from '../../photos/readable.ts';
import { type Feed, type FeedRecord, given, priceOf } from './record.ts';
import { childrenOf, type Element, readXml, textIn } from './xml.ts';

const GOOGLE = 'http://base.google.com/ns/1.0';
const MEDIA = 'http://search.yahoo.com/mrss/';
const IMAGE = 'http://www.google.com/schemas/sitemap-image/1.1';

/** @throws SoutuError `CatalogueError` */
export function readXmlFeed(bytes: Uint8Array, path: string): Feed {
  const { root, found } = readXml(bytes, ['item', 'entry', 'url', 'sitemap'], path);
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${path}: ${what}`);
  };
  switch (root.name) {
    case 'urlset':
      return { kind: 'a sitemap', records: sitemapRecords(found) };
    case 'sitemapindex':
      return fail('is an index of sitemaps. Give one of the sitemaps that it lists.');
    case 'rss':
    case 'feed':
    case 'RDF': {
      const isGoogle = found.some((one) => childrenOf(one, 'image_link', GOOGLE).length > 0);
      return isGoogle
        ? { kind: 'a Google Merchant feed', records: found.map(googleRecord) }
        : {
            kind: root.name === 'feed' ? 'an Atom feed' : 'an RSS feed',
            records: found.map(newsRecord),
          };
    }
    default:
      return fail(
        `expected a sitemap (urlset), or a feed in RSS or Atom, got XML with <${root.name.slice(0, 40)}>.`,
      );
  }
}

/** https://support.google.com/merchants/answer/7052112 */
function googleRecord(item: Element): FeedRecord {
  const text = (name: string) => textIn(item, name, GOOGLE);
  const list = (name: string) =>
    childrenOf(item, name, GOOGLE)
      .map((one) => one.text.trim())
      .filter(Boolean);
  return {
    id: text('id'),
    images: [...list('image_link'), ...list('additional_image_link')],
    group: text('item_group_id'),
    title: textIn(item, 'title'),
    url: linkOf(item),
    attributes: {
      // A sale price that cannot be read leaves the usual one.
      ...priceOf(text('price')),
      ...priceOf(text('sale_price')),
      ...given({
        availability: text('availability')?.replaceAll('_', ' '),
        brand: text('brand'),
        condition: text('condition'),
        color: text('color'),
        size: text('size'),
        material: text('material'),
        pattern: text('pattern'),
        gender: text('gender'),
        'product type': text('product_type')
          ?.split('>')
          .map((name) => name.trim())
          .filter(Boolean),
      }),
    },
    row: `line ${item.line}`,
  };
}

/** RSS 2.0 and Atom (RFC 4287), with Media RSS or enclosures. */
function newsRecord(item: Element): FeedRecord {
  const url = linkOf(item);
  const groups = [item, ...childrenOf(item, 'group', MEDIA)];
  const contents = groups.flatMap((one) => {
    const pictures = childrenOf(one, 'content', MEDIA).filter(isPicture);
    // A group has one thing in several sizes (Media RSS 1.5.1).
    return one === item || pictures.length === 0 ? pictures : [bestOf(pictures)];
  });
  const enclosures = [
    ...childrenOf(item, 'enclosure'),
    ...childrenOf(item, 'link').filter((one) => one.attributes.get('rel') === 'enclosure'),
  ].filter(isPicture);
  // A thumbnail only where there is nothing better.
  const thumbnails = groups.flatMap((one) => childrenOf(one, 'thumbnail', MEDIA));
  const best = [contents, enclosures, thumbnails].find((list) => list.length > 0) ?? [];
  const images = best.flatMap(
    ({ attributes }) => attributes.get('url') ?? attributes.get('href') ?? [],
  );
  const categories = childrenOf(item, 'category').flatMap(
    ({ text, attributes }) =>
      attributes.get('label') ?? attributes.get('term') ?? (text.trim() || []),
  );
  return {
    id: textIn(item, 'guid') ?? textIn(item, 'id') ?? url ?? images[0],
    images,
    title: textIn(item, 'title'),
    url,
    attributes: given({ category: [...new Set(categories)] }),
    row: `line ${item.line}`,
  };
}

function isPicture({ attributes }: Element): boolean {
  const type = attributes.get('type');
  const medium = attributes.get('medium');
  if (medium !== undefined || type !== undefined) {
    return medium === 'image' || (type?.startsWith('image/') ?? false);
  }
  return isNamedLikePhoto(attributes.get('url') ?? attributes.get('href') ?? '');
}

/** The default one, else the widest. */
function bestOf(pictures: readonly Element[]): Element {
  const widthOf = ({ attributes }: Element) => Number(attributes.get('width')) || 0;
  return (
    pictures.find(({ attributes }) => attributes.get('isDefault') === 'true') ??
    pictures.reduce((best, one) => (widthOf(one) > widthOf(best) ? one : best))
  );
}

/** The text of RSS's <link>, or the address of Atom's. */
function linkOf(item: Element): string | undefined {
  for (const { attributes, text } of childrenOf(item, 'link')) {
    const isPage = (attributes.get('rel') ?? 'alternate') === 'alternate';
    const url = text.trim() || (isPage ? attributes.get('href') : undefined);
    if (url) return url;
  }
  return undefined;
}

/** https://developers.google.com/search/docs/crawling-indexing/sitemaps/image-sitemaps */
function sitemapRecords(pages: readonly Element[]): FeedRecord[] {
  const records = new Map<string, FeedRecord>();
  for (const page of pages) {
    const url = textIn(page, 'loc');
    const images = childrenOf(page, 'image', IMAGE);
    for (const image of images) {
      const address = textIn(image, 'loc', IMAGE);
      // A picture on many pages is one item, whose link leads to the first.
      if (address === undefined || records.has(address)) continue;
      records.set(address, {
        id: address,
        images: [address],
        group: images.length > 1 ? url : undefined,
        title: textIn(image, 'title', IMAGE) ?? textIn(image, 'caption', IMAGE),
        url,
        row: `line ${image.line}`,
      });
    }
  }
  return [...records.values()];
}
