/**
 * The build. Every photo passes through the same stages as in the browser:
 *
 *     catalogue ─▶ decode ─▶ preprocess ─▶ embed ─▶ f16 ─▶ centre ─▶ f16 ─▶ calibrate ─▶ graph ─▶ bundle
 *
 * Builds are reproducible: the same photos and the same previous release give the same bytes. Embeddings are rounded
 * to f16 before anything is derived from them, and calibration and graph use the centred vectors after rounding,
 * exactly as readers decode them.
 */
import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import type { HnswGraph } from '../../core/bundle/graph.ts';
import { graphOf, type Manifest } from '../../core/bundle/manifest.ts';
import { asStored } from '../../core/bundle/vectors.ts';
import { concat } from '../../core/concat.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { roundedToHalf } from '../../core/half.ts';
import { byId, groupOf, type IndexedItem } from '../../core/item.ts';
import { isSameModel, type ModelSpec, withFiles } from '../../core/model/spec.ts';
import { decodeFloats } from '../../core/text.ts';
import { type Calibration, calibrate } from '../../core/vector/calibrate.ts';
import { centred, centreOf, isCloseCentre } from '../../core/vector/centre.ts';
import { FLAT_UP_TO } from '../../engine/bundle-retriever.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { Catalogue, Entry } from '../catalogue/entry.ts';
import { photosAtOnce } from '../model/embedder/embedder-pool.ts';
import type { ModelFiles } from '../model/model-folder.ts';
import { decodePhoto } from '../photos/decode.ts';
import { mapAhead } from '../photos/map-ahead.ts';
import { makeThumb } from '../photos/thumb.ts';
import type { BundleWriter } from './bundle-writer.ts';
import { buildGraph } from './graph/build-graph.ts';
import { Stopwatch } from './stopwatch.ts';
import { writeBundle } from './write-bundle.ts';

export interface BundleOptions {
  readonly centre: boolean;
  readonly maxPixels: number;
  /** Longest side of the thumbnails in pixels. */
  readonly thumbSide: number;
  /** Ignores the release in the folder, that is, its centre and its division into files. */
  readonly fresh: boolean;
  /** Catalogues with more items than this get a graph; default `FLAT_UP_TO`, below which searches use none. */
  readonly graphAbove?: number;
}

export interface BuildReporter {
  /** A stage begins; `total` is given if its length is known. */
  stage(name: string, total?: number): void;
  /** `done` steps of the current stage are complete. */
  step(done: number): void;
  /** A warning that the owner should see immediately. */
  warn(line: string): void;
}

export interface Failure {
  readonly path: string;
  readonly reason: string;
}

export interface BundleSummary {
  readonly counts: { photos: number; indexed: number; failed: number; damaged: number };
  /** Photos that were skipped. */
  readonly failures: readonly Failure[];
  /** Damaged photos that were indexed from the part that could be decoded. */
  readonly damaged: readonly Failure[];
  readonly calibration: Calibration;
  readonly bytes: Record<
    'manifest' | 'model' | 'columns' | 'details' | 'vectors' | 'graph' | 'archive' | 'thumbs',
    number
  >;
  readonly seconds: Readonly<Record<string, number>>;
}

interface Embedded {
  readonly item: IndexedItem;
  readonly vector: Float32Array;
}

/** @throws SoutuError if no photo could be indexed, or the bundle cannot be written */
export async function buildBundle(
  catalogue: Catalogue,
  model: ModelFiles,
  embedder: Embedder,
  writer: BundleWriter,
  options: BundleOptions,
  reporter: BuildReporter,
): Promise<BundleSummary> {
  const watch = new Stopwatch();
  for (const line of catalogue.warnings) reporter.warn(line);

  reporter.stage('Embedding', catalogue.entries.length);
  const { embedded, failures, damaged, thumbBytes } = await embedAll(
    catalogue.entries,
    embedder,
    writer,
    options,
    reporter,
  );
  if (embedded.length === 0) {
    throw new SoutuError(
      'CatalogueError',
      `None of the ${catalogue.entries.length} photos could be used; the first: ${failures[0]?.reason}`,
    );
  }
  watch.lap('embed');

  reporter.stage('Indexing');
  embedded.sort((a, b) => byId(a.item, b.item));
  const items = embedded.map(({ item }) => item);
  const { dimension } = model.spec;
  const previous = options.fresh ? null : await writer.previous();
  const plain = concat(
    Float32Array,
    embedded.map(({ vector }) => vector),
  );
  const centre = options.centre ? chooseCentre(plain, model.spec, previous) : null;
  const vectors = asStored(
    concat(
      Float32Array,
      embedded.map(({ vector }) => centred(vector, centre)),
    ),
    dimension,
  );
  const calibration = calibrate(vectors, dimension, items.map(groupOf), 1, catalogue.thresholds);
  const graph = await graphFor(vectors, dimension, options, reporter);
  watch.lap('index');

  reporter.stage('Writing');
  const weights: FileRef[] = [];
  for (const [i, bytes] of model.weights.entries()) {
    const extension = extname(model.spec.weights.files[i]?.file ?? '').slice(1) || 'bin';
    weights.push(await writer.write('weights', extension, bytes));
  }
  const manifest = await writeBundle(writer, {
    model: withFiles(model.spec, weights),
    items,
    attributes: catalogue.attributes,
    plain,
    vectors,
    centre,
    calibration,
    graph,
    previous,
  });
  const manifestBytes = await writer.stageManifest(manifest);
  watch.lap('write');

  const sum = (refs: readonly FileRef[]) => refs.reduce((total, ref) => total + ref.bytes, 0);
  return {
    counts: {
      photos: catalogue.entries.length,
      indexed: items.length,
      failed: failures.length,
      damaged: damaged.length,
    },
    failures,
    damaged,
    calibration,
    bytes: {
      manifest: manifestBytes,
      model: sum(weights),
      columns: sum(manifest.items.columns),
      details: sum(manifest.items.details),
      vectors: sum(manifest.index.vectors),
      graph: sum(graphOf(manifest.index)),
      archive: sum(manifest.archive),
      thumbs: thumbBytes,
    },
    seconds: watch.seconds,
  };
}

/** Reuses the previous release's centre if it is close enough, so that only the vectors of new photos change. */
function chooseCentre(
  plain: Float32Array,
  model: ModelSpec,
  previous: Manifest | null,
): Float32Array {
  const current = centreOf(plain, model.dimension);
  if (!previous || previous.index.centre === null || !isSameModel(previous.model, model)) {
    return current;
  }
  const before = decodeFloats(previous.index.centre);
  return isCloseCentre(before, current) ? before : current;
}

/** If the graph fails, searches scan all items instead: hours of embedding must not be lost. */
async function graphFor(
  vectors: Float32Array,
  dimension: number,
  { graphAbove = FLAT_UP_TO }: BundleOptions,
  reporter: BuildReporter,
): Promise<HnswGraph | null> {
  if (vectors.length / dimension <= graphAbove) return null;
  try {
    return await buildGraph(vectors, dimension);
  } catch (error) {
    reporter.warn(`No graph, so large searches take longer: ${messageOf(error)}`);
    return null;
  }
}

async function embedAll(
  entries: readonly Entry[],
  embedder: Embedder,
  writer: BundleWriter,
  options: BundleOptions,
  reporter: BuildReporter,
) {
  const embedded: Embedded[] = [];
  const failures: Failure[] = [];
  const damaged: Failure[] = [];
  let thumbBytes = 0;
  let done = 0;
  const { input: spec } = embedder.spec;
  // Some models need the photo exactly as stored in the file; thumbnails must be upright.
  const isAsShown = spec.exif !== 'ignored' && spec.icc !== 'ignored';
  const makeOne = async ({ path }: Entry) => {
    const { image, damage } = await decodePhoto(path, options.maxPixels, spec);
    const shown = isAsShown ? image : (await decodePhoto(path, options.maxPixels)).image;
    const thumb = await makeThumb(shown, options.thumbSide);
    return { damage, thumb, vector: roundedToHalf(await embedder.embed(image)) };
  };
  // Decoding runs ahead in libvips' threads while earlier photos are embedded.
  const ahead = photosAtOnce(embedder) + Math.min(3, availableParallelism());
  for await (const { input, result } of mapAhead(entries, ahead, makeOne)) {
    if ('error' in result) {
      const { error } = result;
      // A PhotoError affects only its photo; any other error ends the build.
      if (!(error instanceof SoutuError && error.name === 'PhotoError')) throw error;
      failures.push({ path: input.path, reason: messageOf(error) });
      reporter.warn(`Skipped: ${messageOf(error)}`);
    } else {
      const { damage, thumb, vector } = result.value;
      if (damage) {
        damaged.push({ path: input.path, reason: damage });
        reporter.warn(`Damaged, used as far as it can be decoded: ${input.path} (${damage})`);
      }
      const item: IndexedItem = {
        ...input.item,
        thumb: await writer.writeThumb(thumb.bytes),
        thumbSize: thumb.size,
        thumbHash: thumb.hash,
      };
      thumbBytes += thumb.bytes.length;
      embedded.push({ item, vector });
    }
    reporter.step(++done);
  }
  return { embedded, failures, damaged, thumbBytes };
}
