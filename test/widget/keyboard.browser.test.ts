/** With a keyboard and a screen reader: where the focus is, and what is announced. */
import { describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stage, statusOf } from './stage.ts';

const hits = ['a', 'b', 'c'].map((id) => hit(id, { attributes: { kind: 'bowl', price: 3 } }));
const FACETS = { kind: { bowl: 9, mug: 3 } };
const found = answerOf(hits, { total: 12, facets: FACETS });

/** Browsers take the focus from inert elements when they draw the next frame. */
const drawn = () =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

async function searched(answer = found) {
  const staged = stage(new ScriptedSearch());
  void staged.element.searchPhoto(photoFile());
  staged.search.last.answer(answer);
  await settled();
  return staged;
}

const keys = (text: string) => userEvent.keyboard(text);
const focusOf = (element: SoutuSearch) => shadow(element).activeElement;

test.each(['like', 'like-too', 'less-like'])(
  '"%s" keeps the focus in the element',
  async (part) => {
    for (const [width, expected] of [
      ['390px', 'menu'],
      ['900px', 'choose'],
    ] as const) {
      const { element, search } = await searched();
      element.style.width = width;
      all(element, part)[1]?.focus();
      await userEvent.keyboard('{Enter}');
      expect(search.calls).toHaveLength(2);
      await drawn();
      expect(focusOf(element), `${width}, while searching`).toBe(one(element, expected));
      search.last.answer(found);
      await settled();
      await drawn();
      expect(focusOf(element), `${width}, with the answer`).toBe(one(element, expected));
    }
  },
);

test('a search from a hit reads no photo', async () => {
  const { element, search } = await searched();
  one(element, 'like').click();
  expect(statusOf(element)).toBe('Comparing it with the catalogue…');
  expect(one(element, 'step').textContent).toBe('Comparing it with the catalogue…');
  expect(search.calls).toHaveLength(2);
});

test('a filter is announced with the number of pictures; nothing is said before its answer', async () => {
  const { element, search } = await searched();
  const said: (string | null | undefined)[] = [];
  const status = shadow(element).querySelector('[role=status]') as HTMLElement;
  new MutationObserver(() => said.push(statusOf(element))).observe(status, { childList: true });
  const answer = async (...args: Parameters<typeof answerOf>) => {
    await settled();
    search.last.answer(answerOf(...args));
    await settled();
  };
  one(element, 'facet').click();
  one(element, 'value-box').click();
  await answer(hits, { total: 9, facets: FACETS });
  all(element, 'value-box')[1]?.click();
  await answer([hit('far', {}, { score: 0.1 })], { total: 1, facets: FACETS });
  one(element, 'clear').click();
  await answer(hits, { total: 12, facets: FACETS });
  expect(said).toEqual([
    '3 likely matches: 3 of 9 pictures shown',
    'No similar pictures match your filters.',
    '3 likely matches',
  ]);
});

test('a control that the filter row cuts off comes into view whole with the focus', async () => {
  const { element } = await searched();
  element.style.width = '300px';
  const bar = one(element, 'filter-bar');
  const [field, facet] = [one(element, 'text-filter'), one(element, 'facet')];
  const isWhole = (node: HTMLElement) => {
    const [inner, outer] = [node.getBoundingClientRect(), bar.getBoundingClientRect()];
    return inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
  };
  bar.scrollLeft = 40;
  expect(isWhole(field)).toBe(false);
  field.focus();
  expect(isWhole(field)).toBe(true);
  // Half of the button is beyond the edge.
  element.style.width = `${facet.offsetLeft + facet.offsetWidth / 2}px`;
  expect(isWhole(facet)).toBe(false);
  facet.focus();
  expect(isWhole(facet)).toBe(true);
});

describe.each(['390px', '900px'])('at %s', (width) => {
  test('the order is in view, has a name, and is the last stop of the row', async () => {
    const facets = Object.fromEntries(
      ['kind', 'glaze', 'colour', 'finish', 'volume'].map((name) => [name, { a: 1, b: 2 }]),
    );
    const { element } = await searched(answerOf(hits, { total: 12, facets }));
    element.style.width = width;
    const order = one(element, 'order-select');
    const [outer, inner] = [element.getBoundingClientRect(), order.getBoundingClientRect()];
    expect(inner.right).toBeLessThanOrEqual(outer.right);
    expect(inner.width).toBeGreaterThanOrEqual(42);
    if (width === '390px') {
      // Where the icon is, a finger opens it.
      const { left, top } = inner;
      expect(shadow(element).elementFromPoint(left + 20, top + 20)).toBe(order);
    }
    expect(order.ariaLabel).toBe('Sort');
    all(element, 'facet').at(-1)?.focus();
    await keys('{Tab}');
    expect(focusOf(element)).toBe(order);
  });

  test('the values of an open filter are the next stops, then the next filter; Escape closes them', async () => {
    const facets = { ...FACETS, glaze: { red: 1, blue: 2 } };
    const { element, search } = await searched(answerOf(hits, { total: 12, facets }));
    element.style.width = width;
    const [kind, glaze] = all(element, 'facet');
    kind?.focus();
    await keys('{Enter}');
    const values = () => all(element, 'value-box');
    const below = one(element, 'values').getBoundingClientRect();
    const outer = one(
      element,
      width === '390px' ? 'filter-bar' : 'filters',
    ).getBoundingClientRect();
    for (const button of [kind, glaze, one(element, 'order-select')]) {
      expect(below.top).toBeGreaterThanOrEqual(button?.getBoundingClientRect().bottom ?? Infinity);
    }
    expect([below.left, below.width]).toEqual([outer.left, outer.width]);
    await keys('{Tab}{Tab}');
    expect(focusOf(element)).toBe(values()[1]);
    await keys('{Tab}');
    expect(focusOf(element)).toBe(glaze);
    await keys('{Shift>}{Tab}{/Shift}');
    expect(focusOf(element)).toBe(values()[1]);

    await keys(' ');
    search.last.answer(answerOf(hits, { total: 3, facets: FACETS }));
    await settled();
    expect(focusOf(element), 'with an answer without the other filter').toBe(values()[1]);
    await keys('{Escape}');
    expect([focusOf(element), kind?.ariaExpanded, values()]).toEqual([kind, 'false', []]);
  });
});

test('Escape in an open filter does not close the dialog around it', async () => {
  const { element } = await searched();
  const dialog = document.createElement('dialog');
  document.body.append(dialog);
  element.remove();
  dialog.append(element);
  dialog.showModal();
  await settled();
  one(element, 'facet').focus();
  await keys('{Enter}{Escape}');
  expect([dialog.open, one(element, 'facet').ariaExpanded]).toEqual([true, 'false']);
  await keys('{Escape}');
  await expect.poll(() => dialog.open).toBe(false);
});

describe('the buttons of a hit', () => {
  const linked = ['a', 'b'].map((id) => hit(id, { url: `#${id}` }, { more: [hit(`${id}2`)] }));

  async function atFirst() {
    const staged = await searched(answerOf(linked));
    one(staged.element, 'link').focus();
    return staged;
  }

  test('are one stop after its link: "more like this"', async () => {
    const { element } = await atFirst();
    const stops = [all(element, 'like')[0], all(element, 'link')[1], all(element, 'like')[1]];
    for (const stop of stops) {
      await keys('{Tab}');
      expect(focusOf(element)).toBe(stop);
    }
    const bar = all(element, 'like')[1]?.closest('[role=toolbar]');
    expect(bar?.ariaLabel).toBe('Title of b');
    expect(bar?.querySelectorAll('button'), 'screen readers find all of them').toHaveLength(6);
  });

  test('are reached with arrow keys, and the one that was reached stays the stop', async () => {
    const { element } = await atFirst();
    await keys('{Tab}');
    for (const part of ['enlarge', 'like-too', 'less-like', 'score', 'views']) {
      await keys('{ArrowRight}');
      expect(focusOf(element)).toBe(one(element, part));
    }
    await keys('{ArrowLeft}{ArrowLeft}');
    expect(focusOf(element)).toBe(one(element, 'less-like'));
    await keys('{Shift>}{Tab}{/Shift}');
    expect(focusOf(element)).toBe(one(element, 'link'));
    await keys('{Tab}');
    expect(focusOf(element)).toBe(one(element, 'less-like'));
  });

  test('expand the other views, whose links come next', async () => {
    const views = [hit('a2', { url: '#a2' })];
    const { element } = await searched(answerOf([hit('a', { url: '#a' }, { more: views })]));
    one(element, 'views').focus();
    await keys('{Enter}{Tab}');
    expect(focusOf(element)).toBe(one(element, 'view-link'));
  });

  test('follow the direction of the text', async () => {
    const { element } = await atFirst();
    element.dir = 'rtl';
    await keys('{Tab}{ArrowLeft}');
    expect(focusOf(element)).toBe(one(element, 'enlarge'));
  });

  test('leave the keys of the browser alone', async () => {
    const { element } = await atFirst();
    const like = one(element, 'like');
    for (const held of ['altKey', 'ctrlKey', 'metaKey']) {
      const event = new KeyboardEvent('keydown', {
        key: 'ArrowLeft',
        [held]: true,
        bubbles: true,
        cancelable: true,
      });
      like.dispatchEvent(event);
      expect(event.defaultPrevented, held).toBe(false);
    }
  });
});
