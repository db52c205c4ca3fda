/**
 * The build. Every photo passes through the same stages as in the browser:
 *
 *     catalogue ─▶ decode ─▶ preprocess ─▶ embed ─▶ f16 ─▶ place ──▶ f16 ─▶ calibrate ─▶ graph ─▶ bundle
 *                      └───▶ small copy ─▶ embed ─▶ f16 ─▶ place ──▶ f16 ─▶ calibrate ─────────────┘
 *
 * Builds are reproducible: the same photos and the same previous release give the same bytes. Embeddings are rounded
 * to f16 before anything is derived from them, and calibration and graph use the placed vectors (see vector/space.ts)
 * after rounding, exactly as readers decode them.
 */
import { extname } from 'node:path';
import type { ArchivedPhoto } from '../../core/bundle/archive.ts';
import type { HnswGraph } from '../../core/bundle/graph.ts';
import { graphOf, softFilesOf } from '../../core/bundle/manifest.ts';
import { SIMILAR_ITEMS } from '../../core/bundle/similar.ts';
import { asStored } from '../../core/bundle/vectors.ts';
import { messageOf, SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { byId, groupOf } from '../../core/item.ts';
import { withFiles } from '../../core/model/spec.ts';
import { AveragedVectors } from '../../core/vector/averaged.ts';
import { placed } from '../../core/vector/space.ts';
import { FLAT_UP_TO } from '../../engine/bundle-retriever.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { Catalogue } from '../catalogue/entry.ts';
import type { ModelFiles } from '../model/model-folder.ts';
import type { BundleWriter } from './bundle-writer.ts';
import type { CalibrationReport } from './calibrate/calibrate.ts';
import {
  aloneWarning,
  MANY_ALONE,
  thresholdsIn,
  thresholdsOf,
} from './calibrate/catalogue-thresholds.ts';
import {
  chooseNeighbours,
  type NeighboursOption,
  type NeighboursReport,
} from './choose/neighbours.ts';
import { sampleOf } from './choose/sample.ts';
import { type ColourReport, chooseSpace, type SpaceOptions } from './choose/space.ts';
import { markCopies } from './copies/mark-copies.ts';
import { embedAll } from './embed-all.ts';
import type { EmbeddedPhoto } from './embed-photo.ts';
import { buildGraph } from './graph/build-graph.ts';
import type { ItemOutcome } from './outcome.ts';
import type { Reuse } from './reuse/find-photo.ts';
import { madeWith } from './reuse/made-with.ts';
import { PhotoHashes } from './reuse/photo-hashes.ts';
import { floatRows, placedRows } from './rows-of.ts';
import { similarJson } from './similar-file.ts';
import { findSimilar } from './similar-items.ts';
import { Stopwatch } from './stopwatch.ts';
import { writeBundle } from './write-bundle.ts';

export interface BundleOptions extends SpaceOptions {
  readonly maxPixels: number;
  /** Cuts away borders before embedding. Thumbnails keep them. */
  readonly trim: boolean;
  /** Longest side of the thumbnails in pixels. */
  readonly thumbSide: number;
  /** Whether to make vectors for soft photos; default: up to `SOFT_UP_TO` photos. */
  readonly soft?: boolean | undefined;
  /** Moves the vectors towards so many neighbours; default 0, none. */
  readonly neighbours?: NeighboursOption | undefined;
  /** Ignores the release in the folder, that is, its centre and its division into files. */
  readonly fresh: boolean;
  /** Similar items per item in `similar.json`; default 0, no such file. */
  readonly similar?: number;
  /** Catalogues with more items than this get a graph; default `FLAT_UP_TO`, below which searches use none. */
  readonly graphAbove?: number;
  /** Called when the outcome of every item is known. If it throws, the build ends. */
  readonly onOutcomes?: (outcomes: readonly ItemOutcome[]) => void;
}

/** With more photos, the second embedding takes long, and the vectors for soft photos are a large download. */
export const SOFT_UP_TO = 2000;

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
  readonly counts: {
    photos: number;
    indexed: number;
    /** Photos that are indexed, but were neither decoded nor embedded again. */
    unchanged: number;
    failed: number;
    damaged: number;
    /** Items that show a copy of an earlier item's picture. */
    copies: number;
    /** Photos that were embedded without their borders. */
    trimmed: number;
  };
  /** Photos that were skipped. */
  readonly failures: readonly Failure[];
  /** Damaged photos that were indexed from the part that could be decoded. */
  readonly damaged: readonly Failure[];
  /** The ids of items with one picture, a list for each such picture. */
  readonly copies: readonly (readonly string[])[];
  readonly calibration: CalibrationReport;
  /** How the weight of colours was chosen; null if the model has none. */
  readonly colour: ColourReport | null;
  readonly neighbours: NeighboursReport;
  readonly bytes: Record<
    | 'manifest'
    | 'model'
    | 'columns'
    | 'details'
    | 'vectors'
    | 'soft'
    | 'similar'
    | 'graph'
    | 'archive'
    | 'thumbs',
    number
  >;
  readonly seconds: Readonly<Record<string, number>>;
}

/** Every photo is read, decoded and embedded. */
const NO_REUSE: Reuse = { hashes: new PhotoHashes(), release: null, cache: null };

/** @throws SoutuError if no photo could be indexed, or the bundle cannot be written */
export async function buildBundle(
  catalogue: Catalogue,
  model: ModelFiles,
  embedder: Embedder,
  writer: BundleWriter,
  options: BundleOptions,
  reporter: BuildReporter,
  reuse: Reuse = NO_REUSE,
): Promise<BundleSummary> {
  const watch = new Stopwatch();
  for (const line of catalogue.warnings) reporter.warn(line);

  reporter.stage('Embedding', catalogue.entries.length);
  const soft = options.soft ?? catalogue.entries.length <= SOFT_UP_TO;
  const { embedded: found, ...photos } = await embedAll(
    catalogue.entries,
    embedder,
    writer,
    reuse,
    { ...options, soft },
    reporter,
  );
  const { failures, damaged, outcomes, trimmed, unchanged, thumbBytes } = photos;
  options.onOutcomes?.(outcomes);
  if (found.length === 0) {
    throw new SoutuError(
      'CatalogueError',
      `None of the ${catalogue.entries.length} photos could be used; the first: ${failures[0]?.reason}`,
    );
  }
  watch.lap('embed');

  reporter.stage('Indexing');
  const embedded = [...found].sort((a, b) => byId(a.item, b.item));
  const { items, copies } = markCopies(
    embedded.map(({ item }) => item),
    embedded.map(({ photo }) => photo.vectors.print),
  );
  const { dimension } = model.spec;
  const previous = options.fresh ? null : await writer.previous();
  const plain = floatRows(
    embedded.map(({ photo }) => photo.vectors.plain),
    dimension,
  );
  const sample = sampleOf(plain, dimension, items.map(groupOf));
  const { space, colour } = chooseSpace(plain, model.spec, sample, previous, options);
  const place = (vector: Float32Array) => placed(vector, space);
  const plainVectors = placedRows(plain, dimension, place);
  const neighbours = chooseNeighbours(options.neighbours ?? 0, plainVectors, dimension, sample);
  const averaged =
    neighbours.neighbours > 0
      ? new AveragedVectors(plainVectors, dimension, neighbours.neighbours)
      : null;
  const vectors = averaged ? asStored(averaged.vectors, dimension) : plainVectors;
  const common = { spec: model.spec, items, place, given: catalogue.thresholds };
  const calibration = await thresholdsOf({ ...common, vectors, averaged });
  if (calibration.alone > MANY_ALONE) reporter.warn(aloneWarning(calibration));
  const softPlain = soft
    ? floatRows(
        embedded.map(({ photo }) => photo.vectors.soft as Uint16Array),
        dimension,
      )
    : null;
  const softVectors = softPlain && placedRows(softPlain, dimension, place);
  const softIndex = softVectors && {
    vectors: softVectors,
    calibration: thresholdsIn(await thresholdsOf({ ...common, vectors: softVectors, soft: true })),
  };
  const graph = await graphFor(vectors, dimension, options, reporter);
  const { similar: listed = 0 } = options;
  const similar = await findSimilar(
    items,
    vectors,
    dimension,
    graph,
    Math.max(SIMILAR_ITEMS, listed),
  );
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
    trimmed: options.trim,
    plain,
    vectors,
    space,
    neighbours: neighbours.neighbours,
    calibration: thresholdsIn(calibration),
    soft: softIndex,
    archived: {
      made: madeWith(model.spec, embedder.engine, options),
      photos: embedded.map(({ photo }) => archivedPhoto(photo)),
      soft: softPlain,
    },
    similar,
    graph,
    previous,
  });
  await writer.stageSimilar(
    listed > 0
      ? similarJson(
          items,
          similar.map((list) => list.slice(0, listed)),
        )
      : null,
  );
  const manifestBytes = await writer.stageManifest(manifest);
  watch.lap('write');

  const sum = (refs: readonly FileRef[]) => refs.reduce((total, ref) => total + ref.bytes, 0);
  return {
    counts: {
      photos: catalogue.entries.length,
      indexed: items.length,
      unchanged,
      failed: failures.length,
      damaged: damaged.length,
      copies: copies.reduce((sum, set) => sum + set.length - 1, 0),
      trimmed,
    },
    failures,
    damaged,
    copies,
    calibration,
    colour,
    neighbours,
    bytes: {
      manifest: manifestBytes,
      model: sum(weights),
      columns: sum(manifest.items.columns),
      details: sum(manifest.items.details),
      similar: sum(manifest.items.similar?.files ?? []),
      vectors: sum(manifest.index.vectors),
      soft: sum(softFilesOf(manifest.index)),
      graph: sum(graphOf(manifest.index)),
      archive: sum(manifest.archive),
      thumbs: thumbBytes,
    },
    seconds: watch.seconds,
  };
}

/** The fields in a fixed order, wherever they come from: the archive is written as JSON. */
function archivedPhoto({ sha256, thumb, vectors }: EmbeddedPhoto): ArchivedPhoto {
  const { pixels, print, isTrimmed, damage } = vectors;
  return {
    sha256,
    pixels,
    print,
    ...(isTrimmed ? { trimmed: true } : {}),
    ...(damage === null ? {} : { damage }),
    thumb: { sha256: thumb.sha256, bytes: thumb.bytes, size: thumb.size, hash: thumb.hash },
  };
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
