/** The part of a page in which an element is: what it is about, or what all pages have around it. */
import { attributeOf, type Element } from './html.ts';
import type { Area } from './page-facts.ts';

const ROLES: Readonly<Record<string, Area>> = {
  banner: 'header',
  navigation: 'nav',
  menu: 'nav',
  contentinfo: 'footer',
  complementary: 'aside',
};
/** Classes and ids of areas, in templates without the elements of HTML 5. */
const NAMES: readonly (readonly [RegExp, Area])[] = [
  [/^(site|page|main|global|top)?-?(header|masthead|topbar|banner)$/i, 'header'],
  [/^(site|page|main|global|bottom)?-?(footer|colophon)$/i, 'footer'],
  [/^(site|main|primary|top)?-?(nav|navbar|navigation|menu|breadcrumbs?)$/i, 'nav'],
  [/^(site|main|primary)?-?(sidebar|side-bar|widget-area)$/i, 'aside'],
];

interface Place {
  readonly area: Area;
  readonly isInMain: boolean;
}

/** @param outside of the element around it */
export function areaOf(element: Element, role: string | undefined, outside: Place): Place {
  const { area, isInMain } = outside;
  const { tagName } = element;
  if (tagName === 'main' || role === 'main') return { area: 'main', isInMain: true };
  // The header of an article or a section is about it.
  if (tagName === 'article') return { area, isInMain: isInMain || area === 'main' };
  if (area !== 'main') return outside;
  const byRole = role === undefined ? undefined : ROLES[role];
  if (byRole === 'nav' || tagName === 'nav') return { area: 'nav', isInMain };
  if (byRole === 'aside' || tagName === 'aside') return { area: 'aside', isInMain };
  if (isInMain) return outside;
  if (byRole) return { area: byRole, isInMain };
  if (tagName === 'header' || tagName === 'footer') return { area: tagName, isInMain };
  if (tagName !== 'div' && tagName !== 'ul' && tagName !== 'table') return outside;
  const names = `${attributeOf(element, 'class') ?? ''} ${attributeOf(element, 'id') ?? ''}`;
  for (const name of names.split(/\s+/)) {
    const found = NAMES.find(([pattern]) => pattern.test(name));
    if (found) return { area: found[1], isInMain };
  }
  return outside;
}
