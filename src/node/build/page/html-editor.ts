/**
 * Edits an HTML document in place. parse5 gives the source location of each element and attribute; all other text
 * is preserved byte for byte.
 */
import {
  attributeOf,
  type Comment,
  descendants,
  type Element,
  isElement,
  type Node,
  parseHtml,
} from '../../catalogue/site/html.ts';

export { attributeOf, type Element };

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export class HtmlEditor {
  readonly elements: readonly Element[];
  readonly #html: string;
  readonly #comments: readonly Comment[];
  readonly #edits: Edit[] = [];

  constructor(html: string) {
    this.#html = html;
    const nodes = [...descendants(parseHtml(html))];
    // Elements that the parser inserts (a missing <head>) have no location in the source.
    this.elements = nodes.filter(isElement).filter((node) => node.sourceCodeLocation?.startTag);
    this.#comments = nodes.filter(isComment);
  }

  /** @throws Error if the document has no such element */
  find(tagName: string, accepts: (element: Element) => boolean = () => true): Element {
    const found = this.elements.find((one) => one.tagName === tagName && accepts(one));
    if (!found) throw new Error(`index.html has no <${tagName}> that the build could fill.`);
    return found;
  }

  /** Replaces the attribute, or adds it as the last one. */
  setAttribute(element: Element, name: string, value: string): void {
    const written = `${name}="${escapeHtml(value)}"`;
    const place = element.sourceCodeLocation?.attrs?.[name];
    if (place) this.#edit(place.startOffset, place.endOffset, written);
    else {
      const others = Object.values(element.sourceCodeLocation?.attrs ?? {});
      const afterName = startTag(element).startOffset + 1 + element.tagName.length;
      const end = Math.max(afterName, ...others.map(({ endOffset }) => endOffset));
      this.#edit(end, end, ` ${written}`);
    }
  }

  removeAttribute(element: Element, name: string): void {
    const place = element.sourceCodeLocation?.attrs?.[name];
    if (place) this.#edit(place.startOffset - 1, place.endOffset, '');
  }

  setText(element: Element, text: string): void {
    const end = element.sourceCodeLocation?.endTag?.startOffset;
    if (end === undefined) throw new Error(`index.html: <${element.tagName}> has no end tag.`);
    this.#edit(startTag(element).endOffset, end, escapeHtml(text));
  }

  insertAfter(element: Element, html: string): void {
    const end = element.sourceCodeLocation?.endOffset;
    if (end !== undefined) this.#edit(end, end, html);
  }

  /** Replaces each comment `<!--KEY-->`, and its line, with `htmlFor(KEY)`, unless that is undefined. */
  replaceComments(htmlFor: (key: string) => string | undefined): void {
    for (const { data, sourceCodeLocation: place } of this.#comments) {
      const html = htmlFor(data);
      if (html === undefined || !place) continue;
      let { startOffset: start, endOffset: end } = place;
      while (this.#html[start - 1] === ' ') start--;
      if (this.#html[end] === '\n') end++;
      this.#edit(start, end, html);
    }
  }

  toString(): string {
    // Edits at the same location are applied in the order in which they were made.
    const edits = this.#edits.toSorted((a, b) => a.start - b.start);
    let html = '';
    let done = 0;
    for (const { start, end, text } of edits) {
      html += this.#html.slice(done, start) + text;
      done = end;
    }
    return html + this.#html.slice(done);
  }

  #edit(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
  };
  return text.replace(/[&<>"]/g, (c) => entities[c] ?? c);
}

function startTag(element: Element) {
  const place = element.sourceCodeLocation?.startTag;
  if (!place) throw new Error(`<${element.tagName}> is not in the document's text.`);
  return place;
}

function isComment(node: Node): node is Comment {
  return node.nodeName === '#comment';
}
