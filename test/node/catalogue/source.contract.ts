/**
 * What every source of items must do. Each implementation writes the same items in its own form and gives them back.
 */
import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Attributes, Item } from '../../../src/core/item.ts';
import { collect } from '../../../src/node/catalogue/collect.ts';
import {
  type CatalogueSource,
  type SourceItem,
  textOf,
} from '../../../src/node/catalogue/source.ts';

export interface SourceForm {
  /**
   * Writes items in the source's form into a folder that does not exist yet. The photos are files beside, whose contents
   * nobody reads here.
   * @returns the source's file or folder
   */
  write(folder: string, items: readonly Item[]): Promise<string>;
  open(path: string): Promise<CatalogueSource>;
  /** False if items are not described in files; default true. */
  readonly isFile?: boolean;
  /** For forms that have their own attributes: what the form can say of the attributes of an item. */
  attributesIn?(attributes: Attributes): Attributes;
  /** For forms in which every item has more than it was given, such as a page. */
  expected?(item: Item): Item;
}

const PLAIN: readonly Item[] = [
  {
    id: 'vase-1',
    image: 'photos/vase-1.jpg',
    group: 'vase',
    title: 'Celadon vase',
    url: '/shop/vase-1',
    attributes: { kind: 'vase', price: 48.5, glazed: true },
  },
  {
    id: 'mug-1',
    image: 'photos/mug-1.jpg',
    title: 'Mug',
    attributes: { kind: 'mug', price: 12, glazed: false },
  },
  { id: 'bowl-1', image: 'photos/deep/bowl-1.jpg', group: 'bowl', title: 'Bowl' },
];

/** Texts that break readers which split, quote or escape on their own. */
const HARD: readonly Item[] = [
  {
    id: 'a "quoted", id; with\ttab',
    image: 'photos/1.jpg',
    title: 'Two\nlines, "quotes" & <b>tags</b>; 100 %',
    attributes: { note: "'=1+1', 🏺\r\nand ünïcödé", 'a, "b"; c': 'x' },
  },
  { id: '007', image: 'photos/2.jpg', title: '1e5', attributes: { __proto__x: 'x' } },
  { id: '__proto__', image: 'photos/3 % #.jpg', title: 'constructor' },
];

/** @param root a folder for the suite's files */
export function describeSource(name: string, root: string, form: SourceForm): void {
  const fitting = (items: readonly Item[]): Item[] =>
    items.map(({ attributes, ...rest }) => {
      const own = attributes && form.attributesIn ? form.attributesIn(attributes) : attributes;
      return own && Object.keys(own).length > 0 ? { ...rest, attributes: own } : rest;
    });
  const expected = (item: Item): Item => form.expected?.(item) ?? item;
  const plain = fitting(PLAIN);
  const hard = fitting(HARD);
  const opened = async (items: readonly Item[]) =>
    form.open(await form.write(join(root, randomUUID()), items));

  describe(`${name}, as every source`, () => {
    test('gives the items it was given, with all their fields and the files of their photos', async () => {
      const read = await itemsOf(await opened(plain));
      expect(read.warnings).toEqual([]);
      expect(sorted(read.items.map(({ item }) => item))).toEqual(sorted(plain).map(expected));
      for (const { item, path } of read.items) {
        expect(isAbsolute(path)).toBe(true);
        expect(path.endsWith(item.image)).toBe(true);
        expect((await stat(path)).isFile()).toBe(true);
      }
    });

    test('gives texts back as they were written', async () => {
      const { items } = await itemsOf(await opened(hard));
      expect(sorted(items.map(({ item }) => item))).toEqual(sorted(hard).map(expected));
    });

    test('names the place of every item, each its own', async () => {
      const source = await opened(plain);
      const { items } = await itemsOf(source);
      const places = items.map(({ place }) => textOf(place));
      for (const place of places) expect(place.startsWith(source.name)).toBe(true);
      expect(new Set(places).size).toBe(plain.length);
      if (form.isFile === false) return;
      for (const { place } of items) expect((await stat(place.file)).isFile()).toBe(true);
    });

    test('is read from the start each time, also twice at once and after a reader that stops early', async () => {
      const source = await opened(plain);
      for await (const { item } of source.items(() => undefined)) {
        expect(item.id).toBeTruthy();
        break;
      }
      const both = await Promise.all([itemsOf(source), itemsOf(source)]);
      expect(both[0]).toEqual(both[1]);
      expect(both[0].items).toHaveLength(plain.length);
    });

    test('a link that could run a script is refused with its place', async () => {
      const source = await opened([
        ...plain,
        { id: 'x', image: 'photos/x.jpg', url: 'javascript:alert(1)' },
      ]);
      const reading = itemsOf(source);
      await expect(reading).rejects.toMatchObject({ name: 'CatalogueError' });
      const words = '"url" of "x" must be http(s), mailto or relative, got "javascript:alert(1)".';
      await expect(reading).rejects.toThrow(words);
      const message = await reading.catch((error: Error) => error.message);
      expect(message).toMatch(/^(\/|[a-z]+:\/\/|items, ).+: "url"/);
      expect((message as string).startsWith(source.name)).toBe(true);
    });

    test('the later of two items with one id counts, with a warning at its place', async () => {
      const again: Item = { id: 'mug-1', image: 'photos/other.jpg', title: 'Another' };
      const source = await opened([...plain, again]);
      const { entries, warnings } = await collect(source);
      expect(entries.map(({ item }) => item.id).sort()).toEqual(['bowl-1', 'mug-1', 'vase-1']);
      const mug = entries.find(({ item }) => item.id === 'mug-1');
      expect(mug).toBeDefined();
      expect(warnings).toEqual([
        `${mug && textOf(mug.place)}: the id "mug-1" occurs again. This item replaces the earlier one; give one of them another id.`,
      ]);
    });
  });
}

async function itemsOf(source: CatalogueSource) {
  const items: SourceItem[] = [];
  const warnings: string[] = [];
  for await (const item of source.items((line) => warnings.push(line))) items.push(item);
  return { items, warnings };
}

function sorted(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => (a.id < b.id ? -1 : 1));
}
