import { relative, resolve, sep } from 'node:path';
import type { Catalogue } from '../catalogue/entry.ts';
import { isBelow } from '../files/real-path.ts';
import { BUNDLE_FOLDER } from '../search/folder-source.ts';
import { escapeHtml } from './html-editor.ts';

/** The script that pages of a site load: its name never changes. */
export const WIDGET_FILE = 'widget.js';

/**
 * The HTML that the owner adds to the pages of a built site.
 * @param site its folder
 * @param out where the search was written; outside of the site, it is meant to be copied to `soutu` in it
 */
export function siteTag(
  site: string,
  out: string,
  { servedBelow = '/' }: Pick<Catalogue, 'servedBelow'>,
  bundleOnly: boolean,
): string {
  const root = resolve(site);
  const way = isBelow(out, root) ? relative(root, out).split(sep) : ['soutu'];
  const url = `${servedBelow}${way.map(encodeURIComponent).join('/')}/`;
  const bundle = bundleOnly ? url : `${url}${BUNDLE_FOLDER}/`;
  const script = bundleOnly
    ? `<script type="module">import 'soutu/widget'</script>`
    : `<script type="module" src="${escapeHtml(url + WIDGET_FILE)}"></script>`;
  return `<soutu-search bundle="${escapeHtml(bundle)}" group></soutu-search>${script}`;
}

/**
 * The script itself. Its name is stable, and it loads the hashed script of the search page, so that both share one
 * copy in the visitor's cache.
 * @param page the search page
 * @throws Error if the page has no such script
 */
export function widgetScript(page: string): string {
  const [, script] = /<script[^>]*\ssrc="(\.\/assets\/page-[0-9a-f]{16}\.js)"/.exec(page) ?? [];
  if (script === undefined) throw new Error('index.html has no script for the element.');
  return `import '${script}';\n`;
}
