/**
 * Reports clicks on hits: on the link, the picture or any other content of a card, including content that the page
 * rendered, and on the links of a hit's other views. The buttons of a card have their own functions.
 */
import type { Hit, ScoredItem } from '../../core/contract.ts';

/** The item that a visitor clicked. */
export interface HitClick extends Pick<ScoredItem, 'id' | 'item'> {
  /** Cosine similarity, −1…1; null in a row of similar items (`<soutu-similar>`). */
  readonly score: number | null;
  /** Position of the hit in the results, from 1. */
  readonly rank: number;
}

/** @returns false to cancel the click, so that the link is not followed */
export type OnHit = (click: HitClick) => boolean;

/** Listens to clicks that follow a link: the middle button opens it in another tab; the right one only opens a menu. */
export function onFollow(node: HTMLElement, listener: (event: MouseEvent) => void): void {
  node.addEventListener('click', listener);
  node.addEventListener('auxclick', (event) => {
    if (event.button === 1) listener(event);
  });
}

const CONTROLS = 'button, input, select, textarea, summary, label';

export class HitClicks {
  #hits: readonly (readonly [element: Element, hit: Hit])[] = [];

  /** @param list contains the hits' elements */
  constructor(list: HTMLElement, onHit: OnHit) {
    onFollow(list, (event) => {
      const click = this.#clickIn(event.composedPath());
      if (click && !onHit(click)) event.preventDefault();
    });
  }

  /** The elements that are visible now, best hit first. */
  show(hits: readonly (readonly [element: Element, hit: Hit])[]): void {
    this.#hits = hits;
  }

  #clickIn(path: readonly EventTarget[]): HitClick | null {
    const elements = path.filter((node) => node instanceof Element);
    const at = this.#hits.findIndex(([element]) => elements.includes(element));
    const [element, hit] = this.#hits[at] ?? [];
    if (!element || !hit) return null;
    const inside = elements.slice(0, elements.indexOf(element));
    if (inside.some((node) => node.matches(CONTROLS))) return null;
    const rank = at + 1;
    const view = inside.find((node) => node.part.contains('view'));
    if (view) {
      const isLink = inside.some((node) => node.part.contains('view-link'));
      const other = hit.more[[...(view.parentElement?.children ?? [])].indexOf(view)];
      return isLink && other ? { ...other, rank } : null;
    }
    if (!inside.some((node) => node.part.contains('card'))) return null;
    const { id, score, item } = hit;
    return { id, score, item, rank };
  }
}
