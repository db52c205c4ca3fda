/** Tables of objects: a list in JSON, or one object a line (NDJSON). */
import { isRecord } from '../../../core/check-record.ts';
import { describe } from '../../../core/describe.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { faultInTexts } from '../check-texts.ts';
import { decodeText } from './decode-text.ts';
import type { Table } from './rows.ts';

/** @throws SoutuError `CatalogueError` that names the line */
export function parseNdjson(bytes: Uint8Array, path: string): Table {
  const { text, encoding } = decodeText(bytes, path);
  if (encoding === 'Windows-1252') {
    fail(path, 'is not UTF-8 text. Expected an object in JSON on each line, saved as UTF-8.');
  }
  const objects = text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const name = `line ${i + 1}`;
    try {
      return [{ name, value: JSON.parse(line) as unknown }];
    } catch (error) {
      return fail(
        `${path}, ${name}`,
        `not valid JSON (${messageOf(error)}). Expected one object on each line, got ${describe(line.trim())}.`,
      );
    }
  });
  if (objects.length === 0)
    fail(path, 'expected an object in JSON on each line, got an empty file.');
  return tableOf(objects, path);
}

/**
 * @param rows the list, numbered as items from 1
 * @throws SoutuError `CatalogueError` that names the item
 */
export function tableOfList(rows: readonly unknown[], path: string): Table {
  return tableOf(
    rows.map((value, i) => ({ name: `item ${i + 1}`, value })),
    path,
  );
}

function tableOf(objects: readonly { name: string; value: unknown }[], path: string): Table {
  const indices = new Map<string, number>();
  const rows = objects.map(({ name, value }) => {
    const where = `${path}, ${name}`;
    if (!isRecord(value)) return fail(where, `expected an object, got ${describe(value)}.`);
    const fault = faultInTexts(value);
    if (fault !== null) return fail(where, fault);
    const cells: unknown[] = [];
    for (const [column, cell] of entriesOf(value)) {
      const index = indices.get(column) ?? indices.size;
      indices.set(column, index);
      cells[index] = cell;
    }
    return { name, cells };
  });
  const columns = [...indices.keys()];
  return { columns, rows, isText: false, hasDecimalComma: false, notes: [] };
}

/** The fields of an object; those of its `attributes`, as a catalogue has them, are fields of their own. */
function entriesOf(object: Readonly<Record<string, unknown>>): [string, unknown][] {
  const { attributes } = object;
  if (!isRecord(attributes)) return Object.entries(object);
  const others = Object.entries(object).filter(([name]) => name !== 'attributes');
  // A row's own fields come last, so that they count where an attribute has the same name.
  return [...Object.entries(attributes), ...others];
}

function fail(where: string, what: string): never {
  throw new SoutuError('CatalogueError', `${where}: ${what}`);
}
