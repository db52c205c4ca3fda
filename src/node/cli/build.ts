import { SoutuError } from '../../core/errors.ts';
import { DEFAULT_MAX_PIXELS } from '../../core/image/pixels.ts';
import { MAX_NEIGHBOURS, type NeighboursOption } from '../build/choose/neighbours.ts';
import { SOFT_UP_TO } from '../build/pipeline.ts';
import {
  type BuildSummary,
  build,
  DEFAULT_THUMB_SIDE,
  MAX_PER_HOST,
  MAX_SIMILAR,
  MAX_THREADS,
  MAX_THUMB_SIDE,
  MIN_THUMB_SIDE,
} from '../build/site.ts';
import { parseColumnMap } from '../catalogue/table/column-map.ts';
import { DEFAULT_MODEL } from '../model/model-folder.ts';
import { calibrationLines } from './calibration-lines.ts';
import {
  type Command,
  flag,
  number,
  type Parsed,
  positionals,
  requiredText,
  text,
} from './command.ts';
import { describeColour, describeNeighbours } from './describe-choices.ts';
import { MODEL_HELP, MODEL_OPTIONS, variantOf } from './model-options.ts';
import { duration, ProgressReporter } from './progress.ts';
import { printJson, tell } from './terminal.ts';

/** How to call the command line: from the source, or as a package. */
const SOUTU = import.meta.url.endsWith('.ts') ? 'npm run soutu --' : 'npx soutu';

export const command: Command = {
  help: `soutu build PHOTOS --out DIR

PHOTOS is a folder of photos, a catalogue.json, a table (.csv, .tsv, .ndjson, .json), a feed (Google Merchant, RSS,
Atom) or a shop's export (Shopify, WooCommerce), a sitemap with pictures, or a list of their URLs (.txt). A folder is
read with its sub-folders, whose names become the attribute "folder"; a file vase.json says more about vase.jpg (title, url, group, attributes, id). A catalogue is a
list of items { id, image, group, title, url, attributes } with images relative to the file, or an object { items,
title, subtitle, note, lang, queries, browse, thresholds, attributes, currency }, whose other fields describe the page
(see the guide). A table has an item in each row; columns other than id, image, group, title and url become
attributes. DIR becomes a site that any static host can serve.

  --out DIR         the folder of the site. If there is one, it stays valid until the new one is complete
  --bundle-only     write only the search index (the bundle), into DIR itself
  --map MAP         which column of a table is which field, where their names do not say: id=sku,image=photo,
                    group=relation_id. attributes.price=Preis renames an attribute, -notes leaves a column out
  --photo-base B    a folder or a URL to which the images of a catalogue, table, feed or list are relative (default: the
                    folder of the file). Photos at URLs are downloaded, and kept for the next build
  --per-host N      photos downloaded at a time from one host, 1 to ${MAX_PER_HOST} (default 4)
  --allow-private   download from private addresses, too, such as 192.168.0.10 or localhost (default: refuse)
  --model M         ${DEFAULT_MODEL} (default), vgg16 (pulled where it is not here yet), a model folder, or an
                    .onnx file with its spec
${MODEL_HELP}
  --no-centre       plain cosine: do not subtract the catalogue's mean vector
  --colour W        how much colours count, 0 to 1, or "off" (default: the weight from 0 to 0.4 that finds the photos
                    of a group best; the model's where fewer than 8 groups have two photos)
  --neighbours N    move each vector towards its N nearest (1 to 10), so that more photos of a thing or kind are found;
                    "auto": 3, if the photos of a group find each other better then. An added item changes the
                    vectors of its neighbours, so that rebuilds change more files (default: off)
  --fresh           ignore the release in DIR: compute a new centre, and cut the files anew. A rebuild keeps both
                    while they suit the catalogue, so that few files change
  --soft, --no-soft a second vector for each item, from a small copy of its photo, with which blurred and small photos
                    find it. Pages download these vectors only for such photos (default: up to ${SOFT_UP_TO} photos)
  --no-trim         embed whole photos. By default, borders of one colour, blurred borders and the page around a
                    picture in a phone screenshot are cut away first, from photos and queries alike; thumbnails
                    always show the whole photo
  --similar N       also write similar.json, with N similar items for each item, for pages that are rendered
                    at build time (1 to 100)
  --thumb-size N    longest side of the thumbnails in pixels (default ${DEFAULT_THUMB_SIDE})
  --max-pixels N    skip photos with more pixels (default ${DEFAULT_MAX_PIXELS})
  --threads N       number of threads, each embedding one photo at a time; the bundle does not depend on it
                    (default: all cores; fewer if there are few photos or little free memory). With an .onnx
                    model: threads that share each photo (default: at most 4)
  --fast            fused multiply-add: faster, but the vectors' last digits depend on the processor
  --onnxruntime     include ONNX Runtime (14 MB) in the page even if our kernel runs the model: for an element with
                    engine="onnxruntime", and as a fallback
  --wait            if another build into DIR is running, wait for it (default: refuse)
  --json            print one summary object on stdout`,

  options: {
    out: { type: 'string' },
    'bundle-only': { type: 'boolean' },
    map: { type: 'string' },
    'photo-base': { type: 'string' },
    'per-host': { type: 'string' },
    'allow-private': { type: 'boolean' },
    ...MODEL_OPTIONS,
    'no-centre': { type: 'boolean' },
    colour: { type: 'string' },
    neighbours: { type: 'string' },
    fresh: { type: 'boolean' },
    soft: { type: 'boolean' },
    'no-soft': { type: 'boolean' },
    'no-trim': { type: 'boolean' },
    similar: { type: 'string' },
    'thumb-size': { type: 'string' },
    'max-pixels': { type: 'string' },
    threads: { type: 'string' },
    fast: { type: 'boolean' },
    onnxruntime: { type: 'boolean' },
    wait: { type: 'boolean' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    const [photos] = positionals(parsed, ['PHOTOS']) as [string];
    const model = text(parsed, 'model');
    const spec = text(parsed, 'spec');
    const map = text(parsed, 'map');
    const photoBase = text(parsed, 'photo-base');
    const perHost = number(parsed, 'per-host', { min: 1, max: MAX_PER_HOST });
    const similar = number(parsed, 'similar', { min: 1, max: MAX_SIMILAR });
    const threads = number(parsed, 'threads', { min: 1, max: MAX_THREADS });
    const summary = await build({
      photos,
      out: requiredText(parsed, 'out', 'DIR'),
      bundleOnly: flag(parsed, 'bundle-only'),
      ...(map === undefined ? {} : { map: parseColumnMap(map) }),
      ...(photoBase === undefined ? {} : { photoBase }),
      ...(perHost === undefined ? {} : { perHost }),
      allowPrivate: flag(parsed, 'allow-private'),
      ...(model === undefined ? {} : { model }),
      ...(spec === undefined ? {} : { modelSpec: spec }),
      ...variantOf(parsed),
      centre: !flag(parsed, 'no-centre'),
      fresh: flag(parsed, 'fresh'),
      ...softOf(parsed),
      ...colourOf(parsed),
      neighbours: neighboursOf(parsed),
      trim: !flag(parsed, 'no-trim'),
      maxPixels: number(parsed, 'max-pixels', { min: 1 }) ?? DEFAULT_MAX_PIXELS,
      thumbSide:
        number(parsed, 'thumb-size', { min: MIN_THUMB_SIDE, max: MAX_THUMB_SIDE }) ??
        DEFAULT_THUMB_SIDE,
      ...(threads === undefined ? {} : { threads }),
      ...(similar === undefined ? {} : { similar }),
      fast: flag(parsed, 'fast'),
      onnxruntime: flag(parsed, 'onnxruntime'),
      wait: flag(parsed, 'wait'),
      reporter: new ProgressReporter(process.stderr),
    });
    if (flag(parsed, 'json')) printJson(summary);
    else tell(...describe(summary, flag(parsed, 'bundle-only')));
  },
};

function colourOf(parsed: Parsed): { colour?: number } {
  if (text(parsed, 'colour') === 'off') return { colour: 0 };
  const colour = number(parsed, 'colour', { min: 0, max: 1, whole: false });
  return colour === undefined ? {} : { colour };
}

function neighboursOf(parsed: Parsed): NeighboursOption {
  const value = text(parsed, 'neighbours');
  if (value === 'auto') return value;
  if (value === 'off') return 0;
  return number(parsed, 'neighbours', { min: 1, max: MAX_NEIGHBOURS }) ?? 0;
}

function softOf(parsed: Parsed): { soft?: boolean } {
  const wanted = flag(parsed, 'soft');
  const unwanted = flag(parsed, 'no-soft');
  if (wanted && unwanted) {
    throw new SoutuError('UsageError', 'Give --soft or --no-soft, not both.');
  }
  return wanted || unwanted ? { soft: wanted } : {};
}

function describe(
  { out, counts, threads, calibration, colour, neighbours, bytes, seconds }: BuildSummary,
  bundleOnly: boolean,
): string[] {
  const parts = Object.entries(bytes)
    .filter(([, size]) => size > 0)
    .map(([part, size]) => `${part} ${megabytes(size)}`);
  return [
    `${counts.indexed} of ${counts.photos} photos indexed` +
      (counts.failed > 0 ? `, ${counts.failed} skipped (reasons above)` : '') +
      ` in ${duration(seconds.total ?? 0)}${threads > 1 ? ` on ${threads} threads` : ''}: ${out}`,
    ...(counts.trimmed > 0
      ? [
          `Borders were cut away from ${counts.trimmed} ${counts.trimmed === 1 ? 'photo' : 'photos'}.`,
        ]
      : []),
    `Size: ${megabytes(Object.values(bytes).reduce((a, b) => a + b))} (${parts.join(', ')})`,
    ...calibrationLines(calibration),
    ...describeColour(colour),
    ...describeNeighbours(neighbours),
    bytes.soft > 0
      ? 'Blurred and small photos: compared with a second vector for each item, which pages download only for them'
      : 'Blurred and small photos: no second vector for each item (--soft makes them)',
    bundleOnly
      ? `Search it: ${SOUTU} query ${quoted(out)} PHOTO`
      : `Open it: ${SOUTU} preview ${quoted(out)}`,
  ];
}

function megabytes(bytes: number): string {
  return bytes < 100_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** So that the line can be pasted into a shell. */
function quoted(path: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
