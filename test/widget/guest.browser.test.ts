/** The element as a guest: beside another of its kind, and inside the shadow roots of other elements. */
import { expect, test } from 'vitest';
import { languageOf } from '../../src/widget/words/page-language.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, dataWith, nextEvent, one, type SoutuSearch, stateOf } from './stage.ts';

const finds = (id: string) => new ScriptedSearch(({ answer }) => answer(answerOf([hit(id)])));

function element(search: ScriptedSearch): SoutuSearch {
  const made = document.createElement('soutu-search');
  made.search = search;
  return made;
}

const titles = (of: SoutuSearch) => all(of, 'title').map((title) => title.textContent);

test('two on a page: each with its own state and answer', async () => {
  const searches = [finds('left'), finds('right')] as const;
  const left = element(searches[0]);
  const right = element(searches[1]);
  document.body.replaceChildren(left, right);
  await left.searchPhoto(photoFile());
  expect([stateOf(left), stateOf(right)]).toEqual(['results', 'empty']);
  await right.searchPhoto(photoFile());
  expect([titles(left), titles(right)]).toEqual([['Title of left'], ['Title of right']]);
  left.remove();
  expect(titles(right)).toEqual(['Title of right']);
  expect(searches.map(({ calls }) => calls.length)).toEqual([1, 1]);
});

test('two on a page: a pasted photo is searched once', async () => {
  const searches = [finds('left'), finds('right')] as const;
  document.body.replaceChildren(...searches.map(element));
  const answered = nextEvent('soutu-results');
  const event = new ClipboardEvent('paste', {
    clipboardData: dataWith(photoFile()),
    bubbles: true,
    cancelable: true,
  });
  document.body.dispatchEvent(event);
  await answered;
  expect(searches.map(({ calls }) => calls.length)).toEqual([1, 0]);
});

test('inside another shadow root it takes photos and speaks to the page outside', async () => {
  const host = document.createElement('section');
  const root = host.attachShadow({ mode: 'open' });
  const search = finds('inner');
  const inner = element(search);
  const outer = document.createElement('div');
  outer.attachShadow({ mode: 'open' }).append(host);
  root.append(inner);
  document.body.replaceChildren(outer);

  for (const type of ['drop', 'paste'] as const) {
    const answered = nextEvent('soutu-results');
    const data = dataWith(photoFile());
    const common = { bubbles: true, cancelable: true, composed: true };
    if (type === 'drop')
      inner.dispatchEvent(new DragEvent(type, { dataTransfer: data, ...common }));
    else inner.dispatchEvent(new ClipboardEvent(type, { clipboardData: data, ...common }));
    const { detail } = await answered;
    expect(detail.hits[0]?.id).toBe('inner');
  }
  expect(titles(inner)).toEqual(['Title of inner']);
  // Its own styles reach it there as well.
  expect(getComputedStyle(one(inner, 'thumb')).display).not.toBe('inline');
});

test('its language is the page’s, also from within shadow roots', () => {
  const host = document.createElement('section');
  host.lang = 'zh-Hant';
  const inner = element(finds('inner'));
  const own = element(finds('own'));
  own.lang = 'fr';
  host.attachShadow({ mode: 'open' }).append(inner, own);
  const plain = element(finds('plain'));
  document.body.replaceChildren(host, plain);
  expect([inner, own, plain].map(languageOf)).toEqual(['zh-Hant', 'fr', 'en']);
});
