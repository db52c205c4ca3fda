/** The other pictures of an item's group, and the items with a copy of its picture; collapsed by default. */
import type { ScoredItem } from '../../core/contract.ts';
import { isSafeLink } from '../../core/item.ts';
import { create, createButton } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { nameOf, renderPicture } from './picture.ts';

export interface Views {
  /** Expands the pictures; null if there are none. */
  readonly fold: HTMLButtonElement | null;
  readonly views: HTMLElement | null;
}

/** @param count how many there are, in words */
export function renderViews(
  views: readonly ScoredItem[] | undefined,
  count: 'moreViews' | 'moreCopies',
  base: string,
  words: Words,
): Views {
  // Answers that an earlier version of the page has stored name no copies.
  if (!views || views.length === 0) return { fold: null, views: null };
  // Filled when expanded, because most are never opened.
  const list = create('ul', 'more-views', { role: 'list', hidden: true });
  const fold = createButton('views', words.count(count, views.length), () => {
    if (list.childElementCount === 0) {
      list.append(...views.map((view) => renderView(view, base, words)));
    }
    list.hidden = !list.hidden;
    fold.ariaExpanded = String(!list.hidden);
  });
  fold.name = count;
  fold.ariaExpanded = 'false';
  return { fold, views: list };
}

function renderView({ item }: ScoredItem, base: string, words: Words): HTMLLIElement {
  const picture = renderPicture(item, nameOf(item), base, words);
  if (!item.url || !isSafeLink(item.url)) return create('li', 'view', {}, picture);
  return create('li', 'view', {}, create('a', 'view-link', { href: item.url }, picture));
}
