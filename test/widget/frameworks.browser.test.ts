/** The element in React 19 and in Vue 3: properties, events, changes, and what happens when it goes. */
import { createElement, StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { afterEach, describe, expect, test } from 'vitest';
import { createApp, nextTick, ref } from 'vue/dist/vue.esm-browser.prod.js';
import type { SearchResponse } from '../../src/core/contract.ts';
import { answerOf, hit, photoFile, ScriptedSearch } from './scripted-search.ts';
import { all, type SoutuSearch, stateOf } from './stage.ts';

const finds = () => new ScriptedSearch(({ answer }) => answer(answerOf([hit('a')])));

let place: HTMLElement;
const there = () => place.querySelector('soutu-search') as SoutuSearch;

function newPlace(): HTMLElement {
  place = document.createElement('div');
  document.body.replaceChildren(place);
  return place;
}

afterEach(() => document.body.replaceChildren());

describe('React 19', () => {
  function mount(search: ScriptedSearch, heard: SearchResponse[]) {
    const root = createRoot(newPlace());
    const render = (size: number, group: boolean) =>
      flushSync(() =>
        root.render(
          createElement(
            StrictMode,
            null,
            createElement('soutu-search', {
              bundle: './shop/',
              size,
              group,
              search,
              className: 'shop',
              'onsoutu-results': ({ detail }: CustomEvent<SearchResponse>) => heard.push(detail),
            }),
          ),
        ),
      );
    return { root, render };
  }

  test('properties, attributes and events arrive; a change keeps the element', async () => {
    const search = finds();
    const heard: SearchResponse[] = [];
    const { root, render } = mount(search, heard);
    render(5, true);
    const element = there();
    expect([element.search, element.size, element.group, element.className]).toEqual([
      search,
      5,
      true,
      'shop',
    ]);
    await element.searchPhoto(photoFile());
    expect(search.last.options).toMatchObject({ size: 5, group: true });
    expect(heard).toHaveLength(1);
    render(7, false);
    expect(there()).toBe(element);
    expect(stateOf(element)).toBe('results');
    await element.searchPhoto(photoFile());
    expect(search.last.options).toMatchObject({ size: 7 });
    expect(search.last.options.group ?? false).toBe(false);
    flushSync(() => root.unmount());
    expect(search.disposals).toBe(0);
  });

  test('unmounted while it searches, it says nothing any more', async () => {
    const search = new ScriptedSearch();
    const heard: SearchResponse[] = [];
    const { root, render } = mount(search, heard);
    render(5, false);
    const searched = there().searchPhoto(photoFile());
    flushSync(() => root.unmount());
    search.last.answer(answerOf([hit('a')]));
    await searched;
    expect(heard).toEqual([]);
  });
});

describe('Vue 3', () => {
  test('a template sets properties, hears events, and changes what is shown', async () => {
    const search = finds();
    const heard: SearchResponse[] = [];
    const size = ref(5);
    const shown = ref(true);
    const app = createApp({
      template: `
        <soutu-search v-if="shown" bundle="./shop/" class="shop" :size="size" group
          :search.prop="search" @soutu-results="heard.push($event.detail)">
          <span slot="prompt">A photo, please</span>
        </soutu-search>`,
      setup: () => ({ search, heard, size, shown }),
    });
    app.config.compilerOptions.isCustomElement = (tag: string) => tag === 'soutu-search';
    app.mount(newPlace());
    const element = there();
    expect([element.size, element.group, element.className]).toEqual([5, true, 'shop']);
    await element.searchPhoto(photoFile());
    expect(search.last.options).toMatchObject({ size: 5, group: true });
    expect(heard.map(({ hits }) => hits[0]?.id)).toEqual(['a']);
    expect(all(element, 'hit')).toHaveLength(1);
    size.value = 7;
    await nextTick();
    expect(there()).toBe(element);
    expect(element.size).toBe(7);
    shown.value = false;
    await nextTick();
    expect(there()).toBeNull();
    app.unmount();
  });
});
