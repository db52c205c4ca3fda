/** With a keyboard and a screen reader: where the focus is, and what is announced. */
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stage, statusOf } from './stage.ts';

const hits = ['a', 'b', 'c'].map((id) => hit(id, { attributes: { kind: 'bowl', price: 3 } }));
const FACETS = { kind: { bowl: 9, mug: 3 } };
const found = answerOf(hits, { total: 12, facets: FACETS });

/** Browsers take the focus from inert elements when they draw the next frame. */
const drawn = () =>
  new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

async function searched() {
  const staged = stage(new ScriptedSearch());
  void staged.element.searchPhoto(photoFile());
  staged.search.last.answer(found);
  await settled();
  return staged;
}

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
