/** Which column of a table holds which field of the items, as the owner says. */
import { SoutuError } from '../../../core/errors.ts';
import { nearestName } from '../../../core/nearest-name.ts';

export const FIELDS = ['id', 'image', 'group', 'title', 'url'] as const;
export type Field = (typeof FIELDS)[number];

export interface ColumnMap extends Readonly<Partial<Record<Field, string>>> {
  /** Columns by the names of their attributes. Other columns become attributes of their own name. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Columns that are left out. */
  readonly without?: readonly string[];
}

const EXAMPLE = 'For example: --map id=sku,image=photo,attributes.price=Preis,-notes';
const ATTRIBUTE = 'attributes.';

/**
 * Reads `id=sku,image=photo,attributes.price=Preis,-notes`. A column whose name contains a comma stands in double
 * quotes: `image="Photo, large"`.
 * @throws SoutuError `UsageError`
 */
export function parseColumnMap(text: string): ColumnMap {
  const fields: Partial<Record<Field, string>> = {};
  const attributes = new Map<string, string>();
  const without: string[] = [];
  for (const part of partsOf(text)) {
    const [, left = '', right] = /^([^="]*?)\s*=\s*(.*)$/s.exec(part) ?? [];
    const column = unquoted(right ?? '');
    if (part.startsWith('-') && right === undefined) {
      const name = unquoted(part.slice(1).trim());
      if (name === '') fail(`"${part}" names no column`);
      without.push(name);
    } else if (right === undefined || column === '') {
      fail(`expected FIELD=COLUMN or -COLUMN, got "${part}"`);
    } else if (isField(left)) {
      if (fields[left] !== undefined) fail(`"${left}" is given twice`);
      fields[left] = column;
    } else if (left.startsWith(ATTRIBUTE) && left.length > ATTRIBUTE.length) {
      attributes.set(left.slice(ATTRIBUTE.length), column);
    } else {
      const nearest = nearestName(left, FIELDS);
      fail(
        `"${left}" is no field of an item; ` +
          (nearest
            ? `did you mean "${nearest}"?`
            : `expected ${FIELDS.join(', ')} or ${ATTRIBUTE}NAME`),
      );
    }
  }
  return { ...fields, attributes: Object.fromEntries(attributes), without };
}

/** Between commas outside quotes. */
function partsOf(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|[^",])+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function unquoted(text: string): string {
  return /^"[^"]*"$/.test(text) ? text.slice(1, -1) : text;
}

function isField(text: string): text is Field {
  return FIELDS.includes(text as Field);
}

function fail(what: string): never {
  throw new SoutuError('UsageError', `--map: ${what}${what.endsWith('?') ? '' : '.'} ${EXAMPLE}`);
}
