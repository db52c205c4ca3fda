/** One item of the row: picture, title and price. Texts of the catalogue become text nodes. */
import { type IndexedItem, isSafeLink } from '../../core/item.ts';
import { create } from '../dom.ts';
import { nameOf, pictureUrl, renderBlur } from '../results/picture.ts';
import { formatPrice } from '../words/price.ts';

/** @param base absolute URL of the bundle's folder */
export function renderItem(item: IndexedItem, base: string, language: string): HTMLLIElement {
  const name = nameOf(item);
  const { price, currency } = item.attributes ?? {};
  const code = typeof currency === 'string' ? currency : undefined;
  const said = typeof price === 'number' ? formatPrice(price, code, language) : '';
  const title =
    item.url && isSafeLink(item.url)
      ? create('a', 'link', { href: item.url, dir: 'auto' }, name)
      : create('bdi', null, {}, name);
  return create(
    'li',
    'item',
    {},
    renderImage(item, base),
    create('p', 'title', {}, title),
    create('p', 'price', {}, said),
  );
}

/** An empty item of the same size, while the real ones are loading. */
export function renderEmptyItem(): HTMLLIElement {
  const parts = ['title', 'price'].map((part) => create('p', part));
  return create('li', 'item', {}, create('div', 'picture'), ...parts);
}

/** Without a text alternative: the title below the picture names it. */
function renderImage(item: IndexedItem, base: string): HTMLElement {
  const source = pictureUrl(item, base);
  if (!source) return create('div', 'picture');
  const [width, height] = item.thumbSize ?? [320, 320];
  const blur = item.thumbHash ? renderBlur(item.thumbHash) : null;
  const image = create('img', 'thumb', { alt: '', width, height, loading: 'lazy' });
  image.decoding = 'async';
  image.onload = () => blur?.remove();
  image.onerror = () => image.remove();
  image.src = source;
  return create('div', 'picture', {}, blur, image);
}
