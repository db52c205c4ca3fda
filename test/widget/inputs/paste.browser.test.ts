/** A photo from the clipboard, and what a clipboard or a drop holds besides files. */
import { describe, expect, test, vi } from 'vitest';
import { droppedIn, pastedIn } from '../../../src/widget/inputs/arrival.ts';
import { PIXEL, photoFile, ScriptedSearch } from '../scripted-search.ts';
import { dataWith, stage, stateOf } from '../stage.ts';

function paste(clipboardData: DataTransfer): ClipboardEvent {
  return new ClipboardEvent('paste', {
    clipboardData,
    bubbles: true,
    cancelable: true,
    composed: true,
  });
}

describe('a paste', () => {
  test('of a picture anywhere in the page is searched', () => {
    const { search } = stage();
    const photo = photoFile();
    const event = paste(dataWith(photo));
    document.body.dispatchEvent(event);
    expect(search.last.query).toBe(photo);
    expect(event.defaultPrevented).toBe(true);
  });

  test('of words, or by somebody who types, is left alone', () => {
    const { search } = stage();
    const words = new DataTransfer();
    words.setData('text/plain', 'hello');
    document.body.dispatchEvent(paste(words));
    for (const editable of [document.createElement('input'), document.createElement('div')]) {
      if (editable instanceof HTMLDivElement) editable.contentEditable = 'true';
      document.body.append(editable);
      const event = paste(dataWith(photoFile()));
      editable.dispatchEvent(event);
      expect(event.defaultPrevented).toBe(false);
    }
    expect(search.calls).toEqual([]);
  });

  test.each([
    ['a picture’s address', 'https://example.invalid/a/vase.jpg?w=300', true],
    ['a picture as an address', PIXEL, true],
    ['a page’s address', 'https://example.invalid/a/vase.html', false],
    ['a sentence with an address', 'see https://example.invalid/vase.jpg', false],
  ])('of %s', (_, words, taken) => {
    const { element } = stage();
    const data = new DataTransfer();
    data.setData('text/plain', words);
    const event = paste(data);
    document.body.dispatchEvent(event);
    expect([event.defaultPrevented, stateOf(element)]).toEqual([
      taken,
      taken ? 'fetching' : 'empty',
    ]);
    element.remove();
  });

  const photo = `data:image/gif;base64,${PIXEL.split(',')[1]?.replace('=', '')}${'A'.repeat(1200)}`;
  const fetched = (markup: string, list = '') => {
    const data = new DataTransfer();
    data.setData('text/html', markup);
    if (list) data.setData('text/uri-list', list);
    return [pastedIn(data), droppedIn(data)].map((it) => it?.kind === 'address' && it.address);
  };
  const lazy = `<img src="${PIXEL}"`;

  test.each([
    [
      'an image',
      '<p>See <img alt="a > b" src="https://a.example/1.jpg?a=1&amp;b=2"></p>',
      'https://a.example/1.jpg?a=1&b=2',
    ],
    ['an image without quotes', '<img src=https://a.example/1.jpg>', 'https://a.example/1.jpg'],
    ['a picture in the page', `<img src="${photo}">`, photo],
    [
      'a placeholder with a set',
      `${lazy} srcset="https://a.example/s.jpg 320w, https://a.example/l,c_fill.jpg 1280w">`,
      'https://a.example/l,c_fill.jpg',
    ],
    [
      'a placeholder with densities',
      `${lazy} srcset="https://a.example/1.jpg, https://a.example/2.jpg 2x">`,
      'https://a.example/2.jpg',
    ],
    [
      'a placeholder of a lazy page',
      `${lazy} data-src='https://a.example/1.jpg'>`,
      'https://a.example/1.jpg',
    ],
    [
      'a placeholder before another image',
      `${lazy}><img src="https://a.example/1.jpg">`,
      'https://a.example/1.jpg',
    ],
    ['a placeholder alone', `${lazy}>`, PIXEL],
  ])('or a drop of HTML with %s takes its picture', (_, markup, address) => {
    expect(fetched(markup)).toEqual([address, address]);
  });

  test('of HTML is searched', async () => {
    const { search } = stage();
    const data = new DataTransfer();
    data.setData('text/html', `<meta charset="utf-8"><img src="${PIXEL}">`);
    data.setData('text/plain', '');
    const event = paste(data);
    document.body.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    await vi.waitFor(() => expect((search.last.query as File).type).toBe('image/gif'));
  });

  test('of HTML without an image is left alone', () => {
    stage();
    const data = new DataTransfer();
    data.setData('text/html', '<b>words</b> <imgsrc="x">');
    const event = paste(data);
    document.body.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);
  });

  test('a drop takes the list of addresses before a placeholder', () => {
    const list = 'https://a.example/1.jpg';
    expect(fetched(`${lazy}>`, list)[1]).toBe(list);
    expect(fetched('<img src="https://a.example/2.jpg">', list)[1]).toBe('https://a.example/2.jpg');
  });

  test('is taken by one element only', () => {
    const { element, search } = stage();
    const other = element.cloneNode() as typeof element;
    const second = new ScriptedSearch();
    other.search = second;
    document.body.append(other);
    document.body.dispatchEvent(paste(dataWith(photoFile())));
    expect([search.calls.length, second.calls.length]).toEqual([1, 0]);
  });
});
