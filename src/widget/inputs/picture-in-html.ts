/**
 * Finds the URL of the picture in dragged or pasted HTML. Uses regular expressions, because pages with Trusted Types
 * forbid parsing the markup as a document.
 */

/** Lazy-loading pages use tiny data: URLs as placeholders; a picture worth searching is longer than this. */
const PLACEHOLDER_LENGTH = 1000;

/** Attributes in which lazy-loading pages store the real URL. */
const ADDRESSES = ['src', 'data-src', 'data-original', 'data-lazy-src'];
const SETS = ['srcset', 'data-srcset'];

/**
 * @returns the URL of the first image that has one, or else the largest image of its `srcset`; null if there are
 * only placeholders
 */
export function pictureInHtml(markup: string): string | null {
  for (const [tag] of markup.matchAll(/<img\b(?:"[^"]*"|'[^']*'|[^'">])*>/gi)) {
    const values = ADDRESSES.map((name) => attribute(tag, name));
    const sets = SETS.map((name) => largestOf(attribute(tag, name) ?? ''));
    const found = [...values, ...sets].find((value) => value && !isPlaceholder(value));
    if (found) return found;
  }
  return null;
}

/** The value of `src`, if nothing better is found. */
export function placeholderInHtml(markup: string): string | null {
  const [tag] = /<img\b(?:"[^"]*"|'[^']*'|[^'">])*>/i.exec(markup) ?? [];
  return tag ? attribute(tag, 'src') : null;
}

function isPlaceholder(address: string): boolean {
  return /^data:/i.test(address) && address.length < PLACEHOLDER_LENGTH;
}

function attribute(tag: string, name: string): string | null {
  const pattern = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i');
  const [, double, single, bare] = pattern.exec(tag) ?? [];
  const value = (double ?? single ?? bare)?.trim();
  return value ? decoded(value) : null;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
};

function decoded(text: string): string {
  return text.replace(/&(?:amp|quot|#39|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);
}

/** The largest candidate of a `srcset`, such as `small.jpg 320w, large.jpg 1280w`; URLs may contain commas. */
function largestOf(set: string): string | null {
  const entries = [...set.matchAll(/(\S*[^\s,])(?:\s+([\d.]+)[wx])?\s*(?:,|$)/g)];
  const sizes = entries.map(([, address = '', size]) => ({ address, size: Number(size ?? 1) }));
  return sizes.sort((a, b) => b.size - a.size)[0]?.address ?? null;
}
