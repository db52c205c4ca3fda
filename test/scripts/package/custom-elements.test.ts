/** The manifest of the element says what its sources do: both are read here, each in its own way. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { customElements } from '../../../scripts/package/custom-elements.ts';

interface Named {
  readonly name: string;
  readonly description?: string;
}
type Lists = 'attributes' | 'events' | 'slots' | 'cssParts' | 'cssProperties' | 'members';
type Declaration = Readonly<Record<Lists, readonly Named[]>> & { readonly description: string };

const manifest = (await customElements('.')) as {
  modules: [{ declarations: [Declaration] }, { declarations: [Declaration] }];
};
const [element] = manifest.modules[0].declarations;
const names = (list: Lists) => element[list].map(({ name }) => name).sort();

const files = (await readdir('src/widget', { recursive: true })).filter((one) =>
  /^(?!similar).*\.(ts|css)$/.test(one),
);
const code = (await Promise.all(files.map((one) => readFile(join('src/widget', one), 'utf8'))))
  .join('\n')
  .replace(/^\s*\*.*$/gm, '');
const inCode = (pattern: RegExp) =>
  [...new Set([...code.matchAll(pattern)].map(([, found]) => found as string))].sort();

test('attributes: all that are observed or read', () => {
  const [, list = ''] = /observedAttributes = \[([^\]]+)\]/.exec(code) ?? [];
  const observed = [...list.matchAll(/'([\w-]+)'/g)].map(([, name]) => name);
  const read = inCode(/(?:element|this)\.(?:get|has)Attribute\('([\w-]+)'\)/g);
  expect(observed.length).toBeGreaterThan(3);
  expect(names('attributes')).toEqual(expect.arrayContaining([...observed, ...read]));
});

test('events: all of the type map, with the type of their detail', () => {
  expect(names('events')).toEqual(inCode(/^\s+'(soutu-[a-z-]+)': CustomEvent/gm));
  expect(element.events).toContainEqual(
    expect.objectContaining({
      name: 'soutu-results',
      type: { text: 'CustomEvent<SearchResponse>' },
    }),
  );
});

test('slots and custom properties: all that the frame and the styles have', () => {
  const slots = [...inCode(/name: '(\w+)' \}/g), ...inCode(/template\[slot="(\w+)"\]/g)].sort();
  expect(names('slots')).toEqual(expect.arrayContaining(slots));
  expect(names('cssProperties')).toEqual(inCode(/var\((--soutu-[a-z-]+)/g));
});

test('parts: every name that an element is created with', () => {
  const created = [
    ...inCode(/\bcreate\(\s*'\w+',\s*'([a-z][a-z -]*)'/g),
    ...inCode(/\bcreateButton\(\s*'([a-z][a-z -]*)'/g),
  ].flatMap((part) => part.split(' '));
  expect(created.length).toBeGreaterThan(40);
  const missing = [...new Set(created)].filter((part) => !names('cssParts').includes(part));
  expect(missing).toEqual([]);
});

test('properties and methods that pages use, and a description of everything', () => {
  expect(names('members')).toEqual(
    expect.arrayContaining(['bundle', 'labels', 'messages', 'response', 'search', 'searchPhoto']),
  );
  expect(names('members')).not.toContain('connectedCallback');
  for (const list of ['attributes', 'events', 'slots', 'cssParts', 'cssProperties'] as const) {
    for (const { name, description } of element[list])
      expect([name, description]).not.toContain('');
  }
  expect(element.description).toMatch(/^`<soutu-search bundle/);
});

test('the row of similar items: its attributes, parts, slot and properties', async () => {
  const [row] = manifest.modules[1].declarations;
  const all = (await readdir('src/widget/similar')).map((one) => join('src/widget/similar', one));
  const own = (await Promise.all(all.map((one) => readFile(one, 'utf8')))).join('\n');
  const namesOf = (list: Lists) => row[list].map(({ name }) => name).sort();
  const found = (pattern: RegExp) =>
    [...new Set([...own.matchAll(pattern)].map(([, name]) => name as string))].sort();
  expect(namesOf('attributes')).toEqual(['bundle', 'heading', 'item', 'lang', 'size']);
  expect(namesOf('members')).toEqual(['bundle', 'item', 'search', 'size']);
  expect(namesOf('events')).toEqual(['soutu-hit']);
  expect(namesOf('slots')).toEqual(['heading']);
  expect(namesOf('cssParts')).toEqual(expect.arrayContaining(found(/\[part="([a-z]+)"\]/g)));
  expect(namesOf('cssProperties')).toEqual(found(/var\((--soutu-[a-z-]+)/g));
});
