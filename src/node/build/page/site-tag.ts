import { stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { Catalogue } from '../../catalogue/entry.ts';
import { isBelow, realPathOf } from '../../files/real-path.ts';
import { BUNDLE_FOLDER } from '../../search/folder-source.ts';
import type { SiteUse } from '../options.ts';
import { escapeHtml } from './html-editor.ts';

/** The script that pages of a site load: its name never changes. */
export const WIDGET_FILE = 'widget.js';

/**
 * How the pages of a built site use the search.
 * @param site its folder
 * @param out where the search was written; outside of the site, it is meant to be copied to `soutu` in it
 */
export async function siteUse(
  site: string,
  out: string,
  { servedBelow = '/' }: Pick<Catalogue, 'servedBelow'>,
  bundleOnly: boolean,
): Promise<SiteUse> {
  const [root, real] = await Promise.all([realPathOf(site), realPathOf(out)]);
  const isInside = isBelow(real, root);
  const way = isInside ? relative(root, real).split(sep) : ['soutu'];
  const url = `${servedBelow}${way.map(encodeURIComponent).join('/')}/`;
  const bundle = bundleOnly ? url : `${url}${BUNDLE_FOLDER}/`;
  const script = bundleOnly
    ? `<script type="module">import 'soutu/widget'</script>`
    : `<script type="module" src="${escapeHtml(url + WIDGET_FILE)}"></script>`;
  const hasStart = (await stat(join(root, 'index.html')).catch(() => null)) !== null;
  return {
    tag: `<soutu-search bundle="${escapeHtml(bundle)}" group></soutu-search>${script}`,
    notes: [
      ...(isInside ? [] : [`Copy ${out} into your site, so that it is at ${url}.`]),
      ...(bundleOnly
        ? [
            'The script needs a bundler, which finds soutu/widget. Without one, build without --bundle-only.',
          ]
        : []),
    ],
    preview: isInside && hasStart && servedBelow === '/' ? site : out,
  };
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
