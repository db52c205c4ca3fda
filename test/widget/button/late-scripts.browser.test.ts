/** Scripts of the element that arrive late, or not at all. */
import { afterEach, expect, test, vi } from 'vitest';
import { loadScript } from '../../../src/core/load-script.ts';
import * as button from '../../../src/widget/button/button-mode.ts';
import { provideScripts } from '../../../src/widget/element-scripts.ts';
import type { PanelModule } from '../../../src/widget/panel.ts';
import { SoutuSearch } from '../../../src/widget/soutu-search.ts';
import { photoFile } from '../scripted-search.ts';

const LOST =
  'A script of the search cannot be loaded (no connection). Check the connection and try again; if that does not help, ' +
  'reload the page.';

const lost = <T>(): Promise<T> => loadScript<T>(Promise.reject(new Error('no connection')));

customElements.define('soutu-search', SoutuSearch);

/** The errors that the element says the page about. */
function heard(element: SoutuSearch): string[] {
  const errors: string[] = [];
  element.addEventListener('soutu-error', ({ detail }) =>
    errors.push(`${detail.name}: ${detail.message}`),
  );
  return errors;
}

function placed(mode: 'button' | null): SoutuSearch {
  const element = document.createElement('soutu-search');
  element.mode = mode;
  document.body.append(element);
  return element;
}

const dialogOf = (element: SoutuSearch) => element.shadowRoot?.querySelector('dialog');

afterEach(() => document.body.replaceChildren());

/** `reportError` is for the page's console. */
const uncaught = vi.spyOn(window, 'reportError').mockImplementation(() => undefined);

test('without the script of the button, a photo from code is refused with the reason', async () => {
  provideScripts({ panel: lost, button: lost });
  const element = placed('button');
  const errors = heard(element);
  await expect(element.searchPhoto(photoFile())).rejects.toThrow(LOST);
  expect(errors).toEqual([`WorkerError: ${LOST}`]);
  expect(uncaught).toHaveBeenCalledOnce();
});

test('without the panel, the dialog and one event say so', async () => {
  provideScripts({ panel: lost, button: () => Promise.resolve(button) });
  const element = placed('button');
  const errors = heard(element);
  await element.searchPhoto(photoFile());
  expect(dialogOf(element)?.querySelector('[role=alert]')?.textContent).toBe(LOST);
  expect(errors).toEqual([`WorkerError: ${LOST}`]);
});

test('an element that has left and come back while its script loads is connected once', async () => {
  let arrive = (_: PanelModule): void => undefined;
  const panel = new Promise<PanelModule>((resolve) => {
    arrive = resolve;
  });
  provideScripts({ panel: () => panel, button: () => Promise.resolve(button) });
  const element = placed(null);
  element.remove();
  document.body.append(element);
  const connect = vi.fn();
  const disconnect = vi.fn();
  class Fake {
    connect = connect;
    disconnect = disconnect;
  }
  arrive({ SearchPanel: Fake, createSearch: vi.fn() } as unknown as PanelModule);
  await panel;
  await new Promise((resolve) => setTimeout(resolve));
  expect(connect).toHaveBeenCalledOnce();
});
