/** `mode="button"`: a camera in a search bar, and the dialog that it opens. */
import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { photoFile } from '../scripted-search.ts';
import { all, dataWith, nextEvent, one, settled, shadow, stateOf } from '../stage.ts';
import { entry, finds, focused, modals, openedBar, searchBar } from './search-bar.ts';

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
