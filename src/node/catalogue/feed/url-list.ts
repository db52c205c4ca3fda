/** A list of URLs of pictures: one on each line. */
import { decodeText } from '../table/decode-text.ts';
import type { FeedRecord } from './record.ts';

/**
 * @param path for messages
 * @returns null if the text is no such list: its first line that says something is no URL
 * @throws SoutuError `CatalogueError` if the file is too large
 */
export function readUrlList(bytes: Uint8Array, path: string): FeedRecord[] | null {
  const lines = decodeText(bytes, path)
    .text.split('\n')
    .map((line, i) => ({ text: line.trim(), row: `line ${i + 1}` }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'));
  const [first] = lines;
  if (!first || !/^https?:\/\/[^\s,;]+$/i.test(first.text)) return null;
  // A URL that comes again is the same picture.
  const records = new Map(
    lines.map(({ text, row }) => [text, { id: text, images: [text], title: nameIn(text), row }]),
  );
  return [...records.values()];
}

/** `https://host/photos/blue-vase.jpg` becomes "Blue vase". */
function nameIn(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { pathname } = new URL(url);
  const name = pathname.slice(pathname.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  const hasExtension = dot !== -1 && /^\w+$/.test(name.slice(dot + 1));
  const words = decoded(hasExtension ? name.slice(0, dot) : name)
    .replace(/[\s_-]+/g, ' ')
    .trim();
  const [initial = ''] = words;
  return initial.toLocaleUpperCase('en') + words.slice(initial.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
