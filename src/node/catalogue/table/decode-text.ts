/** Decodes text files in the encodings that spreadsheets and databases write. */
import { constants } from 'node:buffer';
import { SoutuError } from '../../../core/errors.ts';

export type Encoding = 'UTF-8' | 'UTF-16' | 'Windows-1252';

/** Whole files become one text; no encoding has more characters than bytes. */
const MAX_BYTES = constants.MAX_STRING_LENGTH;

/**
 * @param path for messages
 * @throws SoutuError `CatalogueError` if the text is longer than Node can hold
 */
export function refuseTooLong(bytes: Uint8Array, path: string, max = MAX_BYTES): void {
  if (bytes.length <= max) return;
  const [size, limit] = [bytes.length, max].map((count) => (count / 1e6).toFixed(0));
  throw new SoutuError(
    'CatalogueError',
    `${path}: has ${size} MB, expected at most ${limit} MB. Leave out columns or fields that are not needed, or build ` +
      'from a part of it.',
  );
}

/**
 * Decodes by the byte order mark or by zero bytes; else as UTF-8 if the bytes are valid, else as Windows-1252.
 * @param path for messages
 * @throws SoutuError `CatalogueError` if it is too long
 */
export function decodeText(bytes: Uint8Array, path: string): { text: string; encoding: Encoding } {
  refuseTooLong(bytes, path);
  const utf16 = utf16Of(bytes);
  if (utf16) return { text: new TextDecoder(utf16).decode(bytes), encoding: 'UTF-16' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, encoding: 'UTF-8' };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { text: fromWindows1252(bytes), encoding: 'Windows-1252' };
  }
}

function utf16Of(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  const [first = 0, second = 0] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // Without a mark, the first character of a table is in ASCII: one of its two bytes is zero, and text has no others.
  if (first !== 0 && second === 0 && bytes.length > 1) return 'utf-16le';
  if (first === 0 && second !== 0) return 'utf-16be';
  return null;
}

/** The characters of 0x80 to 0x9f; elsewhere, Windows-1252 is Latin-1. Some versions of Node decode it as Latin-1. */
const HIGH_CONTROLS = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

export function fromWindows1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return text.replace(/[\x80-\x9f]/g, (c) => HIGH_CONTROLS[c.charCodeAt(0) - 0x80] ?? c);
}
