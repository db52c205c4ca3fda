/**
 * One hit of the grid. All texts of the catalogue become text nodes; links with unsafe schemes are dropped.
 *
 *     card:  picture, title, price, facts      can be replaced by the page
 *     rank:  toolbar:  similarity bar │ n more views │ n more copies │ more like this │ over the picture, opinions
 *            the views, the copies, collapsed
 */
import type { Hit } from '../../core/contract.ts';
import { isSafeLink } from '../../core/item.ts';
import { create, createButton } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { renderFacts, renderPrice } from './facts.ts';
import { type OnOpinion, renderOpinions } from './opinions.ts';
import { nameOf, renderPicture, type ShownItem } from './picture.ts';
import { createToolbar } from './toolbar.ts';
import { renderViews } from './views.ts';

export interface HitHandlers {
  /** "More like this." */
  readonly onLike: (item: ShownItem) => void;
  readonly onOpinion: OnOpinion;
  readonly onEnlarge: (item: ShownItem) => void;
  /** Shows or hides the scores of all hits. */
  readonly onScore: () => void;
}

/**
 * @param slot the name of the slot for the page's own rendering of the item
 * @param base absolute URL of the bundle's folder
 */
export function renderHit(
  hit: Hit,
  slot: string,
  base: string,
  words: Words,
  handlers: HitHandlers,
): HTMLLIElement {
  const { item } = hit;
  const name = nameOf(item);
  const attributes = item.attributes ?? {};
  return create(
    'li',
    'hit',
    { tabIndex: -1 },
    create(
      'div',
      'card',
      {},
      create(
        'slot',
        null,
        { name: slot },
        renderPicture(item, name, base, words),
        create('p', 'title', {}, renderName(name, item.url)),
        renderPrice(attributes, words),
        renderFacts(attributes, name, words),
      ),
    ),
    renderRank(hit, base, words, handlers),
  );
}

/** What first hits change once the answer is there. */
export function renderRank(
  hit: Hit,
  base: string,
  words: Words,
  handlers: HitHandlers,
): HTMLElement {
  const more = renderViews(hit.more, 'moreViews', base, words);
  const copies = renderViews(hit.copies, 'moreCopies', base, words);
  const score = renderScore(hit.score, words, handlers.onScore);
  const tools = renderTools(hit.item, words, handlers, score, more.fold, copies.fold);
  return create('div', 'rank', {}, tools, more.views, copies.views);
}

/** Fallback for a hit that cannot be rendered: its name and its buttons. */
export function renderPlainHit({ item }: Hit, words: Words, handlers: HitHandlers): HTMLLIElement {
  const title = create('p', 'title', {}, renderName(nameOf(item), item.url));
  return create(
    'li',
    'hit',
    { tabIndex: -1 },
    create('div', 'card', {}, title),
    renderTools(item, words, handlers),
  );
}

function renderTools(
  item: ShownItem,
  words: Words,
  { onLike, onOpinion, onEnlarge }: HitHandlers,
  ...buttons: (HTMLButtonElement | null)[]
): HTMLElement {
  const name = nameOf(item);
  const like = createButton('like', words.text('moreLike'), () => onLike(item));
  like.ariaLabel = words.text('moreLikeOf', { name });
  const opinions = renderOpinions(item, words, onOpinion, () => onEnlarge(item));
  return createToolbar(name, like, ...buttons, like, opinions);
}

/** Bidi-isolated, so that a name in another script does not reorder the text around it. */
function renderName(name: string, url: string | undefined): HTMLElement {
  if (!url || !isSafeLink(url)) return create('bdi', null, {}, name);
  return create('a', 'link', { href: url, dir: 'auto' }, name);
}

/** A similarity bar with words; the number is available on click, on hover and to screen readers. */
function renderScore(score: number, words: Words, onclick: () => void): HTMLButtonElement {
  const fill = create('span', null, { className: 'fill' });
  fill.style.inlineSize = `${100 * Math.max(0, score)}%`;
  const alike = words.alike(score);
  const likeness = words.likeness(score);
  return create(
    'button',
    'score',
    {
      type: 'button',
      onclick,
      ariaLabel: `${likeness}: ${alike}`,
      title: `${alike}. ${words.cosine(score)}`,
    },
    create('span', 'bar', {}, fill),
    create('span', 'likeness', { ariaHidden: 'true' }, likeness),
    create('span', 'number', { ariaHidden: 'true' }, words.percent(score)),
  );
}
