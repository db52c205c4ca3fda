/** The options of a build, as owners give them, and their ranges. */
import type { PresetName } from '../../core/model/input-spec.ts';
import type { Pooling } from '../../core/model/spec.ts';
import type { Items } from '../catalogue/items/items-source.ts';
import type { ColumnMap } from '../catalogue/table/column-map.ts';
import type { NeighboursOption } from './choose/neighbours.ts';
import type { RotationsOption, RotationsReport } from './choose/rotations.ts';
import type { IndexOption } from './index/choose-index.ts';
import type { MaxFailures } from './report/max-failures.ts';
import type { BuildReporter } from './reporter.ts';
import type { BundleSummary } from './summary.ts';
import type { ThumbsOption } from './thumbs.ts';

export const DEFAULT_THUMB_SIDE = 320;
export const MIN_THUMB_SIDE = 16;
export const MAX_THUMB_SIDE = 2048;
export const MAX_THREADS = 256;
export const MAX_SIMILAR = 100;
export const MAX_PER_HOST = 32;
/** Seconds. */
export const MAX_PHOTO_TIMEOUT = 3600;
export const MAX_PAGE_SIZE = 100_000;

export interface BuildOptions {
  /**
   * A folder of photos (subfolders included), a `catalogue.json`, a table (CSV, TSV, NDJSON or JSON), a feed (Google
   * Merchant, RSS, Atom), a sitemap with pictures, a list of their URLs, a manifest or collection of IIIF
   * (a file or its URL), or a database: `mysql://user@host/database`,
   * `postgres://...`, `sqlite:FILE`, or `env:NAME` for a variable of the environment with one of these. The password is
   * taken from `SOUTU_DB_PASSWORD`, `MYSQL_PWD` or `PGPASSWORD`. Not with `site`.
   */
  readonly photos?: string;
  /**
   * Instead of `photos`: items that a script has in memory, a list or an (async) iterable of them. The photo of an item is a
   * path, a URL, bytes, or an object whose `open()` gives them. Bytes go to the disk one photo after another.
   */
  readonly items?: Items;
  /** Of a database: a SELECT whose rows are the items. A photo is a URL, a path below `photoBase`, or bytes. */
  readonly query?: string;
  /**
   * How pages of rows are read: `key` (default), the rows after the last id, which an index finds at once; `offset`, by
   * LIMIT and OFFSET, for ids that cannot be compared.
   */
  readonly paging?: 'key' | 'offset';
  /** Rows in a page, 1 to 100,000; default 1000, or 20 if there are photos in the rows. */
  readonly pageSize?: number;
  /**
   * Instead of `photos`: the folder of a built site, whose pages are read. Their pictures become items with a title and a
   * link to their page; logos, icons and other decoration are left out. See the guide for attributes of your pages that
   * say more, such as `data-soutu-ignore`.
   */
  readonly site?: string;
  /**
   * Where the site will be, such as `https://shop.example/`: URLs below it are files of `site`. Default: as the canonical
   * links of its pages say.
   */
  readonly siteUrl?: string;
  /**
   * Which column of a table is which field of an item: `{ id: 'sku', image: 'photo' }`. Default: by the usual names of
   * columns. Others become attributes.
   */
  readonly map?: ColumnMap;
  /**
   * A folder, or an http(s) URL without "?" and "#", to which the images of a catalogue, table, feed or list are
   * relative; default: the folder of the file, or the working folder for a database server.
   */
  readonly photoBase?: string;
  /**
   * Downloads photos from private addresses, too, such as 192.168.0.10 or localhost. Default false: a catalogue that
   * others write must not reach into the network of the machine that builds.
   */
  readonly allowPrivate?: boolean;
  /** Photos downloaded at a time from one host, 1 to 32; default 4. */
  readonly perHost?: number;
  /** Seconds that a download may take, 1 to 3600; default 300. */
  readonly photoTimeout?: number;
  /**
   * The output folder. An existing site in it stays valid until the new one is complete. Only with `site`, it has a
   * default: the folder `soutu` in it.
   */
  readonly out?: string;
  /** Of the search page, and of the report. Default: that of a `catalogue.json`, else "Search by picture". */
  readonly title?: string;
  /** A sentence below the title of the page. Default: that of a `catalogue.json`, else how to search. */
  readonly subtitle?: string;
  /** A small line at the end of the page. Default: that of a `catalogue.json`, else none. */
  readonly note?: string;
  /** The language of the page, such as `de` (BCP 47). Default: that of a `catalogue.json`, else English. */
  readonly lang?: string;
  /** Writes the bundle into `out` itself, without the search page; default false. */
  readonly bundleOnly?: boolean;
  /**
   * `vgg16-lite` (default), `vgg16` (downloaded if it is not cached), the folder of a model, or an .onnx file with
   * its spec next to it.
   */
  readonly model?: string;
  /**
   * `phash`: no model at all. Pictures are compared by a perceptual hash, so that only copies of a picture are found,
   * also resized, compressed again, framed or without colour. The search loads a few kilobytes. Not with `model`, and
   * without the options of models.
   */
  readonly engine?: 'phash';
  /** The spec of an .onnx file; default: the same name with `.json`. */
  readonly modelSpec?: string;
  /** Preprocessing from photo to pixels; default: the model's own. */
  readonly preset?: PresetName;
  /** Pooling of a convolution stack; default: the model's own. */
  readonly pooling?: Pooling;
  /** Subtracts the catalogue's mean vector before comparing; false for the plain cosine. Default true. */
  readonly centre?: boolean;
  /**
   * How much colours count, where the features of a photo count 1: 0 (not at all) to 1. Default: the weight of 0 to
   * 0.4 that finds the photos of a group best, or the model's if the catalogue has fewer than 8 groups of two photos.
   */
  readonly colour?: number;
  /**
   * Moves each vector towards this many of its neighbours, 1 to 10, so that more photos of a thing or kind are found;
   * `auto`: 3, if the photos of a group find each other better then. An added item changes the vectors of its neighbours,
   * so that a rebuild changes more files. Default 0, none.
   */
  readonly neighbours?: NeighboursOption;
  /**
   * Embeds each photo in four rotations, the visitors' too, so that things that lie flat are found whichever way up
   * they lie; embedding takes four times as long. `auto`: if the photos of a group find each other better then. Default
   * false.
   */
  readonly rotations?: RotationsOption;
  /**
   * The score, -1 to 1, from which a hit is called a likely match. Default: as `thresholds` of a `catalogue.json` says, else
   * measured on the catalogue.
   */
  readonly match?: number;
  /** The page says "Nothing very similar here" if the best hit has a lower score, -1 to 1. Default: as for `match`. */
  readonly related?: number;
  /**
   * `flat`: the vectors themselves (f16), compared one by one. `hnsw`: with a graph. `codes`: the vectors as compressed
   * codes, compared one by one. `parts`: codes in shards, of which a search downloads the nearest. Default `auto`: the
   * fastest at 20 Mbit/s, by estimate: codes, above about 4,500 items parts, and vectors of fewer than 64.
   */
  readonly index?: IndexOption;
  /**
   * The least share of the ten nearest that searches find, above 0 to 1. The build measures it with photos of the
   * catalogue. Of codes, its lower limit counts (two standard errors). In parts, the build asks for a little more than this
   * (0.011 at 0.95, 0.006 from 50,000 items, less near 1), of 500 photos, or of 1,000 from 10,000 items. Default 0.985, and 0.95 in parts; a rebuild of codes then accepts
   * 0.005 less before it changes all files.
   */
  readonly minRecall?: number;
  /** Most bytes of manifest, items and index that a first search downloads. With more, nothing is published. */
  readonly maxBytes?: number;
  /**
   * Computes a new centre, and divides the index into new files. By default, a rebuild reuses the centre of the release
   * in `out` while it is close to the catalogue's mean, and divides the index in the same way, so that few files change.
   * Vectors and thumbnails are reused in any case (see `cache`). Default false.
   */
  readonly fresh?: boolean;
  /**
   * Takes vectors and thumbnails of photos that have not changed from the release in `out` and from this user's cache,
   * and adds those that it makes to the cache. The bundle has the same bytes either way. Default true; false embeds
   * every photo.
   */
  readonly cache?: boolean;
  /**
   * A deployed site or bundle, as a folder or an http(s) URL, for a machine that has neither a release in `out` nor a
   * cache, as in hosted CI: vectors and thumbnails of photos that have not changed are taken from it, and its centre and
   * division into files, as from a release in `out`. If it cannot be had, the build warns and goes on. Ignored if there
   * is a release in `out`.
   */
  readonly previous?: string;
  /**
   * Embeds a small copy of each photo, too, and stores a second vector per item. Blurred and small photos of visitors
   * are compared with these vectors, which pages download only then. Default: up to 2,000 photos.
   */
  readonly soft?: boolean;
  /**
   * Writes `similar.json` next to the manifest, with this many similar items per item, 1 to 100, for pages that are
   * rendered at build time. Default none; a previous one is deleted.
   */
  readonly similar?: number;
  /** Longest side of the thumbnails in pixels, 16 to 2048; default 320. */
  readonly thumbSide?: number;
  /**
   * Which items get a thumbnail file: `all`; `missing`, those whose `image` is neither a URL nor a path that begins with "/", because
   * pages can show these as they are; or `auto` (default), all in a catalogue of up to 10,000 items and otherwise `missing`.
   */
  readonly thumbs?: ThumbsOption;
  /**
   * Cuts away borders of one colour, blurred borders and the page around a picture in a phone screenshot before a photo
   * is embedded, and tells pages to do the same with queries. Thumbnails show the whole photo. Default true.
   */
  readonly trim?: boolean;
  /** Photos with more pixels (width × height) are skipped undecoded; default 100 million. */
  readonly maxPixels?: number;
  /**
   * Uses fused multiply-add, which is faster on processors that support it, but the last digits of the vectors may
   * differ between machines. Default false: the same bits everywhere.
   */
  readonly fast?: boolean;
  /**
   * Number of threads that embed, 1 to 256, one photo each. Default: the number of cores, fewer for few photos or
   * little free memory. It does not affect the bundle. With an .onnx model, it is the number of threads that share
   * each photo, at most the number of cores; default at most 4.
   */
  readonly threads?: number;
  /**
   * Includes ONNX Runtime (14 MB) in the page even if the kernel runs the model: for an element whose `engine` is
   * `onnxruntime`, and as a fallback. Default false; pages of ONNX encoders always include it.
   */
  readonly onnxruntime?: boolean;
  /**
   * If another build into the same folder is running, waits for it instead of throwing an `OutputError` that names
   * its process. Default false.
   */
  readonly wait?: boolean;
  /**
   * The folder of `report.json`, which names each item with its outcome, and `report.html`; default the bundle's folder.
   * False writes none. They hold nothing private.
   */
  readonly report?: boolean | string;
  /**
   * Tries only those photos again that failed in the previous build, or of which only a part could be decoded. Photos that
   * were downloaded then are used as they are, without asking their servers. Photos of new items are tried, too.
   * Needs the report of that build. Default false.
   */
  readonly retryFailed?: boolean;
  /**
   * If more photos fail, the build throws a `FailuresError` and publishes nothing: a number of photos, or a share such
   * as `5%`; 0 is strict. Default: only a build without any usable photo fails.
   */
  readonly maxFailures?: MaxFailures;
  /** Receives progress and warnings; default silent. */
  readonly reporter?: BuildReporter;
}

export interface SiteUse {
  /** The HTML to add to the pages. */
  readonly tag: string;
  /** What else is to be done, a line each. */
  readonly notes: readonly string[];
  /** The folder to look at with `soutu preview`. */
  readonly preview: string;
}

export interface BuildSummary extends BundleSummary {
  /** Absolute path. */
  readonly out: string;
  /** With `site`: how its pages use the search. Else null. */
  readonly site: SiteUse | null;
  readonly model: string;
  /** The engine that embedded: `kernel-deterministic`, `kernel-fast` or `onnxruntime-wasm`. */
  readonly engine: string;
  /** Number of photos embedded at once. */
  readonly threads: number;
  readonly rotations: RotationsReport;
  /** The path of `report.json`; null without one. */
  readonly report: string | null;
  readonly bytes: BundleSummary['bytes'] & { readonly page: number };
}
