/** Manifests and collections of IIIF as a source: each canvas is an item, and the canvases of a manifest are a group. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe } from '../../../core/describe.ts';
import { messageOf, SoutuError } from '../../../core/errors.ts';
import { type AttributeValue, parseItem } from '../../../core/item.ts';
import { isBelow } from '../../files/real-path.ts';
import { Crawler, type CrawlerOptions } from '../../photos/crawl/crawler.ts';
import { faultInTexts } from '../check-texts.ts';
import { LeftOut } from '../left-out.ts';
import { NO_TEXTS } from '../page-texts.ts';
import { isRemote, photoPathBelow } from '../photo-path.ts';
import { type CatalogueSource, type SourceItem, textOf } from '../source.ts';
import { readerOf } from '../table/cell-types.ts';
import { type IiifPicture, picturesIn } from './manifest.ts';
import { type Documents, isIiif, Walk } from './walk.ts';

export interface IiifOptions extends CrawlerOptions {
  /** The longest side of a picture that is needed, in pixels; default 640, for thumbnails of 320 on fine screens. */
  readonly imageSide?: number | undefined;
}

const IMAGE_SIDE = 640;
const ACCEPT =
  'application/ld+json;profile="http://iiif.io/api/presentation/3/context.json", application/ld+json, application/json;q=0.9';

interface Canvas extends IiifPicture {
  /** Where it is: that of its document, and its number. */
  readonly address: string;
  readonly row: string;
}

/**
 * Reads a manifest, or a collection and all its manifests.
 * @param address a file or an http(s) URL
 * @param document its content, if it was read already
 * @throws SoutuError `CatalogueError`
 */
export async function openIiif(
  address: string,
  options: IiifOptions = {},
  document?: unknown,
): Promise<CatalogueSource> {
  const crawler = new Crawler(options);
  const leftOut = new LeftOut();
  try {
    const start = isRemote(address) ? new URL(address).href : resolve(address);
    const documents = documentsOf(crawler, start);
    const root = document ?? (await readStart(documents, start, address));
    if (!isIiif(root)) {
      throw new SoutuError(
        'CatalogueError',
        `${address}: expected a manifest or a collection of IIIF (Presentation 2 or 3), got ${describe(root)}. ` +
          'Save feeds, sitemaps and tables as a file first.',
      );
    }
    const canvases: Canvas[] = [];
    let manifests = 0;
    for await (const { manifest, address: at } of new Walk(documents, leftOut).from(root, start)) {
      manifests++;
      for (const picture of picturesIn(manifest, options.imageSide ?? IMAGE_SIDE)) {
        const row = `canvas ${canvases.length + 1}`;
        const canvas = { ...picture, address: at, row };
        if (await isUsable(canvas, documents, crawler, leftOut)) canvases.push(canvas);
      }
    }
    return sourceOf(address, start, canvases, manifests, leftOut);
  } finally {
    crawler.close();
  }
}

async function readStart(documents: Documents, start: string, address: string): Promise<unknown> {
  return documents.read(start).catch((error: unknown) => {
    const message = `${address}: cannot be read: ${messageOf(error)}.`;
    throw new SoutuError('CatalogueError', message, { cause: error });
  });
}

/** The owner's own URL is asked for whatever `robots.txt` says; those that it leads to are not. */
function documentsOf(crawler: Crawler, start: string): Documents {
  const folder = isRemote(start) ? null : dirname(start);
  return {
    async read(address) {
      if (!isRemote(address)) return parse(await readFile(address, 'utf8'));
      if (address !== start && !(await crawler.isAllowed(address))) throw forbidden(address);
      return parse((await crawler.fetch(address, ACCEPT)).toString('utf8'));
    },
    resolve(link, from) {
      const base = isRemote(from) ? from : pathToFileURL(from).href;
      if (!URL.canParse(link, base)) throw new Error('its id is no URL');
      const url = new URL(link, base);
      url.hash = '';
      if (isRemote(url.href)) return url.href;
      const path = url.protocol === 'file:' && folder !== null ? fileURLToPath(url) : null;
      if (path !== null && folder !== null && isBelow(path, folder)) return path;
      throw new Error('it is neither at an http(s) URL nor in the folder of the file');
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    throw new Error(`expected JSON, got ${describe(text.slice(0, 60))}`);
  }
}

const forbidden = (url: string) =>
  new Error(`robots.txt of ${new URL(url).host} does not allow it`);

async function isUsable(
  { id, url, address, row }: Canvas,
  documents: Documents,
  crawler: Crawler,
  leftOut: LeftOut,
): Promise<boolean> {
  const name = id ?? `${row} of ${address}`;
  if (url === undefined) {
    leftOut.add('canvases without a picture, such as sound and video', name);
    return false;
  }
  if (!isRemote(address) && !isRemote(url)) return true;
  const picture = documents.resolve(url, address);
  if (!isRemote(picture) || (await crawler.isAllowed(picture))) return true;
  leftOut.add(forbidden(picture).message, name);
  return false;
}

function sourceOf(
  name: string,
  start: string,
  canvases: readonly Canvas[],
  manifests: number,
  leftOut: LeftOut,
): CatalogueSource {
  const count = manifests === 1 ? '1 manifest' : `${manifests} manifests`;
  const readers = readersOf(canvases);
  return {
    name,
    head: {
      page: NO_TEXTS,
      thresholds: {},
      attributes: [],
      currency: null,
      notes: [`${name}: read as IIIF, ${count} with ${canvases.length} pictures.`],
    },
    async *items(warn) {
      const lines = leftOut.lines();
      if (canvases.length === 0) {
        throw new SoutuError(
          'CatalogueError',
          [`${name}: no pictures in ${count} of IIIF.`, ...lines].join(' '),
        );
      }
      for (const line of lines) warn(`${name}: ${line}`);
      for (const canvas of canvases) yield itemOf(canvas, name, start, readers);
    },
  };
}

type Readers = ReadonlyMap<string, (text: string) => unknown>;

function itemOf(canvas: Canvas, name: string, start: string, readers: Readers): SourceItem {
  const { id, url = '', group, title, page, facts, address, row } = canvas;
  const place = { file: name, row: address === start ? row : `${row} (${address})` };
  const where = textOf(place);
  const image = imageOf(url, address);
  const attributes = [...facts].map(([name, values]): [string, AttributeValue] => {
    const [first = ''] = values;
    return [name, values.length > 1 ? values : ((readers.get(name)?.(first) ?? first) as string)];
  });
  const item = parseItem(
    { id: id ?? image, image, group, title, url: page, attributes: Object.fromEntries(attributes) },
    where,
  );
  const fault = faultInTexts(item);
  if (fault !== null) throw new SoutuError('CatalogueError', `${where}: ${fault}`);
  // Pictures of a file are beside it.
  return { item, place, path: photoPathBelow(item, { ...place, file: address }) };
}

/** A URL, or a path below the folder of the manifest. */
function imageOf(url: string, address: string): string {
  if (isRemote(address) && URL.canParse(url, address)) return new URL(url, address).href;
  if (/^[a-z][a-z0-9+.-]+:/i.test(url)) return url;
  try {
    return decodeURIComponent(url);
  } catch {
    return url;
  }
}

/** A fact is a number if all its values are. */
function readersOf(canvases: readonly Canvas[]): Readers {
  const values = new Map<string, string[]>();
  const seen = new Set<IiifPicture['facts']>();
  for (const { facts } of canvases) {
    // All canvases of a manifest share its facts.
    if (seen.has(facts)) continue;
    seen.add(facts);
    for (const [name, texts] of facts) {
      const all = values.get(name) ?? [];
      all.push(...texts);
      values.set(name, all);
    }
  }
  return new Map(
    [...values].map(([name, texts]) => {
      const reader = readerOf(texts, false);
      return [name, (text: string) => reader.read(text)];
    }),
  );
}
