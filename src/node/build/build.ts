import { join } from 'node:path';
import { messageOf, SoutuError } from '../../core/errors.ts';
import { DEFAULT_MAX_PIXELS } from '../../core/image/pixels.ts';
import type { Catalogue } from '../catalogue/entry.ts';
import { isRemote } from '../catalogue/photo-path.ts';
import { requireSpace } from '../files/disk-space.ts';
import { lockFolder } from '../files/lock.ts';
import { realPathOf } from '../files/real-path.ts';
import { refuseForeign } from '../files/refuse-foreign.ts';
import { Staging } from '../files/staging.ts';
import { cacheFolder } from '../model/cache-folder.ts';
import { loadModel } from '../model/load.ts';
import { DEFAULT_MODEL } from '../model/model-folder.ts';
import { BUNDLE_FOLDER } from '../search/folder-source.ts';
import { buildBundle } from './build-bundle.ts';
import { placesOf } from './build-places.ts';
import { BundleWriter, unwritable } from './bundle-writer.ts';
import { withOwn } from './calibrate/own-thresholds.ts';
import { checkOptions } from './check-options.ts';
import { checkOutput, checkPhotosOutside } from './check-output.ts';
import { chooseRotations, hasRotations } from './choose/rotations.ts';
import { type BuildOptions, type BuildSummary, DEFAULT_THUMB_SIDE } from './options.ts';
import { withOwnTexts } from './page/own-texts.ts';
import { refuseForeignFiles } from './page/place-page.ts';
import { readSampleQueries } from './page/sample-queries.ts';
import { siteUse, WIDGET_FILE } from './page/site-tag.ts';
import type { DeployedThumbs } from './previous/deployed/adopt-release.ts';
import { madeWith } from './previous/made-with.ts';
import { noPreviousPhotos, openPreviousPhotos } from './previous/photos/open-previous-photos.ts';
import { ReportFiles } from './report/report-files.ts';
import { type BuildReporter, SILENT } from './reporter.ts';
import { SIMILAR_FILE, SIMILAR_FORMAT } from './similar-file.ts';
import { withEmbedder } from './with-embedder.ts';

/** Pictures of IIIF are asked for in this size, which is enough for default thumbnails on fine screens. */
const IIIF_SIDE = 640;

/** Bytes per dimension of a vector in f16; the vectors are a lower bound for the bundle's size. */
const VECTOR_BYTES = 2;

/**
 * Builds a site, or only the bundle, from photos, as `soutu build` does. Photos that cannot be used are skipped and
 * listed in the summary's `failures`.
 * @throws SoutuError `UsageError` (an option), `CatalogueError` (photos or catalogue), `ModelError` or
 * `OutputError`, `FailuresError` (more than `maxFailures`), distinguished by `name`; the previous contents of `out` stay intact
 */
export async function build(options: BuildOptions): Promise<BuildSummary> {
  const { bundleOnly = false, reporter = SILENT } = options;
  checkOptions(options);
  const { photos, out } = placesOf(options);
  const started = performance.now();
  const realOut = await checkOutput(photos, out);
  const bundleFolder = bundleOnly ? out : join(out, BUNDLE_FOLDER);
  if (!bundleOnly) await refuseForeignFiles(out, options.site === undefined ? [] : [WIDGET_FILE]);
  if (options.similar) await refuseForeign(join(bundleFolder, SIMILAR_FILE), SIMILAR_FORMAT);
  const lock = await lockFolder(bundleFolder, {
    command: 'soutu build',
    wait: options.wait ?? false,
    onWait: (line) => reporter.warn(line),
    advice: 'Wait until it has finished (or add --wait), or choose another folder with --out.',
  }).catch((error: unknown) => {
    throw unwritable(bundleFolder, error);
  });
  const staging = new Staging(reporter);
  let report: ReportFiles | null = null;
  try {
    // Under the lock: otherwise a build that waited could publish an older catalogue over a newer one.
    report = await ReportFiles.open(options, bundleFolder, started);
    const listed = await listPhotos(options, realOut, reporter);
    return await buildLocked(options, out, listed, staging, report, reporter, started);
  } catch (error) {
    staging.discard();
    await report?.writeFailed(error, (line) => reporter.warn(line));
    throw error;
  } finally {
    await lock.release();
  }
}

/** @param realOut the real path of the output folder */
async function listPhotos(
  options: BuildOptions,
  realOut: string,
  reporter: BuildReporter,
): Promise<Catalogue> {
  const listed = await readSource(options, realOut);
  for (const line of listed.notes) reporter.warn(line);
  // All that can be refused is refused before gigabytes of downloads and hours of embedding.
  await checkPhotosOutside(listed, realOut, options.bundleOnly ?? false);
  return {
    ...listed,
    page: withOwnTexts(listed.page, options),
    thresholds: withOwn(listed.thresholds, options),
  };
}

async function buildLocked(
  options: BuildOptions,
  out: string,
  listed: Catalogue,
  staging: Staging,
  report: ReportFiles,
  reporter: BuildReporter,
  started: number,
): Promise<BuildSummary> {
  const { bundleOnly = false, maxPixels = DEFAULT_MAX_PIXELS, trim = true } = options;
  if (listed.page.title !== null) report.title = listed.page.title;
  const writer = await BundleWriter.open(bundleOnly ? out : join(out, BUNDLE_FOLDER), staging);
  const loaded = await loadModel(options.engine ?? options.model ?? DEFAULT_MODEL, {
    ...(options.modelSpec === undefined ? {} : { spec: options.modelSpec }),
    ...(options.preset ? { preset: options.preset } : {}),
    ...(options.pooling ? { pooling: options.pooling } : {}),
    reporter,
  });
  if (options.colour && !loaded.spec.colour) {
    throw new SoutuError(
      'UsageError',
      `The model ${loaded.spec.name} compares no colours, so their weight cannot be ${options.colour}. Leave it out.`,
    );
  }
  const sampleQueries = bundleOnly ? [] : await readSampleQueries(listed.page.queries, maxPixels);
  await requireSpace(
    writer.folder,
    listed.entries.length * loaded.spec.dimension * VECTOR_BYTES,
    `the vectors of ${listed.entries.length} photos need at least`,
  );
  const catalogue = await downloaded(listed, options, report.settled, reporter);
  // The cache of this user may be anywhere, too.
  await checkPhotosOutside(catalogue, await realPathOf(out), bundleOnly);
  // Before any setting is chosen: a rebuild keeps the previous choices while they still fit.
  const deployed = await adoptDeployed(options, writer, reporter);
  const precision = options.fast ? 'fast' : 'deterministic';
  const { model, rotations } = await chooseRotations(
    options.rotations ?? false,
    loaded,
    catalogue.entries,
    {
      ...{ maxPixels, trim, precision, threads: options.threads },
      before: !options.fresh && hasRotations((await writer.previous())?.model),
    },
    reporter,
  );
  const settings = {
    // A hash is compared as it is, and blurred photos have nearly the same.
    centre: options.engine === undefined && (options.centre ?? true),
    colour: options.colour,
    neighbours: options.neighbours,
    index: options.index,
    minRecall: options.minRecall,
    maxBytes: options.maxBytes,
    threads: options.threads,
    fresh: options.fresh ?? false,
    maxPixels,
    trim,
    similar: options.similar ?? 0,
    thumbSide: options.thumbSide ?? DEFAULT_THUMB_SIDE,
    thumbs: options.thumbs,
    soft: options.engine === undefined ? options.soft : false,
    onOutcomes: report.onOutcomes,
    onIndexed: report.onIndexed,
  };
  const {
    result: bundle,
    engine,
    threads,
    previousPhotos,
  } = await withEmbedder(
    model,
    precision,
    {
      photos: catalogue.entries.length,
      threads: options.threads,
      warn: (line) => reporter.warn(line),
    },
    async (engine) =>
      options.cache === false
        ? noPreviousPhotos()
        : openPreviousPhotos(
            cacheFolder(),
            writer,
            madeWith(model.spec, engine, settings),
            model.spec.dimension,
            (line) => reporter.warn(line),
            deployed?.thumb,
          ),
    ({ embedder, previousPhotos }) =>
      buildBundle(catalogue, model, embedder, writer, settings, reporter, previousPhotos),
  ).finally(() => deployed?.close());
  // Imported lazily: Vite takes a second to load.
  const page =
    bundleOnly || !writer.staged
      ? null
      : await (await import('./page/search-page.ts')).stageSearchPage(
          out,
          writer.staged,
          catalogue.page,
          sampleQueries,
          staging,
          reporter,
          { onnxruntime: options.onnxruntime, widget: options.site !== undefined },
        );
  await report.stage(staging, bundle, (line) => reporter.warn(line));
  await staging.publish();
  await Promise.all([writer.sweep(), page?.sweep(), report.sweep()]).catch((error: unknown) => {
    reporter.warn(`The site is complete, but old files could not be deleted: ${messageOf(error)}`);
  });
  await previousPhotos.close();
  const total = Math.round(performance.now() - started) / 1000;
  return {
    out,
    site: options.site === undefined ? null : await siteUse(options.site, out, listed, bundleOnly),
    model: model.spec.name,
    engine,
    threads,
    rotations,
    report: report.path,
    ...bundle,
    bytes: { ...bundle.bytes, page: page?.bytes ?? 0 },
    seconds: { ...bundle.seconds, page: page?.seconds ?? 0, total },
  };
}

/** Takes over the release that `--previous` names. */
async function adoptDeployed(
  { previous: where, allowPrivate = false }: BuildOptions,
  writer: BundleWriter,
  reporter: BuildReporter,
): Promise<DeployedThumbs | null> {
  if (where === undefined) return null;
  const { adoptRelease } = await import('./previous/deployed/adopt-release.ts');
  return adoptRelease(writer, {
    where,
    allowPrivate,
    stage: (name) => reporter.stage(name),
    warn: (line) => reporter.warn(line),
  });
}

/** Reads the catalogue: items in memory, or a source. */
async function readSource(options: BuildOptions, realOut: string): Promise<Catalogue> {
  const { items, map, photoBase, query, paging, pageSize, site, siteUrl } = options;
  const { photos } = placesOf(options);
  if (photos === null) {
    const { collect } = await import('../catalogue/collect.ts');
    const { itemsSource } = await import('../catalogue/items/items-source.ts');
    return collect(itemsSource(items ?? [], photoBase));
  }
  const { readCatalogue } = await import('../catalogue/catalogue.ts');
  return readCatalogue(photos, {
    except: realOut,
    map,
    photoBase,
    query,
    paging,
    pageSize,
    allowPrivate: options.allowPrivate,
    imageSide: Math.max(IIIF_SIDE, options.thumbSide ?? DEFAULT_THUMB_SIDE),
    ...(site === undefined ? {} : { site: { siteUrl } }),
  });
}

/** Photos at URLs are downloaded into the cache of this user. */
async function downloaded(
  catalogue: Catalogue,
  { allowPrivate = false, perHost, photoTimeout }: BuildOptions,
  settled: ReadonlySet<string> | null,
  reporter: BuildReporter,
): Promise<Catalogue> {
  if (!catalogue.entries.some(({ path }) => isRemote(path))) return catalogue;
  const { withDownloads } = await import('../catalogue/download.ts');
  const cache = join(cacheFolder(), 'photos');
  return withDownloads(catalogue, {
    cache,
    allowPrivate,
    reporter,
    ...(settled === null ? {} : { settled }),
    ...(perHost === undefined ? {} : { perHost }),
    ...(photoTimeout === undefined ? {} : { timeout: photoTimeout }),
  });
}
