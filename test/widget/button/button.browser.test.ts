/** `mode="button"`: a camera in a search bar, and the dialog that it opens. */
import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, photoFile, ScriptedSearch } from '../scripted-search.ts';
import {
  all,
  dataWith,
  nextEvent,
  one,
  type SoutuSearch,
  settled,
  shadow,
  stateOf,
} from '../stage.ts';

const finds = () =>
  new ScriptedSearch(({ query, answer }) => {
    const id = 'id' in query ? query.id : null;
    const queryItem = id === null ? null : hit(id).item;
    answer(answerOf([hit('a', { url: '#a' }), hit('b')], { queryItem }));
  });

interface Bar {
  readonly form: HTMLFormElement;
  readonly element: SoutuSearch;
  readonly search: ScriptedSearch;
  /** Submissions of the form. */
  readonly submitted: () => number;
  readonly opener: HTMLButtonElement;
  readonly dialog: HTMLDialogElement;
}

/** The search bar of another site, with the element in it. */
async function searchBar(
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

async function openedBar(...given: Parameters<typeof searchBar>): Promise<Bar> {
  const bar = await searchBar(...given);
  await userEvent.click(bar.opener);
  await vi.waitFor(() => expect(stateOf(bar.element)).toBe('empty'));
  return bar;
}

async function moved(by: -1 | 1): Promise<void> {
  const there = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
  history.go(by);
  await there;
  await settled();
}

/** The parts of the open modal dialogs; while there is one, the rest of the page cannot be used. */
const modals = (element: SoutuSearch) =>
  [...shadow(element).querySelectorAll(':modal')].map((node) => node.part.value);

async function enlarged(element: SoutuSearch): Promise<void> {
  await element.searchPhoto(photoFile());
  all(element, 'enlarge')[0]?.click();
  await vi.waitFor(() => expect(modals(element)).toEqual(['dialog', 'enlarged']));
}

const entry = () => (history.state as { soutuOpen?: unknown } | null)?.soutuOpen ?? null;
const focused = (element: SoutuSearch) => shadow(element).activeElement?.part.value;

afterEach(() => document.body.replaceChildren());

describe('the button', () => {
  test('is all that there is at first: no field, and nothing is loaded, not even on focus', async () => {
    const { element, search, opener, dialog } = await searchBar();
    opener.focus();
    expect([stateOf(element), dialog.open, search.preloads]).toEqual([undefined, false, 0]);
    expect([opener.type, opener.ariaHasPopup, opener.textContent]).toEqual([
      'button',
      'dialog',
      'Search by picture',
    ]);
    const { width, height } = element.getBoundingClientRect();
    expect([width, height]).toEqual([44, 44]);
  });

  test('has the words of the page, also when its language changes, and content of the page', async () => {
    const { element, opener } = await searchBar({ lang: 'de' });
    expect(opener.title).toBe('Bildersuche');
    element.setAttribute('lang', 'ja');
    await vi.waitFor(() => expect(opener.title).toBe('画像で検索'));
    element.setAttribute('lang', 'sv');
    await vi.waitFor(() =>
      expect([opener.title, opener.lang]).toEqual(['Search by picture', 'en']),
    );
    element.innerHTML = '<b slot="button">By photo</b>';
    expect((element.firstElementChild as HTMLElement).checkVisibility()).toBe(true);
  });

  test('becomes the whole element without the attribute, and a button again', async () => {
    const { element } = await searchBar();
    element.mode = null;
    expect([stateOf(element), shadow(element).querySelector('dialog')]).toEqual(['empty', null]);
    element.mode = 'button';
    await vi.waitFor(() => one(element, 'opener'));
    expect(stateOf(element)).toBe(undefined);
  });

  test('the whole element that it becomes is complete, also after the dialog was open', async () => {
    const { element } = await openedBar();
    element.mode = null;
    await settled();
    await element.searchPhoto(photoFile());
    all(element, 'enlarge')[0]?.click();
    await vi.waitFor(() => expect(modals(element)).toEqual(['enlarged']));
  });
});

describe('the dialog', () => {
  test('is modal, has a name, focuses the first choice, and Escape returns the focus', async () => {
    const { element, opener, dialog } = await openedBar();
    expect(dialog.matches(':modal')).toBe(true);
    const label = shadow(element).getElementById(dialog.getAttribute('aria-labelledby') ?? '');
    expect(label?.textContent).toBe('Search by picture');
    await vi.waitFor(() => expect(focused(element)).toContain('choose'));
    await userEvent.keyboard('{Escape}');
    await vi.waitFor(() => expect(dialog.open).toBe(false));
    expect(shadow(element).activeElement).toBe(opener);
    expect(opener.matches(':focus')).toBe(true);
  });

  test('starts with the empty field each time', async () => {
    const { element, search, opener } = await openedBar();
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('results');
    one(element, 'dialog-close').click();
    await userEvent.click(opener);
    await vi.waitFor(() => expect(stateOf(element)).toBe('empty'));
    expect(search.calls.length).toBe(1);
  });

  test('in a form: neither the button nor typing in the dialog submits it, and its keys stay inside', async () => {
    const { form, element, submitted } = await openedBar();
    const keys = vi.fn();
    form.addEventListener('keydown', keys);
    await element.searchPhoto(photoFile());
    element.search = finds();
    (one(element, 'address') as HTMLDetailsElement).open = true;
    await userEvent.type(one(element, 'address-input'), '{Enter}');
    expect([submitted(), keys.mock.calls.length]).toEqual([0, 0]);
    form.requestSubmit();
    expect([submitted(), [...new FormData(form)]], 'the form itself works').toEqual([1, []]);
  });

  test('a press outside closes it, a press inside does not', async () => {
    const { dialog } = await openedBar();
    const press = (target: Element) => {
      target.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
      target.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true }));
    };
    press(dialog.querySelector('h2') as Element);
    expect(dialog.open).toBe(true);
    press(dialog);
    expect(dialog.open).toBe(false);
  });

  test('shows the hits that the page renders, and its events arrive at the element', async () => {
    const { element, dialog } = await openedBar();
    element.renderHit = ({ id }) => Object.assign(document.createElement('b'), { textContent: id });
    const heard = nextEvent('soutu-results');
    await element.searchPhoto(photoFile());
    expect((await heard).target).toBe(element);
    const mine = element.querySelector('b');
    expect([mine?.textContent, mine?.checkVisibility()]).toEqual(['a', true]);
    expect(dialog.open).toBe(true);
    expect(element.response?.hits.length).toBe(2);
  });
});

test.each(['light', 'dark'] as const)(
  'axe finds nothing in the open dialog, %s',
  async (scheme) => {
    document.documentElement.style.colorScheme = scheme;
    try {
      const { element } = await openedBar();
      await element.searchPhoto(photoFile());
      const { violations } = await axe.run('soutu-search');
      expect(
        violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
      ).toEqual([]);
    } finally {
      document.documentElement.removeAttribute('style');
    }
  },
);

describe('a photo opens it', () => {
  const drop = (target: EventTarget, type = 'drop') =>
    target.dispatchEvent(
      new DragEvent(type, {
        dataTransfer: dataWith(photoFile()),
        bubbles: true,
        cancelable: true,
        composed: true,
      }),
    );

  test.each([
    ['dropped anywhere in the page', () => drop(document.body)],
    [
      'pasted',
      () =>
        document.body.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: dataWith(photoFile()), bubbles: true }),
        ),
    ],
  ])('%s', async (_, give) => {
    const { element, search, dialog } = await searchBar();
    give();
    await vi.waitFor(() => expect(stateOf(element)).toBe('results'));
    expect([dialog.open, search.last.query instanceof Blob]).toEqual([true, true]);
  });

  test('dropped on the button, which says so before', async () => {
    const { element, opener, dialog } = await searchBar();
    drop(document.body, 'dragenter');
    await settled();
    expect(one(element, 'drop-page').matches(':popover-open')).toBe(true);
    drop(element, 'dragenter');
    await settled();
    expect([
      one(element, 'drop-page').matches(':popover-open'),
      opener.classList.contains('dragging'),
    ]).toEqual([false, true]);
    drop(element);
    await vi.waitFor(() => expect(stateOf(element)).toBe('results'));
    expect(dialog.open).toBe(true);
  });

  test('from code, and the promise settles with the results', async () => {
    const { element, dialog } = await searchBar();
    await element.searchPhoto(photoFile());
    expect([dialog.open, stateOf(element)]).toEqual([true, 'results']);
  });

  test('from code in a hidden place it is refused, and the page stays usable', async () => {
    const { form, element, dialog } = await searchBar();
    const { length } = navigation.entries();
    form.style.display = 'none';
    await expect(element.searchPhoto(photoFile())).rejects.toThrow(
      'searchPhoto: <soutu-search mode="button"> is in a hidden element, which hides its dialog, too. Put it into a visible one.',
    );
    expect([dialog.open, navigation.entries().length, entry()]).toEqual([false, length, null]);
  });

  test('but not a hidden one, which leaves pictures that are pasted to others', async () => {
    const { form, element } = await searchBar();
    const { length } = navigation.entries();
    form.style.display = 'none';
    const paste = new ClipboardEvent('paste', {
      clipboardData: dataWith(photoFile()),
      bubbles: true,
      cancelable: true,
    });
    document.body.dispatchEvent(paste);
    await settled();
    expect([paste.defaultPrevented, modals(element), navigation.entries().length]).toEqual([
      false,
      [],
      length,
    ]);
  });
});

describe('the history', () => {
  test('Back closes the dialog, Forward opens it again with its results', async () => {
    const { element, search, dialog } = await openedBar();
    await element.searchPhoto(photoFile());
    expect(entry()).toEqual({ soutu: 1 });
    await moved(-1);
    expect([dialog.open, entry()]).toEqual([false, null]);
    await moved(1);
    expect([dialog.open, stateOf(element), search.calls.length]).toEqual([true, 'results', 1]);
  });

  test('closing it goes back to the page, over all searches in it', async () => {
    const { element, dialog } = await openedBar({}, '#top');
    await element.searchPhoto(photoFile());
    one(element, 'like').click();
    await settled();
    expect([entry(), location.hash]).toEqual([{ soutu: 2 }, '#soutu.like=a']);
    const left = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
    one(element, 'dialog-close').click();
    expect(dialog.open).toBe(false);
    await left;
    expect([entry(), location.hash, dialog.open]).toEqual([null, '#top', false]);
  });

  test('Back, or a link that the page follows by itself, closes an enlarged picture with it', async () => {
    const { element } = await openedBar();
    await enlarged(element);
    await moved(-1);
    expect(modals(element)).toEqual([]);
    await moved(1);
    await enlarged(element);
    const route = (event: Event) => event.preventDefault();
    document.addEventListener('click', route);
    one(element, 'enlarged-link').click();
    document.removeEventListener('click', route);
    expect(modals(element)).toEqual([]);
  });

  test('opened again before the browser has gone back, it stays open and has its entry', async () => {
    const { element, opener, dialog } = await openedBar();
    const left = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
    one(element, 'dialog-close').click();
    opener.click();
    await left;
    await settled();
    expect([dialog.open, entry()]).toEqual([true, { soutu: 1 }]);
  });

  test('closed, opened and closed again at once, it goes back only once', async () => {
    history.replaceState('page before', '');
    const { element, opener, dialog } = await openedBar({}, '#here');
    const left = new Promise((resolve) => addEventListener('popstate', resolve, { once: true }));
    one(element, 'dialog-close').click();
    opener.click();
    one(element, 'dialog-close').click();
    await left;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect([dialog.open, entry(), location.hash]).toEqual([false, null, '#here']);
  });

  test('a link of the page to a search opens it, also for the first time', async () => {
    const { form, element, search, dialog } = await searchBar();
    const link = document.createElement('a');
    link.href = '#soutu.like=a';
    form.append(link);
    link.click();
    await vi.waitFor(() => expect(stateOf(element)).toBe('results'));
    expect([dialog.open, search.last.query]).toEqual([true, { id: 'a' }]);
  });

  test('in a hidden place neither an entry nor a link opens it', async () => {
    const { form, element } = await searchBar();
    form.style.display = 'none';
    location.hash = '#soutu.like=a';
    await settled();
    expect(modals(element)).toEqual([]);
    form.remove();
    history.replaceState({ soutuOpen: { soutu: 1 } }, '');
    document.body.append(form);
    await settled();
    expect(modals(element)).toEqual([]);
    form.style.display = '';
    form.remove();
    document.body.append(form);
    await settled();
    expect(modals(element), 'in a visible place it does').toEqual(['dialog']);
  });

  test('of two buttons without ids, the first one opens with the entry', async () => {
    const { form, element, dialog } = await searchBar();
    const other = document.createElement('soutu-search');
    other.mode = 'button';
    form.append(other);
    await vi.waitFor(() => one(other, 'opener'));
    await userEvent.click(one(element, 'opener'));
    await moved(-1);
    await moved(1);
    expect([dialog.open, modals(other)]).toEqual([true, []]);
  });

  test('an entry of an open dialog opens it after a reload', async () => {
    const { dialog } = await searchBar({}, '', { soutuOpen: { soutu: 1 } });
    expect(dialog.open).toBe(true);
  });

  test('a link to a search opens it; closing removes the search from the address', async () => {
    const { element, dialog, search } = await searchBar({}, '#soutu.like=a');
    await vi.waitFor(() => expect(stateOf(element)).toBe('results'));
    expect([dialog.open, search.last.query]).toEqual([true, { id: 'a' }]);
    one(element, 'dialog-close').click();
    await settled();
    expect([dialog.open, location.hash]).toEqual([false, '']);
  });

  test('a link that the page follows by itself closes it, and leaves the history alone', async () => {
    const { element, dialog } = await openedBar();
    await element.searchPhoto(photoFile());
    const route = (event: Event) => event.preventDefault();
    document.addEventListener('click', route);
    one(element, 'link').click();
    document.removeEventListener('click', route);
    expect([dialog.open, entry()]).toEqual([false, { soutu: 1 }]);
  });

  test('with no-routing nothing is written to it', async () => {
    const { element, dialog } = await openedBar({ 'no-routing': '' });
    const { length } = navigation.entries();
    await element.searchPhoto(photoFile());
    one(element, 'dialog-close').click();
    await settled();
    expect([dialog.open, navigation.entries().length - length, history.state]).toEqual([
      false,
      0,
      null,
    ]);
  });
});
