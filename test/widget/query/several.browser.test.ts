/** A query of several photos and items, and the strip that shows what it is made of. */
import { describe, expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import type { QueryPart } from '../../../src/core/contract.ts';
import { answerOf, type Call, hit, photoFile, ScriptedSearch, VECTOR } from '../scripted-search.ts';
import {
  all,
  dataWith,
  nextEvent,
  one,
  type SoutuSearch,
  settled,
  stage,
  stateOf,
} from '../stage.ts';

const pieces = ['a', 'b', 'c'].map((id) => hit(id, { attributes: { kind: 'bowl' } }));

/** Answers with the parts of the query, and the pieces that are not in it. */
function shop(): ScriptedSearch {
  return new ScriptedSearch(({ query, answer }: Call) => {
    const several = 'several' in query ? query.several : null;
    const parts = several?.map((part): QueryPart => {
      const { weight = 1 } = part as { weight?: number };
      const id = 'id' in part ? part.id : null;
      const item = id === null ? null : { id, title: `Title of ${id}` };
      return { weight, vector: item ? null : VECTOR, item };
    });
    const own = parts?.map(({ item }) => item?.id) ?? [];
    const hits = pieces.filter(({ id }) => !own.includes(id));
    const facets = { kind: { bowl: 9, mug: 1 } };
    answer(answerOf(hits, { total: 10, facets, ...(parts ? { parts, vector: null } : {}) }));
  });
}

async function searched(fragment = '') {
  const search = shop();
  const staged = stage(search, {}, fragment);
  await settled();
  if (search.calls.length === 0) await staged.element.searchPhoto(photoFile());
  await settled();
  return staged;
}

const weights = (query: unknown) =>
  (query as { several: { id?: string; weight: number }[] }).several.map(({ id, weight }) => [
    id ?? 'photo',
    weight,
  ]);
const strip = (element: SoutuSearch) => all(element, 'query-part').map(({ title }) => title);
const press = async (element: SoutuSearch, part: string, at = 0) => {
  all(element, part)[at]?.click();
  await settled();
};

describe('like these, less like that', () => {
  test('build the query from the hits; the strip names its parts', async () => {
    const { element, search } = await searched();
    expect(one(element, 'query').hidden).toBe(true);
    expect(all(element, 'like-too').map(({ ariaLabel }) => ariaLabel)).toEqual([
      'Also like this: Title of a',
      'Also like this: Title of b',
      'Also like this: Title of c',
    ]);
    await press(element, 'like-too', 0);
    expect(weights(search.last.query)).toEqual([
      ['photo', 1],
      ['a', 0.75],
    ]);
    await press(element, 'less-like', 1);
    expect(weights(search.last.query)).toEqual([
      ['photo', 1],
      ['a', 0.75],
      ['c', -0.5],
    ]);
    expect(strip(element)).toEqual(['Photo 1', 'Like: Title of a', 'Less like: Title of c']);
    expect(all(element, 'query-part').map(({ ariaLabel }) => ariaLabel)[2]).toBe(
      'Remove from the search: Less like: Title of c',
    );
    expect(location.hash).toBe('#soutu.like=a&soutu.less=c');
  });

  test('each part can be removed; the last one left is a plain search, and none is the start', async () => {
    const { element, search } = await searched();
    await press(element, 'like-too', 0);
    await press(element, 'less-like', 0);
    one(element, 'query-part').focus();
    await userEvent.keyboard('{Enter}');
    await settled();
    expect(weights(search.last.query), 'the photo is gone').toEqual([
      ['a', 1],
      ['b', -0.5],
    ]);
    await press(element, 'query-part', 1);
    expect(search.last.query).toEqual({ id: 'a' });
    expect(strip(element)).toEqual([]);
    expect(one(element, 'query').hidden).toBe(true);
  });

  test('without anything left to look for, the element is empty again', async () => {
    const { element } = await searched('#soutu.like=x&soutu.less=b');
    expect(strip(element)).toEqual(['Like: Title of x', 'Less like: Title of b']);
    await press(element, 'query-part', 0);
    expect(stateOf(element)).toBe('empty');
    expect(location.hash).toBe('');
  });

  test('filters stay, and ask by the vectors of the answer', async () => {
    const { element, search } = await searched();
    await press(element, 'facet');
    await press(element, 'value-box');
    await press(element, 'like-too');
    expect(search.last.options.filter).toEqual({ kind: ['bowl'] });
    await press(element, 'chip');
    expect(search.last.options.filter).toBeUndefined();
    expect(search.last.query).toEqual({
      several: [
        { vector: VECTOR, weight: 1 },
        { id: 'a', weight: 0.75 },
      ],
    });
  });

  test('a link opens the search with its items; Back removes the last one', async () => {
    const { element, search } = await searched('#soutu.like=x&soutu.like=y&soutu.less=z');
    expect(weights(search.calls[0]?.query)).toEqual([
      ['x', 0.5],
      ['y', 0.5],
      ['z', -0.5],
    ]);
    await press(element, 'like-too');
    expect(strip(element)).toHaveLength(4);
    history.back();
    await expect.poll(() => strip(element)).toHaveLength(3);
    expect(location.hash).toBe('#soutu.like=x&soutu.like=y&soutu.less=z');
  });

  test('the event says what was asked, without photos', async () => {
    const { element } = await searched();
    const heard = nextEvent('soutu-search');
    await press(element, 'less-like');
    expect((await heard).detail).toEqual({
      kind: 'several',
      photos: 1,
      liked: [],
      disliked: ['a'],
    });
  });
});

describe('several photos', () => {
  test('dropped together are one query of their average', async () => {
    const { element, search } = stage(shop());
    const dataTransfer = dataWith(photoFile('one.gif'), photoFile('two.gif'));
    element.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, composed: true }));
    await settled();
    expect(weights(search.last.query)).toEqual([
      ['photo', 0.5],
      ['photo', 0.5],
    ]);
    expect(strip(element)).toEqual(['Photo 1', 'Photo 2']);
    expect(location.hash).toBe('');
  });

  test('can be chosen together, and added to a search that is there', async () => {
    const { element, search } = await searched();
    const root = element.shadowRoot as ShadowRoot;
    const files = [...root.querySelectorAll<HTMLInputElement>('input[type=file]')];
    expect(files.map(({ multiple }) => multiple)).toEqual([true, false, true]);
    const input = files[2] as HTMLInputElement;
    input.files = dataWith(photoFile('two.gif'), new File(['x'], 'notes.txt')).files;
    input.dispatchEvent(new Event('change'));
    await settled();
    expect(weights(search.last.query)).toEqual([
      ['photo', 0.5],
      ['photo', 0.5],
    ]);
  });

  test('their object URLs are revoked with the search', async () => {
    const { element } = await searched();
    const root = element.shadowRoot as ShadowRoot;
    const input = [...root.querySelectorAll<HTMLInputElement>('input[type=file]')][2];
    if (!input) throw new Error('no field');
    input.files = dataWith(photoFile('two.gif')).files;
    input.dispatchEvent(new Event('change'));
    await settled();
    const urls = [...root.querySelectorAll<HTMLImageElement>('[part=query-thumb]')].map(
      ({ src }) => src,
    );
    expect(urls).toHaveLength(2);
    for (const url of urls) expect((await fetch(url)).ok).toBe(true);
    await element.searchPhoto(photoFile('other.gif'));
    for (const url of urls) await expect(fetch(url)).rejects.toThrow();
  });
});
