/** Decides which column is which field: as the owner says, else by the usual names. */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { nearestName } from '../../../core/nearest-name.ts';
import { isNamedLikePhoto } from '../../photos/readable.ts';
import { type ColumnMap, FIELDS, type Field } from './column-map.ts';
import { isEmpty, type Table } from './rows.ts';

/** The usual names of columns, without spaces and signs, in the order in which they are tried. */
const USUAL: Readonly<Record<Field, readonly string[]>> = {
  id: [
    ...[
      'id',
      'sku',
      'itemid',
      'productid',
      'articleid',
      'identifier',
      'code',
      'itemcode',
      'productcode',
    ],
    ...[
      'objectid',
      'accessionnumber',
      'inventorynumber',
      'artikelnummer',
      'artikelnr',
      'artnr',
      'ean',
      'gtin',
    ],
  ],
  image: [
    ...[
      'image',
      'photo',
      'picture',
      'img',
      'imagelink',
      'imageurl',
      'photourl',
      'pictureurl',
      'imgurl',
    ],
    ...[
      'imagesrc',
      'imagepath',
      'photopath',
      'imagefile',
      'photofile',
      'primaryimage',
      'mainimage',
      'images',
    ],
    ...[
      'photos',
      'pictures',
      'bild',
      'foto',
      'bildurl',
      'imagen',
      'filename',
      'file',
      'path',
      'src',
    ],
  ],
  group: [
    'group',
    'relationid',
    'groupid',
    'itemgroupid',
    'parentid',
    'parentsku',
    'parent',
    'gruppe',
  ],
  title: [
    'title',
    'name',
    'productname',
    'itemname',
    'producttitle',
    'titel',
    'bezeichnung',
    'titre',
    'nombre',
  ],
  url: ['url', 'link', 'producturl', 'productlink', 'itemurl', 'pageurl', 'href', 'permalink'],
};

export interface Assignment {
  /** Indices of columns. */
  readonly fields: Readonly<Partial<Record<Field, number>>> & {
    readonly id: number;
    readonly image: number;
  };
  readonly attributes: readonly { readonly name: string; readonly column: number }[];
  /** Fields whose columns were guessed. */
  readonly guessed: readonly Field[];
}

/** @throws SoutuError `CatalogueError` that lists the columns */
export function assignColumns(table: Table, map: ColumnMap, path: string): Assignment {
  const { columns } = table;
  const used = new Set<number>();
  const take = (name: string, what: string): number => {
    const index = indexOf(columns, name);
    if (index === -1) return noColumn(columns, name, what, path);
    used.add(index);
    return index;
  };
  const fields: Partial<Record<Field, number>> = {};
  for (const field of FIELDS) {
    const name = map[field];
    if (name !== undefined) fields[field] = take(name, `--map ${field}=${name}`);
  }
  const attributes = Object.entries(map.attributes ?? {}).map(([name, column]) => ({
    name: name.normalize('NFC'),
    column: take(column, `--map attributes.${name}=${column}`),
  }));
  for (const name of map.without ?? []) take(name, `--map -${name}`);
  const guessed: Field[] = [];
  for (const field of FIELDS) {
    if (fields[field] !== undefined) continue;
    const index = guess(table, field, used);
    if (index === null) continue;
    fields[field] = index;
    used.add(index);
    guessed.push(field);
  }
  const { id, image } = fields;
  if (id === undefined) return missing('id', 'each item needs an id of its own', columns, path);
  if (image === undefined) return missing('image', 'each item needs a photo', columns, path);
  const named = new Set(attributes.map(({ name }) => name));
  columns.forEach((name, column) => {
    if (!used.has(column) && !named.has(name))
      attributes.push({ name: name.normalize('NFC'), column });
  });
  return { fields: { ...fields, id, image }, attributes, guessed };
}

/** @returns whether a list of objects is a table with other names than those of a catalogue */
export function hasUsualColumns(table: Table): boolean {
  return guess(table, 'id', new Set()) !== null && guess(table, 'image', new Set()) !== null;
}

/** @returns the column that is probably the field; null if none is */
export function guess(table: Table, field: Field, used: ReadonlySet<number>): number | null {
  const plain = table.columns.map((name, i) => (used.has(i) ? '' : plainOf(name)));
  for (const name of USUAL[field]) {
    const index = plain.indexOf(name);
    if (index !== -1) return index;
  }
  if (field !== 'image') return null;
  const byContent = table.columns.findIndex((_, i) => !used.has(i) && holdsPhotos(table, i));
  return byContent === -1 ? null : byContent;
}

/** Whether all cells of a column end like photos; at least one is given. */
function holdsPhotos({ rows }: Table, column: number): boolean {
  const cells = rows.map(({ cells }) => cells[column]).filter((cell) => !isEmpty(cell));
  return cells.length > 0 && cells.every((cell) => isNamedLikePhoto(String(cell)));
}

/** The column of this exact name, else of the same name in other letters. */
function indexOf(columns: readonly string[], name: string): number {
  const exact = columns.indexOf(name.normalize('NFC'));
  if (exact !== -1) return exact;
  return columns.findIndex((column) => plainOf(column) === plainOf(name));
}

function plainOf(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\s_.:/-]+/g, '');
}

function noColumn(columns: readonly string[], name: string, what: string, path: string): never {
  const nearest = nearestName(name, columns);
  throw new SoutuError(
    'CatalogueError',
    `${path}: ${what}: no column has this name; ` +
      (nearest === null ? listOf(columns) : `did you mean ${describe(nearest)}?`),
  );
}

function missing(field: Field, need: string, columns: readonly string[], path: string): never {
  throw new SoutuError(
    'CatalogueError',
    `${path}: ${need}, and no column is called "${field}" or the like. Name it with --map ${field}=COLUMN; ` +
      listOf(columns),
  );
}

function listOf(columns: readonly string[]): string {
  const shown = columns.slice(0, 12).map((name) => describe(name));
  const more = columns.length - shown.length;
  return `the columns are ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
