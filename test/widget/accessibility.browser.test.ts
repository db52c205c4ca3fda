/** axe finds nothing in any state, light and dark, and motion and targets keep to the rules. */
import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { answerOf, hit, named, PIXEL, photoFile, type ScriptedSearch } from './scripted-search.ts';
import { all, one, type SoutuSearch, settled, shadow, stage, stateOf } from './stage.ts';

const FACETS = { kind: { bowl: 9, mug: 3 } };
const attributes = { kind: 'bowl', glaze: 'ash', price: 30, currency: 'EUR' };
const hits = ['a', 'b', 'c'].map((id) =>
  hit(
    id,
    { url: `#${id}`, attributes, thumbHash: 'GQgKDYJweIeAiIeAd4eAd4iHiHd3h3iI' },
    {
      more: id === 'a' ? [hit('a2', { url: '#a2' })] : [],
    },
  ),
);
const found = answerOf(hits, { total: 30, facets: FACETS });

/** From the empty element to the state that the row names. */
const STATES: readonly (readonly [
  string,
  (search: ScriptedSearch, element: SoutuSearch) => void,
])[] = [
  [
    'loading',
    (search) => search.last.progress({ step: 'model', loaded: 1, total: 2e6, cached: false }),
  ],
  ['results', (search) => search.last.answer(found)],
  ['nothing', (search) => search.last.answer(answerOf([]))],
  ['error', (search) => search.last.fail(named('BundleError', 'manifest.json: not JSON.'))],
  ['error', (search) => search.last.fail(named('PhotoError', 'x.jpg is not an image.'))],
];

async function violations(): Promise<string[]> {
  const { violations: found } = await axe.run(document.body, {
    // The page around the element is the test's; its landmarks are not at issue.
    rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } },
  });
  return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

afterEach(() => {
  document.body.removeAttribute('style');
  document.documentElement.removeAttribute('style');
});

function paint(scheme: 'light' | 'dark'): void {
  document.documentElement.style.colorScheme = scheme;
  document.body.style.background = scheme === 'light' ? '#fff' : '#171412';
  document.body.style.color = scheme === 'light' ? '#222' : '#ece6dc';
}

describe.each(['light', 'dark'] as const)('axe, %s', (scheme) => {
  test('empty', async () => {
    paint(scheme);
    const { element } = stage();
    expect(stateOf(element)).toBe('empty');
    expect(await violations()).toEqual([]);
    for (const details of shadow(element).querySelectorAll('details')) details.open = true;
    await settled();
    expect(await violations(), 'unfolded').toEqual([]);
  });

  test.each(STATES)('%s', async (name, reach) => {
    paint(scheme);
    const { element, search } = stage();
    void element.searchPhoto(photoFile());
    reach(search, element);
    await settled();
    expect(stateOf(element)).toBe(name);
    expect(await violations()).toEqual([]);
  });

  test('results with all that unfolds, and a broken picture', async () => {
    paint(scheme);
    const { element, search } = stage();
    void element.searchPhoto(photoFile());
    search.last.answer(found);
    await settled();
    one(element, 'facet').click();
    one(element, 'views').click();
    one(element, 'score').click();
    all(element, 'thumb')[1]?.dispatchEvent(new Event('error'));
    expect(await violations()).toEqual([]);
  });

  test('ask', async () => {
    paint(scheme);
    const { element, search } = stage();
    search.toLoad = { index: 0, model: 59e6, engine: 0 };
    await element.searchPhoto(photoFile());
    expect(stateOf(element)).toBe('ask');
    expect(await violations()).toEqual([]);
  });
});

describe('manners', () => {
  test('every target is at least 44 pixels high', async () => {
    const { element, search } = stage();
    void element.searchPhoto(photoFile());
    search.last.answer(found);
    await settled();
    one(element, 'facet').click();
    const targets = [
      ...shadow(element).querySelectorAll<HTMLElement>('button, select, label, summary'),
    ];
    const shown = targets.filter((target) => target.getClientRects().length > 0);
    expect(shown.length).toBeGreaterThan(15);
    for (const target of shown) {
      expect(target.getBoundingClientRect().height, target.outerHTML).toBeGreaterThanOrEqual(44);
    }
  });

  test('what moves, moves only for those who like it, and under 150 ms', () => {
    const { element } = stage();
    const moving = (rules: CSSRuleList, allowed: boolean): string[] =>
      [...rules].flatMap((rule) => {
        if (rule instanceof CSSMediaRule) {
          const calm = rule.conditionText.includes('prefers-reduced-motion: no-preference');
          return moving(rule.cssRules, allowed || calm);
        }
        if (rule instanceof CSSGroupingRule) return moving(rule.cssRules, allowed);
        if (!(rule instanceof CSSStyleRule)) return [];
        const { transitionDuration, animationName, animationDuration } = rule.style;
        const seconds = `${transitionDuration},${animationDuration}`
          .split(',')
          .map((value) => Number.parseFloat(value) * (/\dms/.test(value) ? 0.001 : 1))
          .filter((value) => value > 0);
        if (seconds.length === 0 && (animationName === '' || animationName === 'none')) return [];
        return allowed && Math.max(...seconds) <= 0.15 ? [] : [rule.cssText];
      });
    const sheets = shadow(element).adoptedStyleSheets;
    expect(sheets.length).toBe(1);
    expect(sheets.flatMap((sheet) => moving(sheet.cssRules, false))).toEqual([]);
  });

  test('progress and counts are told to those who listen', async () => {
    const { element, search } = stage();
    const said: string[] = [];
    const status = shadow(element).querySelector('[role=status]') as HTMLElement;
    new MutationObserver(() => said.push(status.textContent ?? '')).observe(status, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    void element.searchPhoto(photoFile());
    search.last.progress({ step: 'model', loaded: 1, total: 9, cached: false });
    await settled();
    search.last.progress({ step: 'embed' });
    await settled();
    search.last.answer(found);
    await settled();
    one(element, 'more').click();
    search.last.answer(answerOf([hit('z', { thumb: PIXEL })], { total: 30 }));
    await settled();
    expect(said).toEqual([
      'Loading the picture model…',
      'Looking at your photo…',
      '3 likely matches',
      '4 of 30 pictures shown',
    ]);
  });
});
