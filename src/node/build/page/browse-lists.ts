/** The lists of the catalogue below the search: one list per value of an attribute, one piece per group. */
import { type AttributeInfo, labelOf } from '../../../core/attribute-info.ts';
import {
  type Attributes,
  type AttributeValue,
  groupOf,
  type IndexedItem,
} from '../../../core/item.ts';
import { valuesOf } from '../../../core/search/filter.ts';
import { rowOf } from '../../../core/search/item-table.ts';
import type { Browse } from '../../catalogue/page-texts.ts';

export interface Piece {
  /** The group; also the element's id on the page. */
  readonly id: string;
  /** Id of its first item. */
  readonly item: string;
  readonly title: string;
  readonly price: { readonly amount: number; readonly currency: string | null } | null;
  readonly pictures: readonly {
    readonly src: string;
    readonly width: number;
    readonly height: number;
  }[];
  readonly facts: readonly (readonly [name: string, value: string])[];
}

export interface BrowseList {
  readonly id: string;
  readonly name: string;
  readonly pieces: readonly Piece[];
}

/** Nobody scrolls through a longer page. */
export const MAX_PIECES = 500;

const FALLBACK_SIDE = 320;

/** Heading of the items without the attribute. */
const NO_VALUE = '–';

/**
 * @param items the bundle's items, sorted by id
 * @param base URL of the bundle, relative to the page
 * @param attributes labels and units
 * @param lang language of labels and numbers
 */
export function browseListsOf(
  items: readonly IndexedItem[],
  { by, names }: Browse,
  base: string,
  attributes: readonly AttributeInfo[] = [],
  lang = 'en',
): BrowseList[] {
  const views = new Map<string, IndexedItem[]>();
  for (const item of items) addTo(views, groupOf(item), item);
  // The owner's headings come first, in their order.
  const lists = new Map<string, Piece[]>([...names.keys()].map((value) => [value, []]));
  for (const [group, members] of views) {
    const [item] = members;
    if (!item) continue;
    addTo(
      lists,
      valuesOf(rowOf(item), by)[0] ?? NO_VALUE,
      pieceOf(group, members, base, factsFor(attributes, by, lang)),
    );
  }
  return [...lists]
    .filter(([, pieces]) => pieces.length > 0)
    .map(([value, pieces], i) => ({
      id: freeId(`shelf-${i + 1}`, views),
      name: names.get(value) ?? value,
      pieces,
    }));
}

/** An element id that no piece uses: the ids of pieces are their groups. */
export function freeId(name: string, pieces: { has(id: string): boolean }): string {
  return pieces.has(name) ? freeId(`${name}_`, pieces) : name;
}

function addTo<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function pieceOf(
  id: string,
  members: readonly IndexedItem[],
  base: string,
  factsOf: (attributes: Attributes) => Piece['facts'],
): Piece {
  const item = members[0] as IndexedItem;
  const attributes: Attributes = item.attributes ?? {};
  const { price, currency } = attributes;
  return {
    id,
    item: item.id,
    title: item.title ?? item.id,
    price:
      typeof price === 'number'
        ? { amount: price, currency: typeof currency === 'string' ? currency : null }
        : null,
    pictures: members.flatMap(({ thumb, thumbSize }) => {
      const [width, height] = thumbSize ?? [FALLBACK_SIDE, FALLBACK_SIDE];
      return thumb ? [{ src: base + thumb, width, height }] : [];
    }),
    facts: factsOf(attributes),
  };
}

/** The facts of a piece in the catalogue's order, with its labels and units; the heading and the price are elsewhere. */
function factsFor(attributes: readonly AttributeInfo[], by: string, lang: string) {
  const infos = new Map(attributes.map((info) => [info.name, info]));
  return (values: Attributes): Piece['facts'] =>
    [...new Set([...infos.keys(), ...Object.keys(values)])]
      .filter((name) => Object.hasOwn(values, name) && ![by, 'price', 'currency'].includes(name))
      .map((name) => {
        const value = values[name] as AttributeValue;
        const info = infos.get(name);
        return [(info && labelOf(info, lang)) ?? name, textOf(value, info?.unit, lang)];
      });
}

function textOf(value: AttributeValue, unit: string | undefined, lang: string): string {
  if (typeof value === 'number') {
    const figure = value.toLocaleString(lang);
    return unit === undefined ? figure : `${figure}\u00a0${unit}`;
  }
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  return typeof value === 'string' ? value : value.join(', ');
}
