/** What visitors and owners download: a budget for every file of the package. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { expect, inject, test } from 'vitest';

const compress = promisify(brotliCompress);

/**
 * Bytes as they are and with brotli; the first line that fits a path counts. Whoever raises one says in the
 * commit what it is worth to visitors.
 */
const BUDGETS: readonly (readonly [path: RegExp, raw: number, brotli: number])[] = [
  // Queries of several, the history of searches, and comlink are in it. 0.1 kB takes the manifest that a page has asked for
  // early, which saves a round trip. 0.1 kB passes `remote` on. 0.1 kB says why a page does
  // not work offline; pages with the element load those words after the first answer. 0.25 kB: several bundles, and copies.
  // 0.05 kB: first hits. 0.05 kB: small indexes in parts are kept for offline use.
  // What its source loads on demand needs no code that starts it: 0.3 kB less, of the element 1.4 kB.
  [/^browser\/soutu\.js$/, 47_600, 17_650],
  // Filters by range and words, and queries of several: 6 kB with brotli. The button mode and the enlarged picture: 7 kB,
  // in built pages scripts of their own. 0.2 kB of it keeps the page usable when the dialog closes under another one.
  // 0.1 kB: the element says to whom a vector is sent, whatever its words for it.
  // 0.3 kB: the attributes of several bundles and of copies.
  // 0.45 kB: hits of an index in parts are there after its first wave, seconds earlier on a slow line, and what stays does not
  // flicker. 0.1 kB: what replaces first hits keeps open views and the focus.
  // 0.55 kB: crops by clicks, a toolbar on each hit, and filters whose values come next.
  [/^browser\/widget\.js$/, 194_400, 60_800],
  [/^page\/assets\/page-[\w-]+\.js$/, 140_900, 45_080],
  // A page loads the one of its language.
  [/^browser\/words-[a-z]{2}\.js$/, 10_550, 3_500],
  // The package's also holds the graph reader, which a built page loads only with a graph.
  // Two views, colours, trimming, soft photos: 5 kB with brotli, for a better first page of results. The things in a
  // photo: of several, dots find three to eleven times as many as the whole photo does. 1.2 kB. The reader of codes, 4.7
  // kB with brotli, saves 80 % of the index: 139 kB of the sample's, 5 MB with 10,000 photos. The reader of an index in parts,
  // about 8 kB, which a built page loads only with one, saves megabytes above 5,000 photos. With filters by postings, deltas and
  // several bundles it is 13 kB: filters find all, and visitors who come back download 0.6 % of an index. 0.4 kB: filters of an index with
  // a delta find all, counts of several attributes agree, and forged manifests are refused.
  // 0.9 kB: a file of details that fails does not fail the search, first hits, pages without gaps, copies asked in time. 2.1 kB:
  // the kernel ranks codes, and small indexes in parts are kept for offline use. 0.6 kB: it decodes and scans shards. 0.25 kB: a search in parts is a class
  // with short methods.
  // 0.05 kB: pages of an index in parts have all hits with a cut-off, too.
  [/^browser\/worker\.js$/, 223_650, 76_750],
  // 0.3 kB: copies of a bundle are asked where a file is read, and the first of several bundles that answers is opened.
  // 0.4 kB: counts of several filtered attributes agree, and lists of an index in parts are checked.
  // 0.8 kB: a file of details that fails does not fail the search; first hits; copies of a bundle are asked in time.
  // Two files since WebKit ran main again where a later script imported it: 0.7 kB.
  [/^page\/assets\/main-[\w-]+\.js$/, 32_100, 11_950],
  // 0.1 kB: an aborted search ends at once, so that the next one keeps the worker.
  [/^page\/assets\/engine-[0-9a-f]{16}\.js$/, 103_400, 36_200],
  // Pages with a search bar load it; all else when its dialog is opened.
  [/^(browser|bundler)\/button\.js$/, 30_000, 10_000],
  // Product pages load it: with the manifest and the items, at most 60 kB (test/e2e/similar.test.ts). 0.6 kB reads the details
  // of an index in parts.
  [/^browser\/similar\.js$/, 30_000, 10_800],
  [/\/onnx-browser(-[\w-]+)?\.js$/, 75_000, 24_500],
  // What a first photo waits for.
  [/\/kernel(-fast)?(-[\w-]{8})?\.wasm$/, 10_000, 4_000],
  [/\/ort-wasm-simd-threaded\.wasm$/, 14_300_000, 2_900_000],
  [/\/ort-wasm-simd-threaded\.mjs$/, 25_000, 9_000],
  // On the GPU: tried in idle time by visitors of wide models, who then may see a photo sooner.
  [/\/onnx-webgpu(-[\w-]+)?\.js$/, 93_000, 29_000],
  [/\/ort-wasm-simd-threaded\.jspi\.wasm$/, 16_800_000, 3_400_000],
  [/\/ort-wasm-simd-threaded\.jspi\.mjs$/, 52_000, 19_000],
  // Loaded in idle time, after the first answer. A page is stored only if it is the site's own, and bounded.
  [/\/sw\.js$/, 10_000, 4_000],
  // In place of the index and its readers; complete in itself, as all scripts of the worker are in the package.
  // 0.4 kB: the same checks of manifests, and the same counts.
  [/^browser\/remote-search\.js$/, 97_500, 34_500],
  // The same scripts again, inside one: only for pages of bundlers that copy no files.
  [/^bundler\/worker-inline\.js$/, 272_100, 85_530],
  [/^bundler\/(soutu|widget|files|no-files)\.js$/, 1_500, 500],
  [/^(browser|bundler)\/(react|vue)\.js$/, 100, 100],
  [/^page\/(index\.html|files\.json|assets\/[\w-]+\.css)$/, 8_000, 2_500],
  // All else that comes when it is needed.
  [/^(browser|page\/assets)\/[\w-]+\.js$/, 60_000, 20_000],
  [/^(browser|page\/assets)\/[\w-]+\.wasm$/, 150_000, 50_000],
  // parse5, for the build of the page and for the pages of built sites: only `npm install` loads it.
  [/^node\/html-[\w-]+\.js$/, 275_000, 53_500],
  // 0.1 kB: a build says why visitors who come back download shards again. 4 kB: that of deltas is in the build's script. 0.2 kB:
  // thresholds that owners set by options.
  [/^node\/[\w-]+\.js$/, 147_500, 42_250],
  [/^types\/.+\.d\.ts$/, 20_000, 6_000],
  // For editors.
  [/^schemas\/(config|catalogue)\.json$/, 10_000, 3_000],
  // Two elements; button mode and enlarged pictures have 12 parts.
  [/^custom-elements\.json$/, 36_000, 5_500],
  [/^(page\/)?THIRD-PARTY\.txt$/, 60_000, 16_000],
];

/** Of the whole package, compressed by npm. */
const TARBALL = 12_000_000;

test('every file keeps to its budget, and has one', async () => {
  const dist = join(inject('installed'), 'dist');
  const entries = await readdir(dist, { recursive: true, withFileTypes: true });
  const over: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(dist.length + 1).replaceAll('\\', '/');
    const bytes = await readFile(full);
    const { length: brotli } = await compress(bytes, {
      // Higher takes minutes for the largest, and saves it little.
      params: { [constants.BROTLI_PARAM_QUALITY]: bytes.length > 1_000_000 ? 5 : 9 },
    });
    const sizes = `${bytes.length} bytes, ${brotli} with brotli`;
    const budget = BUDGETS.find(([pattern]) => pattern.test(path));
    if (!budget) over.push(`${path}: ${sizes}, and no budget`);
    else if (bytes.length > budget[1] || brotli > budget[2]) {
      over.push(`${path}: ${sizes}; expected at most ${budget[1]} and ${budget[2]}`);
    }
  }
  expect(over).toEqual([]);
});

test('distractors are there for builds, and in nothing that a browser loads', async () => {
  const installed = inject('installed');
  const own = await stat(join(installed, 'public/models/vgg16-lite/distractors.bin'));
  expect(own.size).toBeLessThanOrEqual(300_000);
  for (const folder of ['browser', 'bundler', 'page']) {
    const names = await readdir(join(installed, 'dist', folder), { recursive: true });
    for (const name of names.filter((one) => /\.(js|mjs|html|json|bin|wasm)$/.test(one))) {
      const bytes = await readFile(join(installed, 'dist', folder, name));
      expect(bytes.includes('held-back'), `${folder}/${name}`).toBe(false);
    }
  }
});

test('the package as a whole', async () => {
  expect((await stat(inject('tarball'))).size).toBeLessThan(TARBALL);
});
