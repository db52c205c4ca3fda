/** Any table as a source: a row is an item. */
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { type Item, parseItem } from '../../../core/item.ts';
import { faultInTexts } from '../check-texts.ts';
import { LeftOut } from '../left-out.ts';
import { NO_TEXTS } from '../page-texts.ts';
import { photoPath } from '../photo-path.ts';
import type { CatalogueHead, CatalogueSource } from '../source.ts';
import { type Assignment, assignColumns } from './assign-columns.ts';
import { type ColumnReader, readerOf } from './cell-types.ts';
import { FIELDS } from './column-map.ts';
import type { TableOptions } from './options.ts';
import { isEmpty, type Row, type Table } from './rows.ts';

const NO_HEAD: CatalogueHead = {
  page: NO_TEXTS,
  thresholds: {},
  attributes: [],
  currency: null,
  notes: [],
};

/** JSON has types; only what no attribute can be is left out. */
const AS_IT_IS: ColumnReader = { type: 'text', read: (cell) => (isEmpty(cell) ? undefined : cell) };

export interface TableDetails {
  /** What else the source says about the catalogue; default nothing. */
  readonly head?: CatalogueHead;
  /** Which column is which field; default: as the options or the usual names say. */
  readonly assignment?: Assignment;
  /** Where the photo of an item is; default: relative to the file. */
  readonly locate?: (
    ...item: Parameters<typeof photoPath>
  ) => string | { readonly failure: string };
}

/**
 * Rows without a photo are left out and counted; images are relative to the file.
 * @param path of the file
 * @throws SoutuError `CatalogueError` that names the column or the row
 */
export function tableSource(
  table: Table,
  { map = {}, photoBase: base }: TableOptions,
  path: string,
  { head = NO_HEAD, assignment, locate = photoPath }: TableDetails = {},
): CatalogueSource {
  const { columns, rows } = table;
  const { fields, attributes, guessed } = assignment ?? assignColumns(table, map, path);
  const unfit: string[] = [];
  const typed = attributes.flatMap(({ name, column }) => {
    const cells = rows.map((row) => row.cells[column]);
    if (table.isText) return [{ name, column, reader: readerOf(cells, table.hasDecimalComma) }];
    const first = cells.findIndex((cell) => !isEmpty(cell) && !isValue(cell));
    if (first === -1) return [{ name, column, reader: AS_IT_IS }];
    const what = `${describe(cells[first])} in ${rows[first]?.name}`;
    unfit.push(
      `${path}: the field ${describe(name)} is ignored, because it has a value that no attribute can have (${what}).`,
    );
    return [];
  });
  const itemFrom = (row: Row): Item => {
    const where = `${path}, ${row.name}`;
    const given = FIELDS.flatMap((field) => {
      const column = fields[field];
      const cell = column === undefined ? undefined : row.cells[column];
      return isEmpty(cell) ? [] : [[field, cell] as const];
    });
    const values = typed.map(({ name, column, reader }) => [name, reader.read(row.cells[column])]);
    const raw = { ...Object.fromEntries(given), attributes: Object.fromEntries(values) };
    if (isEmpty(row.cells[fields.id])) {
      const what = `column ${describe(columns[fields.id])} is empty; every item needs an id of its own.`;
      throw new SoutuError('CatalogueError', `${where}: ${what}`);
    }
    const fault = table.isText ? faultInTexts(raw) : null;
    if (fault !== null) throw new SoutuError('CatalogueError', `${where}: ${fault}`);
    return parseItem(raw, where);
  };
  return {
    name: path,
    head: {
      ...head,
      notes: [
        ...table.notes,
        `${path}: ${FIELDS.flatMap((field) => {
          const column = fields[field];
          if (column === undefined) return [];
          const note = guessed.includes(field) ? '' : ' (--map)';
          return [`${field}: column ${columns[column]}${note}`];
        }).join('; ')}${attributeNote(typed, table.isText)}.`,
        ...unfit,
      ],
    },
    async *items(warn, missing) {
      const leftOut = new LeftOut();
      let count = 0;
      for (const row of rows) {
        if (isEmpty(row.cells[fields.image])) {
          leftOut.add(`column ${describe(columns[fields.image])} names no photo`, row.name);
          leftOut.withoutPhoto++;
          continue;
        }
        const item = itemFrom(row);
        const place = { file: path, row: row.name };
        count++;
        const found = locate(item, place, base);
        yield typeof found === 'string'
          ? { item, place, path: found }
          : { item, place, path: item.image, failure: found.failure };
      }
      const lines = leftOut.lines();
      if (count === 0)
        throw new SoutuError('CatalogueError', `${path}: no items. ${lines.join(' ')}`);
      for (const line of lines) warn(`${path}: ${line}`);
      missing?.(leftOut.withoutPhoto);
    },
  };
}

/** A text, a number, a boolean or a list of texts. */
function isValue(cell: unknown): boolean {
  if (Array.isArray(cell)) return cell.every((one) => typeof one === 'string');
  return ['string', 'boolean'].includes(typeof cell) || Number.isFinite(cell);
}

function attributeNote(
  typed: readonly { readonly name: string; readonly reader: ColumnReader }[],
  hasTypes: boolean,
): string {
  if (typed.length === 0) return '';
  const names = typed.map(({ name, reader }) => (hasTypes ? `${name} (${reader.type})` : name));
  return `; attributes: ${names.join(', ')}`;
}
