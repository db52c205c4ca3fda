import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { IndexedItem } from '../../../../src/core/item.ts';
import { browseListsOf } from '../../../../src/node/build/page/browse-lists.ts';
import { fillPage, type PageContent } from '../../../../src/node/build/page/page-html.ts';
import { NO_TEXTS, type PageTexts } from '../../../../src/node/catalogue/page-texts.ts';

const template = readFileSync('index.html', 'utf8');
const fill = (texts: Partial<PageTexts>, more: Partial<PageContent> = {}) =>
  fillPage(template, { texts: { ...NO_TEXTS, ...texts }, tries: [], shelves: [], ...more });

const item = (id: string, group: string, attributes?: IndexedItem['attributes']): IndexedItem => ({
  id,
  image: `${id}.jpg`,
  group,
  title: `The ${group}`,
  thumb: `thumbs/${id}.webp`,
  thumbSize: [320, 240],
  ...(attributes ? { attributes } : {}),
});
const items = [
  item('a-1', 'a', { kind: 'mug', glaze: ['ash', 'plum'], price: 1200.5, currency: 'EUR' }),
  item('a-2', 'a', { kind: 'mug' }),
  item('b', 'b', { kind: 'bowl', price: 30, currency: 'euros', 'height (cm)': 7.5 }),
  item('c', 'c'),
];

describe('a page', () => {
  test('of a catalogue that says nothing is the neutral one, with no place left open', () => {
    const page = fill({});
    expect(page).toContain('<html lang="en">');
    expect(page).toContain('<title>Search by picture</title>');
    expect(page).toContain('<h1>Search by picture</h1>');
    expect(page).toContain('<p>Show a photo, and see what looks most like it.</p>');
    expect(page).toContain('<soutu-search bundle="./bundle/" group>');
    expect(page).not.toMatch(/<section|<footer|soutu:|data-title|data-subtitle/);
  });

  test('says what the catalogue says, and to search engines, too', () => {
    const page = fill({ title: 'Mugs', subtitle: 'Of clay', note: 'No shop.' });
    expect(page).toContain('<title>Mugs</title>');
    expect(page).toContain('<h1>Mugs</h1>');
    expect(page).toContain('<p>Of clay</p>');
    expect(page).toContain('<meta name="description" content="Of clay"');
    expect(page).toContain('<footer class="note"><p>No shop.</p></footer>');
  });

  test('has the words of a catalogue as text: no tag, entity or replacement pattern does anything', () => {
    const evil = `</title><script>alert("1 & 2")</script>" onload="x" $& $1 &amp;`;
    const tries = [
      { name: 'assets/try-1.webp', bytes: new Uint8Array(), size: [1, 1] as const, title: evil },
    ];
    const bad = { ...item(evil, evil, { kind: evil, [evil]: evil }), title: evil };
    const shelves = browseListsOf([bad], { by: 'kind', names: new Map() }, './bundle/');
    const page = fill({ title: evil, subtitle: evil, note: evil }, { tries, shelves });
    const plain = fill({ title: 'x', subtitle: 'x', note: 'x' });
    expect(page.match(/<script/g)).toEqual(plain.match(/<script/g));
    expect(page).not.toContain('" onload="');
    expect(page).toContain(
      '<h1>&lt;/title&gt;&lt;script&gt;alert(&quot;1 &amp; 2&quot;)&lt;/script&gt;&quot; onload=&quot;x&quot; $&amp; $1 &amp;amp;</h1>',
    );
  });

  test('in another language marks its own words as English, and runs from right to left where that does', () => {
    expect(fill({ lang: 'de', title: 'Becher' })).toContain('<html lang="de">');
    expect(fill({ lang: 'de' })).toContain('<h1 lang="en" dir="ltr">Search by picture</h1>');
    expect(fill({ lang: 'de', title: 'Becher' })).toContain('<h1>Becher</h1>');
    expect(fill({ lang: 'ar' })).toContain('<p class="needs-server" lang="en" dir="ltr">');
    expect(fill({ lang: 'en-GB' })).toContain('<h1>Search by picture</h1>');
    for (const lang of ['ar', 'he-IL', 'fa', 'ur', 'az-Arab']) {
      expect(fill({ lang })).toContain(`<html lang="${lang}" dir="rtl">`);
    }
  });

  test('offers photos to try it with, each a button with a name', () => {
    const tries = [
      {
        name: 'assets/try-1.webp',
        bytes: new Uint8Array(),
        size: [64, 48] as const,
        title: 'A mug',
      },
    ];
    expect(fill({}, { tries })).toContain(
      '<button type="button" data-search><img src="./assets/try-1.webp" alt="A mug" width="64" height="48" decoding="async"></button>',
    );
  });
});

describe('shelves', () => {
  test('hold each group once, by the first of its views, with all its pictures', () => {
    const shelves = browseListsOf(items, { by: 'kind', names: new Map() }, './bundle/');
    expect(shelves.map(({ name, pieces }) => [name, pieces.map(({ id }) => id)])).toEqual([
      ['mug', ['a']],
      ['bowl', ['b']],
      ['–', ['c']],
    ]);
    expect(shelves[0]?.pieces[0]).toEqual({
      id: 'a',
      item: 'a-1',
      title: 'The a',
      price: { amount: 1200.5, currency: 'EUR' },
      pictures: ['a-1', 'a-2'].map((id) => ({
        src: `./bundle/thumbs/${id}.webp`,
        width: 320,
        height: 240,
      })),
      facts: [['glaze', 'ash, plum']],
    });
  });

  test("stand in the order of the owner's names; a name without pieces is no shelf", () => {
    const names = new Map(Object.entries({ bowl: 'Bowls', plate: 'Plates', mug: 'Mugs' }));
    const shelves = browseListsOf(items, { by: 'kind', names }, './');
    expect(shelves.map(({ name }) => name)).toEqual(['Bowls', 'Mugs', '–']);
  });

  test('may be divided by an attribute that has the name of a built-in', () => {
    const [by, value] = ['constructor', 'toString'];
    const odd = { ...item('odd', 'odd', {}), attributes: { [by]: value } };
    const shelves = browseListsOf(
      [odd, item('plain', 'plain', {})],
      { by, names: new Map() },
      './',
    );
    expect(shelves.map(({ name }) => name)).toEqual([value, '–']);
  });

  test('show prices and numbers as the language writes them, and no currency that is none', () => {
    const attributes = [
      { name: 'depth', type: 'number', label: { en: 'Depth', de: 'Tiefe' }, unit: 'cm' },
      { name: 'oven', type: 'boolean' },
    ] as const;
    const deep = item('d', 'd', { kind: 'bowl', oven: true, depth: 1.5 });
    const browse = { by: 'kind', names: new Map() };
    const shelves = browseListsOf([...items, deep], browse, './', attributes, 'de');
    const page = fill({ lang: 'de' }, { shelves });
    expect(page).toContain(
      '<dt>Tiefe</dt><dd>1,5\u00a0cm</dd></div><div><dt>oven</dt><dd>Yes</dd>',
    );
    expect(page).toMatch(/<p class="price">1\.200,50\s€<\/p>/);
    expect(page).toContain('<p class="price">30</p>');
    expect(page).toContain('<dt>height (cm)</dt><dd>7,5</dd>');
  });

  test('give every piece an address that a hit can lead to', () => {
    const page = fill(
      {},
      { shelves: browseListsOf(items, { by: 'kind', names: new Map() }, './') },
    );
    expect(page).toContain('<li class="piece" id="a" data-item="a-1"><a class="cover" href="#a">');
    expect(page).toContain('<a href="#shelf-1">mug <small>1</small></a>');
    expect(page).toContain('<h3 id="shelf-1">mug</h3>');
  });

  test('has names of its own that no piece has, so that each address leads to one place', () => {
    const taken = ['tries', 'shelves', 'shelf-1', 'shelf-1_'];
    const groups = taken.map((group) => item(`${group}-1`, group, { kind: 'mug' }));
    const tries = [
      { name: 'assets/try-1.webp', bytes: new Uint8Array(), size: [1, 1] as const, title: 'A mug' },
    ];
    const shelves = browseListsOf(groups, { by: 'kind', names: new Map() }, './');
    const page = fill({}, { shelves, tries });
    const ids = [...page.matchAll(/\bid="([^"]*)"/g)].map(([, id]) => id ?? '');
    expect(ids.sort()).toEqual([...taken, 'shelf-1__', 'shelves_', 'tries_'].sort());
    const named = [...page.matchAll(/aria-labelledby="([^"]*)"|href="#([^"]*)"/g)];
    for (const [, by, to] of named) expect(ids).toContain(by ?? to);
    expect(page).toContain('<h3 id="shelf-1__">mug</h3>');
  });

  test('of many views of one piece, and of many pieces, takes no longer than it has to', () => {
    // Copied for each one they would be 40 thousand million steps.
    const many = Array.from({ length: 200_000 }, (_, i) => item(`i${i}`, `g${i}`, { kind: 'mug' }));
    const views = Array.from({ length: 200_000 }, (_, i) => item(`v${i}`, 'one', { kind: 'jug' }));
    const [mugs, jugs] = browseListsOf([...many, ...views], { by: 'kind', names: new Map() }, './');
    expect([mugs?.pieces.length, jugs?.pieces[0]?.pictures.length]).toEqual([200_000, 200_000]);
  });
});
