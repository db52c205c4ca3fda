/** Narrow pages, long words and large text: nothing is cut off, covered or wider than the page. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stage } from './stage.ts';

const root = document.documentElement;

/** The width of a phone's page at 320 pixels, which is also 1280 pixels at 400 %. */
const NARROW = 288;

const attributes = { kind: 'bowl', glaze: 'celadon', height: 20.5, price: 1234, currency: 'EUR' };
const hits = ['a', 'b', 'c', 'd'].map((id) =>
  hit(id, { url: `#${id}`, attributes }, { more: [hit('x'), hit('y')] }),
);
const found = answerOf(hits, { total: 30, facets: { kind: { bowl: 9, mug: 3 } } });

afterEach(() => {
  root.lang = 'en';
  document.body.removeAttribute('style');
});

async function narrow(fontSize: string, lang: string) {
  root.lang = lang;
  // Wider than the browser's own font.
  document.body.style.font = `${fontSize} sans-serif`;
  const staged = stage(new ScriptedSearch());
  const { element, search } = staged;
  element.style.inlineSize = `${NARROW}px`;
  await vi.waitFor(() =>
    expect(getComputedStyle(one(element, 'choose')).visibility).toBe('visible'),
  );
  void element.searchPhoto(photoFile());
  search.last.progress({ step: 'model', loaded: 1, total: 2e6, cached: false });
  await settled();
  return staged;
}

/** Parts that are wider than the element; the filter bar scrolls. */
function tooWide(element: SoutuSearch): string[] {
  const { left, right } = element.getBoundingClientRect();
  return [...shadow(element).querySelectorAll('[part]')]
    .filter((node) => !node.closest('[part="filter-bar"]') && node.getClientRects().length > 0)
    .filter((node) => {
      const box = node.getBoundingClientRect();
      return box.left < left - 1 || box.right > right + 1 || box.width + 1 < node.scrollWidth;
    })
    .map((node) => `${node.getAttribute('part')}: ${node.textContent}`);
}

/** What an empty field has left beside its placeholder. */
function placeholderRoom(field: HTMLElement): number {
  const { font, paddingInlineStart, paddingInlineEnd } = getComputedStyle(field);
  const context = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
  context.font = font;
  const { width } = context.measureText((field as HTMLInputElement).placeholder);
  return field.clientWidth - parseFloat(paddingInlineStart) - parseFloat(paddingInlineEnd) - width;
}

describe.each(['ar', 'de', 'en', 'es', 'fr', 'it', 'ja', 'ko', 'pt', 'zh'])('%s', (lang) => {
  test.each(['16px', '32px'])('results with text of %s', async (fontSize) => {
    const { element, search } = await narrow(fontSize, lang);
    expect(tooWide(element), 'loading').toEqual([]);
    const reason = document.createRange();
    reason.selectNodeContents(one(element, 'skeleton').querySelector('[part=detail]') as Node);
    const cards = shadow(element).querySelector('.skeleton-grid') as HTMLElement;
    expect(reason.getBoundingClientRect().bottom, 'the text above the cards').toBeLessThanOrEqual(
      cards.getBoundingClientRect().top,
    );

    search.last.answer(found);
    await settled();
    expect(tooWide(element), 'results').toEqual([]);
    expect(placeholderRoom(one(element, 'text-filter'))).toBeGreaterThan(-1);
    const [first, second] = all(element, 'picture').map((it) => it.getBoundingClientRect());
    if (!first || !second) throw new Error('Two hits have two pictures.');
    const apart = Math.max(
      second.left - first.right,
      first.left - second.right,
      second.top - first.bottom,
    );
    expect(apart, 'the space between two pictures').toBeGreaterThan(15);
  });
});

test('normal text leaves two columns, large text one', async () => {
  const columns = (element: SoutuSearch) =>
    getComputedStyle(one(element, 'grid')).gridTemplateColumns.split(' ').length;
  for (const [fontSize, expected] of [
    ['14px', 2],
    ['20px', 2],
    ['32px', 1],
  ] as const) {
    const { element, search } = await narrow(fontSize, 'en');
    search.last.answer(found);
    await settled();
    expect(columns(element), fontSize).toBe(expected);
  }
});
