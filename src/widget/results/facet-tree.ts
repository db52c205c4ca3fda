/**
 * The values of a facet with levels, as a shop's tree of categories: the way to the chosen level, and the levels below it.
 *
 *     [All] › [Chairs] › [Wooden]
 *     [Oak 12] [Beech 4]
 *
 * In a script of its own, because few catalogues have levels.
 */
import { levelsOf, parentOf } from '../../core/attribute-path.ts';
import { create, createButton } from '../dom.ts';
import type { Words } from '../words/words.ts';
import css from './facet-tree.css?inline';
import type { Facet, FacetValue } from './facets.ts';

/**
 * @param place contains the tree; a button with the focus keeps it
 * @param onChoose called with the chosen level, null for all
 */
export function showTree(
  facet: Facet,
  place: HTMLElement,
  words: Words,
  onChoose: (level: string | null) => void,
): void {
  adoptStyles(place.getRootNode() as ShadowRoot);
  const { chosen, values } = facet;
  const [level = null] = chosen;
  const start = startOf(values);
  const way = level === null ? [] : levelsOf(level).filter((one) => isAtOrBelow(one, start));
  // Where nothing is below, the neighbours stay visible.
  const below = childrenOf(values, level ?? start);
  const open =
    below.length > 0 ? below : childrenOf(values, level === null ? start : parentOf(level));
  const button = (part: string, value: string | null, name: string, isCurrent: boolean) => {
    const made = createButton(part, '', () => onChoose(value));
    made.dataset.level = value ?? '';
    if (isCurrent) made.setAttribute('aria-current', 'true');
    made.append(create('bdi', null, {}, name));
    return made;
  };
  const nameOf = (value: string) => words.levelName(facet.attribute, value);
  const steps = [
    button('level', null, words.text('allLevels'), level === null),
    ...way.map((value) => button('level', value, nameOf(value), value === level)),
  ];
  const children = open.map(({ value, count }) => {
    const made = button('level-below', value, nameOf(value), value === level);
    made.classList.toggle('none', count === 0);
    made.append(create('span', 'value-count', {}, count === null ? '' : words.number(count)));
    return made;
  });
  const focused = place.querySelector<HTMLElement>(':focus')?.dataset.level;
  place.replaceChildren(
    create('div', 'levels', {}, ...steps),
    create('div', 'levels-below', {}, ...children),
  );
  if (focused === undefined) return;
  const next = [...children, ...steps].find((one) => one.dataset.level === focused);
  (next ?? steps[0])?.focus();
}

/** The level above the first one with several values: a single folder around all others is no choice. */
function startOf(values: readonly FacetValue[]): string | null {
  let start: string | null = null;
  for (;;) {
    const [only, ...others] = childrenOf(values, start);
    if (!only || others.length > 0 || childrenOf(values, only.value).length === 0) return start;
    start = only.value;
  }
}

function childrenOf(values: readonly FacetValue[], level: string | null): FacetValue[] {
  return values.filter(({ value }) => parentOf(value) === level);
}

function isAtOrBelow(level: string, start: string | null): boolean {
  return start === null || level.startsWith(`${start}/`);
}

let sheet: CSSStyleSheet | null = null;

function adoptStyles({ adoptedStyleSheets }: ShadowRoot): void {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
}
