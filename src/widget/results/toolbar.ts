/**
 * Buttons with one stop of the Tab key, as in ARIA's toolbar pattern: arrow keys move between them. With a stop for each
 * button, a page of hits would have eighty.
 */
import { type Child, create, stepOf } from '../dom.ts';

/** @param first has the stop, until another button has had the focus */
export function createToolbar(
  label: string,
  first: HTMLButtonElement,
  ...children: Child[]
): HTMLElement {
  const bar = create(
    'div',
    null,
    { className: 'tools', role: 'toolbar', ariaLabel: label },
    ...children,
  );
  const buttons = [...bar.querySelectorAll('button')];
  const stopAt = (stop: EventTarget | null) => {
    for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
  };
  stopAt(first);
  bar.addEventListener('focusin', ({ target }) => stopAt(target));
  bar.onkeydown = (event) => {
    const step = stepOf(event, bar);
    // With another key they are the browser's: back and forward.
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const at = buttons.indexOf(event.target as HTMLButtonElement) + step;
    buttons.at(at % buttons.length)?.focus();
  };
  return bar;
}
