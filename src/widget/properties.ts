/** Properties that a page may set on `<soutu-search>` before the class is defined. */
import type { SoutuSearch } from './soutu-search.ts';

export const PROPERTIES = [
  'bundle',
  'bundles',
  'remote',
  'mode',
  'size',
  'minScore',
  'group',
  'listCopies',
  'maxPixels',
  'engine',
  'messages',
  'labels',
  'renderHit',
  'search',
] as const;

/** Deletes and sets again a property set before the class was defined, which shadows the accessor. */
export function upgradeProperties(element: SoutuSearch): void {
  for (const name of PROPERTIES) upgrade(element, name);
}

function upgrade<Name extends (typeof PROPERTIES)[number]>(element: SoutuSearch, name: Name): void {
  if (!Object.hasOwn(element, name)) return;
  const value = element[name];
  delete (element as Partial<SoutuSearch>)[name];
  element[name] = value;
}
