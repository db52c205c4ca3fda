/** The search page of a site, written next to the bundle. */
import { join } from 'node:path';
import { Bundle } from '../../../core/bundle/bundle.ts';
import type { Manifest } from '../../../core/bundle/manifest.ts';
import { valuesOf } from '../../../core/search/filter.ts';
import { rowOf } from '../../../core/search/item-table.ts';
import type { PageTexts } from '../../catalogue/page-texts.ts';
import type { Staging } from '../../files/staging.ts';
import { BUNDLE_FOLDER, folderSource } from '../../search/folder-source.ts';
import type { BuildReporter } from '../reporter.ts';
import { type BrowseList, browseListsOf, MAX_PIECES } from './browse-lists.ts';
import { filesFor } from './engine-files.ts';
import { installableFiles, withInstallable } from './installable.ts';
import { SERVICE_WORKER, withOffline, withShell } from './offline.ts';
import { fillPage } from './page-html.ts';
import { type StagedPage, stagePage } from './place-page.ts';
import { withPreloads } from './preload.ts';
import type { SampleQuery } from './sample-queries.ts';
import { WIDGET_FILE, widgetScript } from './site-tag.ts';
import { pageFiles } from './vite-page.ts';

export interface PageExtras {
  /** Includes ONNX Runtime even if the kernel runs the model. */
  readonly onnxruntime?: boolean | undefined;
  /** Writes `widget.js` for other pages, too. */
  readonly widget?: boolean;
}

export interface PageSummary {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Composes the page and stages its files. They go live together with the bundle when the staging is published.
 * @param out the site's folder, with the bundle's files
 * @param manifest the manifest of that bundle, which is not published yet
 * @param texts the catalogue's texts; null fields get the default words
 */
export async function stageSearchPage(
  out: string,
  manifest: Manifest,
  texts: PageTexts,
  sampleQueries: readonly SampleQuery[],
  staging: Staging,
  reporter: BuildReporter,
  { onnxruntime = false, widget = false }: PageExtras = {},
): Promise<StagedPage & PageSummary> {
  const started = performance.now();
  const bundle = await Bundle.open(folderSource(join(out, BUNDLE_FOLDER), manifest));
  const files = filesFor(bundle.manifest.model, await pageFiles(), onnxruntime);
  // Part of the page's files, so that they are also available offline.
  for (const { name, bytes } of sampleQueries) files.set(name, bytes);
  const browseLists = await readBrowseLists(bundle, texts, reporter);
  const filled = fillPage(take(files, 'index.html'), {
    texts,
    tries: sampleQueries,
    shelves: browseLists,
  });
  const page = withPreloads(withInstallable(withOffline(filled)), files);
  const worker = withShell(
    take(files, SERVICE_WORKER),
    new Map([...files, ['index.html', Buffer.from(page)]]),
  );
  for (const [name, content] of await installableFiles(texts.title)) files.set(name, content);
  // The page is last: it must not reference scripts that do not exist yet.
  files.set(SERVICE_WORKER, Buffer.from(worker));
  if (widget) files.set(WIDGET_FILE, Buffer.from(widgetScript(page)));
  files.set('index.html', Buffer.from(page));
  const entries = [SERVICE_WORKER, WIDGET_FILE, 'index.html'];
  const staged = await stagePage(out, files, entries, staging);
  return { ...staged, seconds: Math.round(performance.now() - started) / 1000 };
}

async function readBrowseLists(
  bundle: Bundle,
  { browse, lang }: PageTexts,
  reporter: BuildReporter,
): Promise<BrowseList[]> {
  if (browse === null) return [];
  const items = await bundle.items();
  const browseLists = browseListsOf(
    items,
    browse,
    `./${BUNDLE_FOLDER}/`,
    bundle.manifest.items.attributes,
    lang ?? undefined,
  );
  const pieces = browseLists.reduce((sum, list) => sum + list.pieces.length, 0);
  const refused = !items.some((item) => valuesOf(rowOf(item), browse.by).length > 0)
    ? `no item has the attribute "${browse.by}" that "browse" names`
    : pieces > MAX_PIECES
      ? `"browse" lists at most ${MAX_PIECES} pieces, this catalogue has ${pieces}`
      : null;
  if (refused === null) return browseLists;
  reporter.warn(`The page lists no pieces: ${refused}.`);
  return [];
}

/** Removes a text file from the built files and returns its content. */
function take(files: Map<string, Uint8Array>, name: string): string {
  const bytes = files.get(name) as Uint8Array;
  files.delete(name);
  return Buffer.from(bytes).toString('utf8');
}
