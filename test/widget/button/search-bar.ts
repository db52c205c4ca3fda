/** The search bar of another site, with `<soutu-search mode="button">` in it. */
import { expect, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stateOf } from '../stage.ts';

export const finds = () =>
  new ScriptedSearch(({ query, answer }) => {
    const id = 'id' in query ? query.id : null;
    const queryItem = id === null ? null : hit(id).item;
    answer(answerOf([hit('a', { url: '#a' }), hit('b')], { queryItem }));
  });

export interface Bar {
  readonly form: HTMLFormElement;
  readonly element: SoutuSearch;
  readonly search: ScriptedSearch;
  /** Submissions of the form. */
  readonly submitted: () => number;
  readonly opener: HTMLButtonElement;
  readonly dialog: HTMLDialogElement;
}

/** The search bar of another site, with the element in it. */
export async function searchBar(
  attributes: Readonly<Record<string, string>> = {},
  fragment = '',
  state: unknown = null,
): Promise<Bar> {
  history.pushState(state, '', `${location.pathname}${location.search}${fragment}`);
  const form = document.createElement('form');
  let submitted = 0;
  form.onsubmit = (event) => {
    event.preventDefault();
    submitted++;
  };
  const field = document.createElement('input');
  const element = document.createElement('soutu-search');
  for (const [name, value] of Object.entries({ mode: 'button', ...attributes })) {
    element.setAttribute(name, value);
  }
  const search = finds();
  element.search = search;
  const submit = document.createElement('button');
  submit.textContent = 'Search';
  form.append(field, element, submit);
  document.body.replaceChildren(form);
  await vi.waitFor(() => one(element, 'opener'));
  return {
    form,
    element,
    search,
    submitted: () => submitted,
    opener: one(element, 'opener') as HTMLButtonElement,
    dialog: one(element, 'dialog') as HTMLDialogElement,
  };
}

export async function openedBar(...given: Parameters<typeof searchBar>): Promise<Bar> {
  const bar = await searchBar(...given);
  await userEvent.click(bar.opener);
  await vi.waitFor(() => expect(stateOf(bar.element)).toBe('empty'));
  return bar;
}

export async function moved(by: -1 | 1): Promise<void> {
  const there = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
  history.go(by);
  await there;
  await settled();
}

/** The parts of the open modal dialogs; while there is one, the rest of the page cannot be used. */
export const modals = (element: SoutuSearch) =>
  [...shadow(element).querySelectorAll(':modal')].map((node) => node.part.value);

export async function enlarged(element: SoutuSearch): Promise<void> {
  await element.searchPhoto(photoFile());
  all(element, 'enlarge')[0]?.click();
  await vi.waitFor(() => expect(modals(element)).toEqual(['dialog', 'enlarged']));
}

export const entry = () => (history.state as { soutuOpen?: unknown } | null)?.soutuOpen ?? null;
export const focused = (element: SoutuSearch) => shadow(element).activeElement?.part.value;
