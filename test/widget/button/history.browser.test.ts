/** `mode="button"` in the history: Back, Forward and links open and close the dialog. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import { photoFile } from '../scripted-search.ts';
import { one, settled, stateOf } from '../stage.ts';
import { enlarged, entry, modals, moved, openedBar, searchBar } from './search-bar.ts';

afterEach(() => document.body.replaceChildren());

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
    const changed = new Promise((resolve) =>
      addEventListener('hashchange', resolve, { once: true }),
    );
    location.hash = '#soutu.like=a';
    await changed;
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
    await vi.waitFor(() =>
      expect(modals(element), 'in a visible place it does').toEqual(['dialog']),
    );
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
