/**
 * Distinguishes this site's page from another page at the same URL. A captive portal responds to any URL with its own
 * page and status 200. A new release has the same URL, but references other files.
 */

/** The element's tag, in pages that have it in their HTML. */
const ELEMENT = '<soutu-search';

/**
 * The strings that HTML must contain to count as the same page: the element's tag, and the names of the page's files
 * that occur in its HTML.
 * @param files absolute URLs that the page has loaded
 * @returns an empty list if the HTML is of another page
 */
export function marksOf(html: string, files: readonly string[]): string[] {
  const names = files.map((file) => new URL(file).pathname.split('/').at(-1) ?? '');
  return [...new Set([ELEMENT, ...names])].filter((mark) => mark !== '' && html.includes(mark));
}

export function hasMarks(html: string, marks: readonly string[]): boolean {
  return marks.length > 0 && marks.every((mark) => html.includes(mark));
}

/** The scripts and styles that the HTML references; they are stored with it, whatever the open page has loaded. */
export function filesIn(html: string, url: string): string[] {
  const tags = html.match(/<(?:script|link)\b[^>]*>/gi) ?? [];
  return tags.flatMap((tag) => {
    const isScript = /^<script/i.test(tag);
    if (!isScript && !/\srel\s*=\s*["']?(?:stylesheet|modulepreload)\b/i.test(tag)) return [];
    const name = isScript ? 'src' : 'href';
    const value = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(
      tag,
    );
    const address = (value?.[1] ?? value?.[2] ?? value?.[3])?.replaceAll('&amp;', '&');
    return address ? absolute(address, url) : [];
  });
}

/** Not shared with the page's code, because a service worker without modules cannot import a common file. */
function absolute(address: string, base: string): string[] {
  try {
    return [new URL(address, base).href];
  } catch {
    return [];
  }
}
