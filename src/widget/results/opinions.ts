/**
 * Buttons over the picture of each hit: one enlarges it, two add its item to the query, as something the results should be
 * like or unlike.
 */
import { create, createButton } from '../dom.ts';
import type { Words } from '../words/words.ts';
import { nameOf, type ShownItem } from './picture.ts';

export type OnOpinion = (item: ShownItem, liked: boolean) => void;

/** A raised thumb, 20 × 20. */
const THUMB =
  'M2.5 9h3v8h-3zM7.5 9l3.2-6c1.3 0 1.9.8 1.9 1.9v3.3h3.7c1 0 1.7.8 1.5 1.8l-1.1 5.6c-.1.8-.8 1.4-1.6 1.4H7.5z';

/** Two opposite corners, 20 × 20. */
const CORNERS = 'M12 3h5v5M17 3l-5.5 5.5M8 17H3v-5M3 17l5.5-5.5';

export function renderOpinions(
  item: ShownItem,
  words: Words,
  onOpinion: OnOpinion,
  onEnlarge: () => void,
): HTMLElement {
  const name = nameOf(item);
  const label = words.text('enlargeOf', { name });
  const enlarge = createButton('enlarge', '', onEnlarge);
  enlarge.ariaLabel = label;
  enlarge.title = label;
  enlarge.append(icon(CORNERS));
  const button = (liked: boolean) => {
    const made = createButton(liked ? 'like-too' : 'less-like', '', () => onOpinion(item, liked));
    made.ariaLabel = words.text(liked ? 'likeTooOf' : 'lessLikeOf', { name });
    made.title = words.text(liked ? 'likeToo' : 'lessLike');
    made.append(icon(THUMB));
    return made;
  };
  return create('div', 'opinions', {}, enlarge, button(true), button(false));
}

function icon(d: string): SVGSVGElement {
  const namespace = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(namespace, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(namespace, 'path');
  path.setAttribute('d', d);
  svg.append(path);
  return svg;
}
