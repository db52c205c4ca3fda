/** Reads the repeated elements of an XML document. No entity but the five of XML itself is known, so none can expand. */
import sax from 'sax';
import { describe } from '../../../core/describe.ts';
import { SoutuError } from '../../../core/errors.ts';
import { decodeText, fromWindows1252 } from '../table/decode-text.ts';

export interface Element {
  /** The namespace, "" for none. */
  readonly space: string;
  /** The name without a prefix. */
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  /** The text directly in it. */
  text: string;
  /** Where it begins, from 1. */
  readonly line: number;
}

export interface XmlDocument {
  /** Without its children. */
  readonly root: Element;
  /** The elements that were asked for, each with all that is in it. */
  readonly found: readonly Element[];
}

/** Feeds have a few levels. */
const MAX_DEPTH = 32;

/**
 * @param wanted names of the elements, which are not within each other
 * @param path for messages
 * @throws SoutuError `CatalogueError` that names the line
 */
export function readXml(bytes: Uint8Array, wanted: readonly string[], path: string): XmlDocument {
  const text = textOfXml(bytes, path);
  const parser = sax.parser(true, { xmlns: true, position: true });
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${path}, line ${parser.line + 1}: ${what}`);
  };
  const found: Element[] = [];
  // Only what is within a wanted element is held.
  const open: Element[] = [];
  let root: Element | null = null;
  let depth = 0;
  parser.onerror = (error) => {
    const [line = ''] = error.message.split('\n');
    const advice = /entity/i.test(line)
      ? ' Only &amp;, &lt;, &gt;, &quot;, &apos; and character numbers are known.'
      : ' Was the file cut short, or is it no XML?';
    fail(`not valid XML: ${line.replace(/\.$/, '')}.${advice}`);
  };
  parser.onopentag = (tag) => {
    if (++depth > MAX_DEPTH) fail(`elements are nested more than ${MAX_DEPTH} levels deep.`);
    const { uri, local, attributes } = tag as sax.QualifiedTag;
    const element: Element = {
      space: uri,
      name: local,
      attributes: new Map(Object.values(attributes).map(({ name, value }) => [name, value])),
      children: [],
      text: '',
      line: parser.line + 1,
    };
    root ??= element;
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else if (!wanted.includes(local)) return;
    else found.push(element);
    open.push(element);
  };
  parser.onclosetag = () => {
    depth--;
    // Every element within a wanted one is in the list; if it is empty, the tag closes one outside.
    open.pop();
  };
  const addText = (more: string) => {
    const inside = open.at(-1);
    if (inside) inside.text += more;
  };
  parser.ontext = addText;
  parser.oncdata = addText;
  parser.write(text).close();
  return root ? { root, found } : fail('expected XML, got no element.');
}

/** Decodes by the byte order mark, else as the first line says, else as any text. */
function textOfXml(bytes: Uint8Array, path: string): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 200));
  // Also in UTF-16 without a mark, this finds nothing: `decodeText` knows it by its zeros.
  const [, label] =
    /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']/.exec(head.toString('latin1')) ?? [];
  if (label === undefined) return decodeText(bytes, path).text;
  const fail = (what: string): never => {
    throw new SoutuError('CatalogueError', `${path}, line 1: ${what}`);
  };
  const decoder = (() => {
    try {
      return new TextDecoder(label, { fatal: true });
    } catch {
      return fail(
        `the encoding ${describe(label)} is not known. Save the file as UTF-8, and write encoding="UTF-8".`,
      );
    }
  })();
  // Some versions of Node decode Windows-1252 as Latin-1; a file of single bytes cannot be UTF-16, which it may claim.
  if (decoder.encoding === 'windows-1252') return fromWindows1252(bytes);
  if (decoder.encoding.startsWith('utf-16')) return decodeText(bytes, path).text;
  try {
    return decoder.decode(bytes);
  } catch {
    return fail(
      `its bytes are not ${describe(label)}, as its first line says. Save it as UTF-8, and write encoding="UTF-8".`,
    );
  }
}

/** The first child of this name; its text without the space around it, or undefined if it is empty. */
export function textIn(element: Element, name: string, space?: string): string | undefined {
  for (const child of childrenOf(element, name, space)) {
    const text = child.text.trim();
    if (text !== '') return text;
  }
  return undefined;
}

export function childrenOf(element: Element, name: string, space?: string): Element[] {
  return element.children.filter(
    (child) => child.name === name && (space === undefined || child.space === space),
  );
}
