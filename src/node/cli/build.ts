import { DEFAULT_MAX_PIXELS } from '../../core/image/pixels.ts';
import { build } from '../build/build.ts';
import { SOFT_UP_TO } from '../build/bundle-options.ts';
import { DEFAULT_THUMB_SIDE, MAX_PER_HOST, MAX_PHOTO_TIMEOUT } from '../build/options.ts';
import { DEFAULT_MODEL } from '../model/model-folder.ts';
import { describeBuild } from './build/describe.ts';
import { buildOptionsOf, SWITCH_OPTIONS, TEXT_FLAGS, UNSET_OPTIONS } from './build/options-of.ts';
import { type Command, flag } from './command.ts';
import { MODEL_HELP, MODEL_OPTIONS } from './model-options.ts';
import { ProgressReporter } from './progress.ts';
import { printJson, tell } from './terminal.ts';

export const command: Command = {
  help: `soutu build PHOTOS --out DIR
soutu build --site DIR [--site-url URL]

PHOTOS is a folder of photos, a catalogue.json, a table (.csv, .tsv, .ndjson, .json), a feed (Google Merchant, RSS,
Atom) or a shop's export (Shopify, WooCommerce), a sitemap with pictures, a list of their URLs (.txt), or a manifest or collection of IIIF (.json or URL). A database is given with --source. A folder is
read with its sub-folders, whose names become the attribute "folder"; a file vase.json says more about vase.jpg (title, url, group, attributes, id). A catalogue is a
list of items { id, image, group, title, url, attributes } with images relative to the file, or an object { items,
title, subtitle, note, lang, queries, browse, thresholds, attributes, currency }, whose other fields describe the page
(see the guide). A table has an item in each row; columns other than id, image, group, title and url become
attributes. DIR becomes a site that any static host can serve.

With --site, the pictures come from the pages of a site that is built already, and the search is written into its
folder "soutu". Logos, icons and other decoration are left out and listed. Attributes in the pages say more:
data-soutu-ignore, data-soutu-group, data-soutu-title, data-soutu-url, data-soutu-id, data-soutu-attr-NAME.

  --config FILE     options from a file (default: soutu.config.ts, .mts, .js, .mjs or .json in this folder, if there is
                    one; "soutu init" writes it). Flags win, and --no-NAME turns off what the config turns on.
                    --no-config: read none
  --out DIR         the folder of the site. If there is one, it stays valid until the new one is complete
  --site DIR        the folder of a built site, instead of PHOTOS. --out is then DIR/soutu by default
  --site-url URL    where that site will be (default: as its canonical links say)
  --title TEXT      of the search page (default: that of a catalogue.json, else "Search by picture")
  --subtitle TEXT   a sentence below the title
  --note TEXT       a small line at the end of the page
  --lang TAG        the language of the page, such as de (default: that of a catalogue.json, else en)
  --bundle-only     write only the search index (the bundle), into DIR itself
  --source S        the same as PHOTOS, or a database: mysql://user@host/database, postgres://user@host/database,
                    sqlite:FILE, or env:NAME for a variable of the environment with one of these. The password is
                    taken from SOUTU_DB_PASSWORD, MYSQL_PWD or PGPASSWORD, and is never printed. For TLS:
                    ?sslmode=require, verify-ca or verify-full, and sslrootcert=FILE
  --query SQL       the rows of a database that are the items, such as "SELECT id, relation_id, photo FROM images". It
                    runs in a transaction that cannot write. A photo is a URL, a path below --photo-base, or bytes
  --paging P        how rows are read: "key" (default), after the last id; "offset", by LIMIT and OFFSET
  --page-size N     rows read at a time (default 1000, or 20 if there are photos in the rows)
  --map MAP         which column of a table is which field, where their names do not say: id=sku,image=photo,
                    group=relation_id. attributes.price=Preis renames an attribute, -notes leaves a column out
  --photo-base B    a folder or a URL to which the images of a catalogue, table, feed or list are relative (default: the
                    folder of the file, or the working folder for a
                    database server). Photos at URLs are downloaded, and kept for the next build
  --per-host N      photos downloaded at a time from one host, 1 to ${MAX_PER_HOST} (default 4)
  --photo-timeout S seconds that a download may take, 1 to ${MAX_PHOTO_TIMEOUT} (default 300)
  --allow-private   download from private addresses, too, such as 192.168.0.10 or localhost (default: refuse)
  --model M         ${DEFAULT_MODEL} (default), vgg16 (downloaded on first use), a model folder, or an
                    .onnx file with its spec
${MODEL_HELP}
  --engine phash    no model: find copies of a picture only, also smaller, compressed, framed or grey ones, by a hash
                    of 144 bits. The page loads a few kB instead of a model. Similar things are not found
  --no-centre       plain cosine: do not subtract the catalogue's mean vector
  --colour W        how much colours count, 0 to 1, or "off" (default: the weight from 0 to 0.4 that finds the photos
                    of a group best; the model's where fewer than 8 groups have two photos)
  --match S         the score from which a hit is called a likely match, -1 to 1 (default: measured on the catalogue, and
                    printed with --verbose)
  --related S       the page says "Nothing very similar here" if the best hit has a lower score (default: the same). Both are
                    also "thresholds" in a catalogue.json
  --neighbours N    move each vector towards its N nearest (1 to 10), so that more photos of a thing or kind are found;
                    "auto": 3, if the photos of a group find each other better then. An added item changes the
                    vectors of its neighbours, so that rebuilds change more files (default: off)
  --rotations R     on: embed each photo in four rotations, the visitors' too, so that things that lie flat (tiles,
                    fabrics, coins) are found whichever way up they lie; that takes four times as long. "auto": if the
                    photos of a group find each other better then (default: off)
  --index I         "parts": compressed codes in shards, of which a search downloads the nearest; "codes": codes in
                    whole files, about 120 bytes for each photo; "flat": the vectors themselves; "hnsw": a graph of
                    links besides, about 40 bytes for each photo, which large searches follow instead of comparing
                    everything. Default: whichever visitors wait for the least at 20 Mbit/s, by estimate: codes, above
                    about 4,500 photos parts; --verbose says why. A rebuild keeps the shards while at most
                    3 % of the photos are added, removed or changed, and writes a delta that visitors download instead
  --parts           the same as --index parts
  --min-recall R    the least share of the ten nearest that searches find, measured with photos of the catalogue
                    (default 0.985; in parts 0.95)
  --max-bytes N     publish nothing if a first search would download more bytes of manifest, items and index than N,
                    not counting page and model
  --fresh           compute a new centre, and divide the index into new files. A rebuild keeps those of the release in
                    DIR while they suit the catalogue, so that few files change. Vectors are reused in any case
  --no-cache        embed every photo. By default, vectors and thumbnails of photos that have not changed are taken from
                    the release in DIR and from your cache (SOUTU_CACHE, or ~/.cache/soutu), to which new ones are
                    added. The bundle has the same bytes either way
  --previous P      a deployed site or bundle, as a folder or a URL, for a machine that has no release in DIR and no cache,
                    as in hosted CI: photos that have not changed are taken from it. If it cannot be loaded, the build
                    says so and goes on
  --soft, --no-soft a second vector for each item, from a small copy of its photo, with which blurred and small photos
                    find it. Pages download these vectors only for such photos (default: up to ${SOFT_UP_TO} photos)
  --no-trim         embed whole photos. By default, borders of one colour, blurred borders and the page around a
                    picture in a phone screenshot are cut away first, from photos and queries alike; thumbnails
                    always show the whole photo
  --similar N       also write similar.json, with N similar items for each item, for pages that are rendered
                    at build time (1 to 100)
  --thumb-size N    longest side of the thumbnails in pixels (default ${DEFAULT_THUMB_SIDE})
  --thumbs WHICH    auto (default): a thumbnail file for each item, but above 10,000 items only for those whose "image"
                    is no URL; pages show the others' own pictures. all: for each item. missing: as above 10,000
  --max-pixels N    skip photos with more pixels (default ${DEFAULT_MAX_PIXELS})
  --threads N       number of threads, each embedding one photo at a time; the bundle does not depend on it
                    (default: all cores; fewer if there are few photos or little free memory). With an .onnx
                    model: threads that share each photo (default: at most 4)
  --fast            fused multiply-add: faster, but the vectors' last digits depend on the processor
  --onnxruntime     include ONNX Runtime (14 MB) in the page even if our kernel runs the model: for an element with
                    engine="onnxruntime", and as a fallback
  --wait            if another build into DIR is running, wait for it (default: refuse)
  --report FOLDER   the folder of report.html (what was found, for people) and report.json (what became of each photo
                    and why); default: next to the bundle's manifest. They hold no absolute paths and no passwords.
                    --no-report: write none
  --retry-failed    retry only photos that failed last time, that were read in part or from an old copy, and those of
                    new items. The others are used as they were downloaded, without asking their servers
  --max-failures N  publish nothing and end with code 3 if more than N photos fail; N%: more than this share of them.
                    Items without a photo count, and photos that only an earlier download has. The previous release
                    stays, and report.json is written all the same (default: publish what can be used)
  --strict          the same as --max-failures 0
  --watch           build again whenever the photos, or the file that lists them, change, until Ctrl+C. "soutu preview DIR"
                    in another terminal serves each release as soon as it is complete
  --verbose         at the end, say more: size by part, which kind of index was chosen and why, thresholds and weights, and
                    how they were measured
  --json            print one summary object on stdout

Exit codes: 0 the release is published, 1 the build failed, 2 wrong usage, 3 more photos failed than --max-failures
or --strict allows. After 1, 2 and 3 the previous release is as it was.`,

  options: {
    config: { type: 'string' },
    'no-config': { type: 'boolean' },
    out: { type: 'string' },
    site: { type: 'string' },
    'site-url': { type: 'string' },
    source: { type: 'string' },
    query: { type: 'string' },
    paging: { type: 'string' },
    'page-size': { type: 'string' },
    map: { type: 'string' },
    'photo-base': { type: 'string' },
    'per-host': { type: 'string' },
    'photo-timeout': { type: 'string' },
    ...TEXT_FLAGS,
    engine: { type: 'string' },
    ...MODEL_OPTIONS,
    ...SWITCH_OPTIONS,
    ...UNSET_OPTIONS,
    colour: { type: 'string' },
    match: { type: 'string' },
    related: { type: 'string' },
    neighbours: { type: 'string' },
    rotations: { type: 'string' },
    previous: { type: 'string' },
    similar: { type: 'string' },
    index: { type: 'string' },
    parts: { type: 'boolean' },
    'min-recall': { type: 'string' },
    'max-bytes': { type: 'string' },
    'thumb-size': { type: 'string' },
    thumbs: { type: 'string' },
    'max-pixels': { type: 'string' },
    threads: { type: 'string' },
    report: { type: 'string' },
    'no-report': { type: 'boolean' },
    'max-failures': { type: 'string' },
    strict: { type: 'boolean' },
    watch: { type: 'boolean' },
    verbose: { type: 'boolean' },
    json: { type: 'boolean' },
  },

  async run(parsed) {
    const { options, config } = await buildOptionsOf(parsed);
    if (config !== null) tell(`Config: ${config}`);
    const once = async () => {
      const summary = await build({ ...options, reporter: new ProgressReporter(process.stderr) });
      if (flag(parsed, 'json')) printJson(summary);
      else {
        const verbose = flag(parsed, 'verbose');
        tell(...describeBuild(summary, { bundleOnly: options.bundleOnly ?? false, verbose }));
      }
    };
    if (!flag(parsed, 'watch')) return once();
    const { buildAndWatch } = await import('./build/watch.ts');
    await buildAndWatch(options, once);
  },
};
