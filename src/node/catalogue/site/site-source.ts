/** A built site as a source: the pictures of its pages, without logos, icons and other decoration. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from '../../../core/describe.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { nearestName } from '../../../core/nearest-name.ts';
import { isLanguage } from '../language.ts';
import { LeftOut } from '../left-out.ts';
import { NO_TEXTS } from '../page-texts.ts';
import type { CatalogueSource } from '../source.ts';
import { decodeText } from '../table/decode-text.ts';
import { SiteAddresses } from './addresses.ts';
import { decorationOf } from './decoration.ts';
import { Homes } from './own-page.ts';
import type { PageFacts } from './page-facts.ts';
import { type FoundPictures, findPictures, type Picture } from './pictures.ts';
import { readPage } from './read-page.ts';
import { isPage, siteFiles } from './site-files.ts';
import { type Content, itemsOf } from './site-items.ts';
import { STEERING_NAMES } from './steering.ts';

export interface SiteOptions {
  /** Where the site will be, such as `https://shop.example/`; default: as its canonical links say. */
  readonly siteUrl?: string | undefined;
  /** The real path of a folder below the site that is left out: where an earlier build wrote. */
  readonly except?: string | undefined;
}

/** Larger files are not pages that people read. */
const MAX_PAGE_BYTES = 32 << 20;

/**
 * Reads all pages.
 * @param folder the site as its generator wrote it
 * @throws SoutuError `CatalogueError`; `UsageError` if `siteUrl` is no URL
 */
export async function openSite(
  folder: string,
  options: SiteOptions = {},
): Promise<CatalogueSource> {
  const { siteUrl, except } = options;
  checkSiteUrl(siteUrl);
  if (!(await stat(folder).catch(() => null))?.isDirectory()) {
    throw new SoutuError(
      'CatalogueError',
      `${folder}: no such folder; expected a built site, with its pages in HTML. Build your site first.`,
    );
  }
  const root = await realpath(folder);
  const leftOut = new LeftOut();
  const files = await siteFiles(root, except, leftOut);
  const { pages, warnings } = await readPages(root, folder, files.filter(isPage), leftOut);
  const addresses = new SiteAddresses(pages, files, siteUrl);
  const found = await findPictures(pages, addresses, root);
  const contents = contentsOf(pages, found, addresses, leftOut);
  for (const [address, { page }] of found.missing) {
    leftOut.add('pages show them, but they are not in the site', `${address} on ${page.path}`);
  }
  return {
    name: folder,
    head: {
      page: { ...NO_TEXTS, lang: languageOf(pages) },
      thresholds: {},
      attributes: [],
      currency: null,
      notes: [`${folder}: ${pagesIn(pages.length)}, served below ${addresses.base}.`],
      servedBelow: addresses.base,
    },
    async *items(warn) {
      for (const line of warnings) warn(line);
      const lines = leftOut.lines();
      if (contents.length === 0) {
        throw new SoutuError(
          'CatalogueError',
          [
            `${folder}: found no content images on its ${pagesIn(pages.length)}. To include a picture whatever the rules ` +
              'say, give it data-soutu-title="..." in the page.',
            ...lines,
          ].join(' '),
        );
      }
      for (const line of lines) warn(`${folder}: ${line}`);
      yield* itemsOf(contents, addresses, folder, root);
    },
  };
}

const pagesIn = (count: number): string => `${count} ${count === 1 ? 'page' : 'pages'}`;

async function readPages(
  root: string,
  folder: string,
  paths: readonly string[],
  leftOut: LeftOut,
): Promise<{ pages: PageFacts[]; warnings: string[] }> {
  if (paths.length === 0) {
    throw new SoutuError(
      'CatalogueError',
      `${folder}: no pages (.html) in this folder or below it; expected a built site. For a folder of photos, leave --site out.`,
    );
  }
  const pages: PageFacts[] = [];
  const warnings: string[] = [];
  for (const path of paths) {
    const file = join(root, path);
    if (((await stat(file).catch(() => null))?.size ?? 0) > MAX_PAGE_BYTES) {
      leftOut.add(`pages of more than ${MAX_PAGE_BYTES >> 20} MB`, path);
      continue;
    }
    const html = decodeText(await readFile(file), file).text;
    if (!/<(!doctype|html|head|body)\b/i.test(html)) {
      leftOut.add('parts of pages, without <html>', path);
      continue;
    }
    if (/(^|\/)404(\/index)?\.x?html?$/i.test(path)) continue;
    const page = pageOr(html, path, leftOut);
    if (!page) continue;
    for (const name of page.unknown) {
      const nearest = nearestName(name.slice('data-soutu-'.length), STEERING_NAMES);
      const hint = nearest
        ? `did you mean "data-soutu-${nearest}"?`
        : `known are data-soutu-attr-… and ${STEERING_NAMES.map((one) => `data-soutu-${one}`).join(', ')}.`;
      warnings.push(`${file}: "${name}" is unknown and ignored; ${hint}`);
    }
    if (page.brokenJson > 0) {
      warnings.push(
        `${file}: JSON-LD that is not JSON is ignored. Search engines ignore it, too, so fix it.`,
      );
    }
    pages.push(page);
  }
  return { pages, warnings };
}

/** One page that breaks the reader must not stop the build. */
function pageOr(html: string, path: string, leftOut: LeftOut): PageFacts | null {
  try {
    return readPage(html, path);
  } catch (error) {
    leftOut.add(`pages that cannot be read (${messageOf(error)})`, path);
    return null;
  }
}

function contentsOf(
  pages: readonly PageFacts[],
  { pictures }: FoundPictures,
  addresses: SiteAddresses,
  leftOut: LeftOut,
): Content[] {
  const pageCount = pages.filter(({ hidden }) => hidden === null).length;
  for (const { path, inline } of pages) {
    for (let i = 1; i <= inline; i++)
      leftOut.add('within the page itself (data: URLs)', `${path} ${i}`);
  }
  const visible = pictures.flatMap((picture): Picture[] => {
    const sightings = picture.sightings.filter(({ occurrence }) => !occurrence.steering.ignore);
    if (sightings.length > 0) return [{ ...picture, sightings }];
    leftOut.add('ignored by data-soutu-ignore', picture.best.address);
    return [];
  });
  const homes = new Homes(addresses, visible);
  const contents: Content[] = [];
  for (const picture of visible) {
    const home = homes.of(picture);
    if (home.page.hidden !== null) {
      const content = home.page.hidden;
      leftOut.add(
        `their pages have <meta name="robots" content="${content}">`,
        picture.best.address,
      );
      continue;
    }
    const cards = new Set(
      picture.sightings.filter((one) => homes.linkOf(one) === home.page).map((one) => one.page),
    );
    const reason = decorationOf(picture, {
      home,
      pageCount,
      isCard: (page) => home.isLinked && cards.has(page),
    });
    if (reason === null) contents.push(...homes.split(picture));
    else leftOut.add(reason, picture.best.address);
  }
  // Open Graph is for pages that show no picture of their own, or one made for other sites.
  const illustrated = new Set(
    contents.filter(({ picture }) => !isOnlyOg(picture)).map(({ home }) => home.page),
  );
  return contents.filter(({ picture, home }) => {
    const isKept = !isOnlyOg(picture) || !illustrated.has(home.page);
    if (!isKept) leftOut.add('only for social networks (Open Graph)', picture.best.address);
    return isKept;
  });
}

function isOnlyOg({ sightings }: Picture): boolean {
  return sightings.every(({ occurrence }) => occurrence.area === 'og');
}

/** That of most pages. */
function languageOf(pages: readonly PageFacts[]): string | null {
  const votes = new Map<string, number>();
  for (const { lang } of pages) if (lang) votes.set(lang, (votes.get(lang) ?? 0) + 1);
  const [best] = [...votes].sort(([, a], [, b]) => b - a);
  const tag = best?.[0];
  return tag !== undefined && isLanguage(tag) ? tag : null;
}

/** @throws SoutuError `UsageError` */
function checkSiteUrl(siteUrl: string | undefined): void {
  if (siteUrl === undefined) return;
  const url = URL.canParse(siteUrl) ? new URL(siteUrl) : null;
  const isPlain =
    url && /^https?:$/.test(url.protocol) && !url.search && !url.hash && !url.username;
  if (isPlain) return;
  throw new SoutuError(
    'UsageError',
    `--site-url: expected where the site will be, such as "https://shop.example/", got ${describe(siteUrl)}.`,
  );
}
