/** Tables of text with separators: CSV and TSV, as spreadsheets, databases and shops write them. */
import { CsvError, parse } from 'csv-parse/sync';
import { describe } from '../../../core/describe.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { decodeText } from './decode-text.ts';
import type { Row, Table } from './rows.ts';

const SEPARATORS = [',', ';', '\t'] as const;
type Separator = (typeof SEPARATORS)[number];

const NAMES: Readonly<Record<Separator, string>> = {
  ',': 'commas',
  ';': 'semicolons',
  '\t': 'tabs',
};

/**
 * The first row names the columns. Rows without any text are skipped, and empty cells may be missing at the end of a row,
 * as Excel leaves them out.
 * @param path for messages
 * @throws SoutuError `CatalogueError` that names the row
 */
export function parseSeparated(bytes: Uint8Array, path: string): Table {
  const { text: whole, encoding } = decodeText(bytes, path);
  // A first line "sep=;" is a note to Excel, which does not display it.
  const [, announced = ''] = /^sep=(.)\r?\n/i.exec(whole) ?? [];
  const text = announced === '' ? whole : whole.slice(whole.indexOf('\n') + 1);
  const separator = isSeparator(announced) ? announced : separatorOf(text);
  const records = recordsOf(text, separator, path);
  const [header, ...rest] = records;
  if (!header || rest.every(isBlank)) {
    const got = text.trim() === '' ? 'an empty file' : 'only a row of names';
    return fail(
      path,
      `expected a row with the names of the columns and a row for each item, got ${got}.`,
    );
  }
  const names = header.map((name) => name.normalize('NFC').trim());
  refuseTwice(names, path);
  // Columns without a name, such as notes at the side of a sheet, are no fields.
  const used = names.flatMap((name, i) => (name === '' ? [] : [i]));
  const rows = rest.flatMap((cells, i): Row[] => {
    const name = `row ${i + 2}`;
    if (isBlank(cells)) return [];
    if (cells.slice(names.length).some((cell) => cell.trim() !== '')) {
      fail(
        `${path}, ${name}`,
        `has ${cells.length} cells, but the first row names ${names.length} columns. Put double quotes around ` +
          `cells that contain ${NAMES[separator]}. The row begins with ${describe(cells.slice(0, 3).join(separator))}.`,
      );
    }
    return [{ name, cells: used.map((column) => cells[column]?.trim() ?? '') }];
  });
  const unnamed = names.length - used.length;
  return {
    columns: used.map((i) => names[i] as string),
    rows,
    isText: true,
    hasDecimalComma: separator === ';',
    notes: [
      ...(encoding === 'Windows-1252'
        ? [
            `${path}: read as Windows-1252, because it is not UTF-8. If letters are wrong, save it as UTF-8.`,
          ]
        : []),
      ...(unnamed > 0 && rest.some((cells) => names.some((n, i) => n === '' && cells[i]?.trim()))
        ? [`${path}: ${unnamed === 1 ? '1 column' : `${unnamed} columns`} without a name ignored.`]
        : []),
    ],
  };
}

function recordsOf(text: string, delimiter: Separator, path: string): string[][] {
  let read = 0;
  try {
    return parse(text, {
      delimiter,
      onRecord: (record: string[]) => {
        read++;
        return record;
      },
      // A quote within a cell that does not begin with one, as in 6" pot, is a character like others.
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: false,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
      return fail(
        `${path}, row ${read + 1}`,
        'a cell begins with a double quote that is never closed. Close it, or write it twice inside quotes ("").',
      );
    }
    return fail(path, `cannot be read as a table: ${messageOf(error)}.`);
  }
}

/** The separator that the first row has most of, outside quotes. */
function separatorOf(text: string): Separator {
  const counts: Record<Separator, number> = { ',': 0, ';': 0, '\t': 0 };
  let isQuoted = false;
  for (const c of text) {
    if (c === '"') isQuoted = !isQuoted;
    else if (!isQuoted && c === '\n') break;
    else if (!isQuoted && isSeparator(c)) counts[c]++;
  }
  return SEPARATORS.reduce((best, one) => (counts[one] > counts[best] ? one : best));
}

function isSeparator(text: string): text is Separator {
  return SEPARATORS.includes(text as Separator);
}

const isBlank = (cells: readonly string[]) => cells.every((cell) => cell.trim() === '');

function refuseTwice(names: readonly string[], path: string): void {
  const seen = new Set<string>();
  const twice = names.find((name) => {
    if (name === '' || !seen.has(name)) {
      seen.add(name);
      return false;
    }
    return true;
  });
  if (twice === undefined) return;
  fail(`${path}, row 1`, `two columns have the name ${describe(twice)}. Rename one of them.`);
}

function fail(where: string, what: string): never {
  throw new SoutuError('CatalogueError', `${where}: ${what}`);
}
