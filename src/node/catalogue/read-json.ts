/** Reads a JSON file that people write by hand: errors name the line and the column. */
import * as jsonc from 'jsonc-parser';
import { describe } from '../../core/describe.ts';
import { SoutuError } from '../../core/errors.ts';
import { readBytes } from './read-bytes.ts';
import { refuseTooLong } from './table/decode-text.ts';

/** JSON.parse does not always say where it stopped, and its words differ between versions of Node. */
const WORDS: Partial<Record<string, string>> = {
  CommaExpected: 'a comma is missing before this',
  ColonExpected: 'a colon is missing before this',
  PropertyNameExpected:
    'a field name in double quotes is missing here (or a comma is too many before)',
  ValueExpected: 'a value is missing here (or a comma is too many before)',
  CloseBraceExpected: 'a "}" is missing',
  CloseBracketExpected: 'a "]" is missing',
  EndOfFileExpected: 'the file goes on after its end',
  InvalidSymbol: 'texts and field names need double quotes',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfString: 'a text has no closing quote on its line',
  InvalidEscapeCharacter: 'a backslash in a text must be written as \\\\',
  InvalidUnicode: 'four hexadecimal digits must follow \\u',
  InvalidCharacter: 'a control character in a text must be escaped',
};

/** What a file should be, in the words of an error. */
export interface Expected {
  readonly what: string;
  /** The shape of the JSON. */
  readonly shape: string;
}

const A_CATALOGUE: Expected = {
  what: 'a folder of photos, a table (.csv, .tsv, .ndjson), or a catalogue in JSON',
  shape: 'a list of items',
};

/** @throws SoutuError `CatalogueError` */
export async function readJson(path: string, expected: Expected = A_CATALOGUE): Promise<unknown> {
  const text = decode(await readBytes(path), path, expected);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SoutuError('CatalogueError', faultIn(text, path, expected), { cause: error });
  }
}

/** UTF-8, or UTF-16 with its byte order mark, as PowerShell writes it. */
function decode(bytes: Uint8Array, path: string, { what }: Expected): string {
  refuseTooLong(bytes, path);
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe;
  try {
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const message = `${path}: is not UTF-8 text. Expected ${what} saved as UTF-8.`;
    throw new SoutuError('CatalogueError', message, { cause: error });
  }
}

function faultIn(text: string, path: string, { what, shape }: Expected): string {
  const start = text.trimStart();
  if (!/^[[{]/.test(start)) {
    const got =
      start === '' ? 'an empty file' : `a file that begins with ${describe(start.slice(0, 20))}`;
    return `${path}: expected ${what} (${shape}), got ${got}.`;
  }
  const found: jsonc.ParseError[] = [];
  try {
    jsonc.parse(text, found, { disallowComments: true, allowTrailingComma: false });
  } catch {
    // It calls itself for each level. More levels than it can take are refused by their number.
    return `${path}: not valid JSON, and nested too deeply to say where.`;
  }
  const [first] = found;
  if (!first) return `${path}: not valid JSON.`;
  const code = jsonc.printParseErrorCode(first.error);
  const end = text.trimEnd().length;
  const isOpen = code === 'UnexpectedEndOfString' && first.offset + first.length >= end;
  if (first.offset >= end || isOpen) {
    return `${path}: not valid JSON: the file ends too early, after ${placeOf(text, end)}. Was it cut short?`;
  }
  const words = WORDS[code] ?? 'this is not expected here';
  const near = describe(text.slice(first.offset, first.offset + 20).split('\n')[0]);
  return `${path}, ${placeOf(text, first.offset)}: not valid JSON: ${words}: ${near}.`;
}

function placeOf(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}
