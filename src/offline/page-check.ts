/**
 * Tells this site's page from another one under the same URL. A captive portal answers any URL with its own page
 * and status 200; a new release has the same URL, but names other files.
 */

/** The element itself, in pages that have it in their HTML. */
const ELEMENT = '<soutu-search';

/**
 * What the HTML of a page must contain to count as the same page: the element's tag, and the names of those of
 * its files that it contains.
 * @param files absolute URLs that the page has loaded
 * @returns none if the HTML is another page's
 */
export function marksOf(html: string, files: readonly string[]): string[] {
  const names = files.map((file) => new URL(file).pathname.split('/').at(-1) ?? '');
  return [...new Set([ELEMENT, ...names])].filter((mark) => mark !== '' && html.includes(mark));
}

export function hasMarks(html: string, marks: readonly string[]): boolean {
  return marks.length > 0 && marks.every((mark) => html.includes(mark));
}

/** Scripts and styles that the HTML names: they are stored with it, whatever the open page has loaded. */
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

/** No file is shared with the page here: a service worker without modules imports none. */
function absolute(address: string, base: string): string[] {
  try {
    return [new URL(address, base).href];
  } catch {
    return [];
  }
}
