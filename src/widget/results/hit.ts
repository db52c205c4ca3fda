/** One hit of the grid. All of the catalogue's words become text nodes; a link must be safe to follow. */
import type { Hit } from '../../core/contract.ts';
import { type Attributes, type IndexedItem, isSafeLink } from '../../core/item.ts';
import { create } from '../dom.ts';
import type { Words } from '../words/words.ts';

type ShownItem = Hit['item'];

const MAX_FACTS = 3;
const MAX_FACT_LENGTH = 40;
const DEFAULT_THUMB = [320, 320] as const;

/** @param base absolute URL of the bundle's folder */
export function renderHit(hit: Hit, base: string, words: Words): HTMLLIElement {
  const { item } = hit;
  const name = item.title ?? item.id;
  const attributes = item.attributes ?? {};
  const score = create('p', 'score', { title: words.cosine(hit.score) }, words.alike(hit.score));
  const views = hit.more.length;
  return create(
    'li',
    'hit',
    { tabIndex: -1 },
    renderPicture(item, name, base, words),
    create('p', 'title', {}, renderName(name, item.url)),
    renderPrice(attributes, words),
    renderFacts(attributes, name, words),
    create(
      'div',
      'rank',
      {},
      score,
      views > 0 ? create('p', 'views', {}, words.count('moreViews', views)) : null,
    ),
  );
}

/** Isolated: a name in another script must not turn the words around it. */
function renderName(name: string, url: string | undefined): HTMLElement {
  if (!url || !isSafeLink(url)) return create('bdi', null, {}, name);
  return create('a', 'link', { href: url, dir: 'auto' }, name);
}

function renderPicture(item: ShownItem, name: string, base: string, words: Words): HTMLElement {
  const source = pictureUrl(item, base);
  if (!source)
    return create('div', 'picture', {}, renderPlaceholder(name, words.text('noPicture')));
  const [width, height] = item.thumbSize ?? DEFAULT_THUMB;
  const image = create('img', 'thumb', {
    alt: name,
    width,
    height,
    loading: 'lazy',
    decoding: 'async',
  });
  image.onerror = () => image.replaceWith(renderPlaceholder(name, words.text('noPicture')));
  image.src = source;
  return create('div', 'picture', {}, image);
}

/** Stands for a picture that is missing or broken. */
export function renderPlaceholder(name: string, text: string): HTMLElement {
  return create('span', 'placeholder', { role: 'img', ariaLabel: name }, text);
}

function pictureUrl({ thumb, image }: ShownItem, base: string): string | null {
  const path = thumb ?? image;
  return path !== undefined && URL.canParse(path, base) ? new URL(path, base).href : null;
}

function renderPrice({ price, currency }: Attributes, words: Words): HTMLElement | null {
  if (typeof price !== 'number') return null;
  const code = typeof currency === 'string' ? currency : undefined;
  return create('p', 'price', {}, words.price(price, code));
}

function renderFacts(attributes: Attributes, name: string, words: Words): HTMLElement | null {
  const facts = factsOf(attributes, name, words);
  return facts.length > 0 ? create('p', 'facts', {}, facts.join(' · ')) : null;
}

/** A few short attributes that the name does not tell already. */
export function factsOf(attributes: Attributes, name: string, words: Words): string[] {
  const told = name.toLowerCase();
  return Object.entries(attributes)
    .filter(([key]) => key !== 'price' && key !== 'currency')
    .map(([key, value]) => {
      if (typeof value === 'number') return `${key} ${words.number(value)}`;
      return typeof value === 'string' ? value : value.join(', ');
    })
    .filter((fact) => fact && fact.length <= MAX_FACT_LENGTH && !told.includes(fact.toLowerCase()))
    .slice(0, MAX_FACTS);
}

/**
 * Width to height of the grid's frames: the middle of what is shown, so that a catalogue of like pictures
 * fills its frames, and within bounds, so that rows stay even.
 */
export function frameRatio(items: readonly Pick<Partial<IndexedItem>, 'thumbSize'>[]): number {
  const ratios = items
    .flatMap(({ thumbSize }) => (thumbSize ? [thumbSize[0] / thumbSize[1]] : []))
    .filter((ratio) => Number.isFinite(ratio) && ratio > 0)
    .sort((a, b) => a - b);
  const middle = ratios[ratios.length >> 1] ?? 1;
  return Math.min(4 / 3, Math.max(3 / 4, middle));
}
