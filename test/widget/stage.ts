/** Puts elements into the page, and finds what a visitor sees in them. */
import { SoutuSearch } from '../../src/widget/define.ts';
import type { SoutuEventMap } from '../../src/widget/soutu-search.ts';
import { ScriptedSearch } from './scripted-search.ts';

export interface Stage {
  readonly element: SoutuSearch;
  readonly search: ScriptedSearch;
}

/** An element with its scripted search, alone in the page, opened with this fragment. */
export function stage(
  search: ScriptedSearch = new ScriptedSearch(),
  attributes: Readonly<Record<string, string>> = {},
  fragment = '',
): Stage {
  document.body.replaceChildren();
  // Another test's search must not open here.
  history.replaceState(null, '', `${location.pathname}${location.search}${fragment}`);
  const element = document.createElement('soutu-search');
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.search = search;
  document.body.append(element);
  return { element, search };
}

export function shadow(element: SoutuSearch): ShadowRoot {
  if (!element.shadowRoot) throw new Error('The element has no open shadow root.');
  return element.shadowRoot;
}

export function all(element: SoutuSearch, part: string): HTMLElement[] {
  return [...shadow(element).querySelectorAll<HTMLElement>(`[part~='${part}']`)];
}

export function one(element: SoutuSearch, part: string): HTMLElement {
  const [first] = all(element, part);
  if (!first) throw new Error(`No part "${part}" in the state "${stateOf(element)}".`);
  return first;
}

export function stateOf(element: SoutuSearch): string | undefined {
  return shadow(element).querySelector<HTMLElement>('[data-state]')?.dataset.state;
}

export function statusOf(element: SoutuSearch): string | null | undefined {
  return shadow(element).querySelector('[role=status]')?.textContent;
}

/** The element's next event of a type, as the document hears it. */
export function nextEvent<K extends keyof SoutuEventMap>(type: K): Promise<SoutuEventMap[K]> {
  return new Promise((resolve) => {
    document.addEventListener(type, (event) => resolve(event as SoutuEventMap[K]), { once: true });
  });
}

/** Lets promises that are settled be heard. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

export function dataWith(...files: readonly File[]): DataTransfer {
  const data = new DataTransfer();
  for (const file of files) data.items.add(file);
  return data;
}

export { SoutuSearch };
