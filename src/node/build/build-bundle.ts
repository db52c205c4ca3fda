/**
 * The build. Every photo passes through the same stages as in the browser:
 *
 *     catalogue ─▶ decode ─▶ preprocess ─▶ embed ─▶ f16 ─▶ place ─▶ f16 ─▶ index ─▶ calibrate ─▶ similar items ─▶ bundle
 *                      └───▶ small copy ─▶ embed ─▶ f16 ─▶ place ─▶ f16 ─────────▶ calibrate ────────────────────────┘
 *
 * The index: vectors, codes, parts, or the parts of the previous release with what has changed.
 *
 * Builds are reproducible: the same photos and the same previous release give the same bytes. Embeddings are rounded
 * to f16 before anything is derived from them, and calibration and graph use the placed vectors (see vector/space.ts)
 * after rounding, exactly as readers decode them.
 */

import type { Manifest } from '../../core/bundle/manifest.ts';
import { SoutuError } from '../../core/errors.ts';
import { byId } from '../../core/item.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { Catalogue } from '../catalogue/entry.ts';
import type { ModelFiles } from '../model/model-folder.ts';
import { type BundleOptions, SOFT_UP_TO } from './bundle-options.ts';
import type { BundleWriter } from './bundle-writer.ts';
import { markCopies } from './copies/mark-copies.ts';
import { embedAll } from './embed-all.ts';
import { indexCatalogue, writeWeights } from './index-catalogue.ts';
import { inputsHash } from './previous/inputs.ts';
import { madeWith } from './previous/made-with.ts';
import { noPreviousPhotos } from './previous/photos/open-previous-photos.ts';
import type { PreviousPhotos } from './previous/photos/previous-photos.ts';
import type { BuildReporter } from './reporter.ts';
import { shrunkWarning } from './shrunk.ts';
import { Stopwatch } from './stopwatch.ts';
import { type BundleSummary, summaryOf } from './summary.ts';
import { thumbsFor } from './thumbs.ts';

/** @throws SoutuError if no photo could be indexed, or the bundle cannot be written */
export async function buildBundle(
  catalogue: Catalogue,
  model: ModelFiles,
  embedder: Embedder,
  writer: BundleWriter,
  options: BundleOptions,
  reporter: BuildReporter,
  previousPhotos: PreviousPhotos = noPreviousPhotos(),
): Promise<BundleSummary> {
  const watch = new Stopwatch();
  for (const line of catalogue.warnings) reporter.warn(line);

  // Of a rebuild, only what has changed is embedded, and which photos these are is found photo by photo.
  reporter.stage(previousPhotos.archive ? 'Checking' : 'Embedding', catalogue.entries.length);
  const soft = options.soft ?? catalogue.entries.length <= SOFT_UP_TO;
  const { embedded: unsorted, ...photos } = await embedAll(
    catalogue.entries,
    embedder,
    writer,
    previousPhotos,
    {
      ...options,
      soft,
      hasThumbFile: thumbsFor(options.thumbs ?? 'auto', catalogue.entries.length),
    },
    reporter,
  );
  const { failures, damaged, outcomes, trimmed, unchanged, thumbBytes } = photos;
  options.onOutcomes?.(outcomes, catalogue.withoutPhoto);
  if (unsorted.length === 0) {
    throw new SoutuError(
      'CatalogueError',
      `None of the ${catalogue.entries.length} photos could be used; the first: ${failures[0]?.reason}`,
    );
  }
  const embedded = [...unsorted].sort((a, b) => byId(a.item, b.item));
  const { items, copies, isComplete } = markCopies(
    embedded.map(({ item }) => item),
    embedded.map(({ photo }) => photo.vectors.print),
  );
  if (!isComplete) {
    reporter.warn(
      'Not all copies of pictures were looked for: too many pictures are nearly the same.',
    );
  }
  const made = madeWith(model.spec, embedder.engine, options);
  const { centre, colour, neighbours, similar, graphAbove, index, minRecall } = options;
  const inputs = await inputsHash({
    model: model.spec,
    made,
    options: { centre, colour, neighbours, similar, graphAbove, index, minRecall, soft },
    attributes: catalogue.attributes,
    thresholds: catalogue.thresholds,
    items,
    photos: embedded.map(({ photo }) => photo.sha256),
  });
  watch.lap('embed');

  const replaced = await writer.previous();
  const shrunk = shrunkWarning(replaced?.items.count ?? 0, items.length);
  if (shrunk !== null) reporter.warn(shrunk);
  const previous = options.fresh ? null : replaced;
  const kept = previous?.inputs === inputs ? await keep(writer, model, previous, similar) : null;
  const found = embedded.map(({ photo }) => photo);
  const release = { catalogue, model, made, items, photos: found, soft, inputs, previous };
  const { manifest, manifestBytes, measured } =
    kept ?? (await indexCatalogue(release, writer, options, reporter, watch));
  const summary = summaryOf(manifest, manifestBytes, thumbBytes);
  checkBytes(summary.openingBytes, options.maxBytes);
  return {
    counts: {
      photos: catalogue.entries.length,
      indexed: embedded.length,
      unchanged,
      failed: failures.length,
      damaged: damaged.length,
      copies: copies.reduce((sum, set) => sum + set.length - 1, 0),
      trimmed,
    },
    failures,
    damaged,
    copies,
    kept: kept !== null,
    ...measured,
    ...summary,
    seconds: watch.seconds,
  };
}

/** @throws SoutuError `BundleError` */
function checkBytes(bytes: number, most: number | undefined): void {
  if (most === undefined || bytes <= most) return;
  throw new SoutuError(
    'BundleError',
    `A first search would download ${bytes} bytes of manifest, items and index, more than the ${most} of --max-bytes. ` +
      'Nothing was published. Allow more, ask for less with --min-recall, or leave out items or attributes.',
  );
}

/** Stages the previous release again; null if a file of it is missing or damaged. */
async function keep(
  writer: BundleWriter,
  model: ModelFiles,
  manifest: Manifest,
  similar: number | undefined,
) {
  await writeWeights(writer, model);
  const manifestBytes = await writer.stagePrevious((similar ?? 0) > 0);
  const measured = { calibration: null, colour: null, neighbours: null, chosenIndex: null };
  return manifestBytes === null ? null : { manifest, manifestBytes, measured };
}
