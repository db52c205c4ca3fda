/** The only import of parse5: documents as trees, with the line of each element. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5';

export type Node = DefaultTreeAdapterTypes.Node;
export type Comment = DefaultTreeAdapterTypes.CommentNode;
export type Element = DefaultTreeAdapterTypes.Element;

/**
 * Parses a document as browsers do. The content of <noscript> becomes elements, as if scripts were switched off.
 * @returns its root, with locations in the text
 */
export function parseHtml(html: string): Node {
  return parse(html, { sourceCodeLocationInfo: true, scriptingEnabled: false });
}

export function isElement(node: Node): node is Element {
  return 'tagName' in node;
}

export function attributeOf(element: Element, name: string): string | undefined {
  return element.attrs.find((attribute) => attribute.name === name)?.value;
}

export function childrenOf(node: Node): readonly Node[] {
  return 'childNodes' in node ? node.childNodes : [];
}

export function* descendants(node: Node): Generator<Node> {
  // A list instead of recursion: documents may be nested thousands of levels deep.
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    yield next;
    pushReversed(waiting, childrenOf(next));
  }
}

/** Pushes one by one: an element may have more children than a call may have arguments. */
function pushReversed(waiting: Node[], children: readonly Node[]): void {
  for (let i = children.length - 1; i >= 0; i--) waiting.push(children[i] as Node);
}

const UNSEEN = new Set(['script', 'style', 'template', 'noscript']);

/** The visible text, with single spaces and without those of no width, which generators put into anchors; at most about `most` characters. */
export function textOf(node: Node, most = 500): string {
  let text = '';
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if ('value' in next && next.nodeName === '#text') text += next.value;
    if (isElement(next)) {
      if (UNSEEN.has(next.tagName)) continue;
      text += ' ';
    }
    if (text.length > 2 * most) break;
    pushReversed(waiting, childrenOf(next));
  }
  return text
    .replace(/[\s\u200b\ufeff]+/g, ' ')
    .trim()
    .slice(0, most);
}

/** The text of an element whose content is no markup, such as <script>. */
export function rawTextOf(element: Element): string {
  return element.childNodes.map((node) => ('value' in node ? node.value : '')).join('');
}
