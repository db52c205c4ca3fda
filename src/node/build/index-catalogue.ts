/** The build's second and third stage: makes an index of the vectors, and writes the files of the bundle. */
import { extname } from 'node:path';
import type { ArchivedPhoto, MadeWith } from '../../core/bundle/archive.ts';
import type { HnswGraph } from '../../core/bundle/graph.ts';
import type { Manifest } from '../../core/bundle/manifest.ts';
import { SIMILAR_ITEMS } from '../../core/bundle/similar.ts';
import { asStored } from '../../core/bundle/vectors.ts';
import { messageOf } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { groupOf, type IndexedItem } from '../../core/item.ts';
import { withFiles } from '../../core/model/spec.ts';
import { AveragedVectors } from '../../core/vector/averaged.ts';
import { placed } from '../../core/vector/space.ts';
import { FLAT_UP_TO } from '../../engine/bundle-retriever.ts';
import type { Catalogue } from '../catalogue/entry.ts';
import type { ModelFiles } from '../model/model-folder.ts';
import type { BundleOptions } from './bundle-options.ts';
import type { BundleWriter } from './bundle-writer.ts';
import type { CalibrationReport } from './calibrate/calibrate.ts';
import {
  aloneWarning,
  MANY_ALONE,
  thresholdsIn,
  thresholdsOf,
} from './calibrate/catalogue-thresholds.ts';
import { chooseNeighbours, type NeighboursReport } from './choose/neighbours.ts';
import { sampleOf } from './choose/sample.ts';
import { type ColourReport, chooseVectorSpace } from './choose/space.ts';
import type { EmbeddedPhoto } from './embed-photo.ts';
import { GRAPH_OF_CODES } from './graph/build-graph.ts';
import { buildGraphApart } from './graph/graph-thread.ts';
import { type CatalogueRows, chooseIndex, type IndexTime, tryLinks } from './index/choose-index.ts';
import { type DeltaIndex, decodedOf, type NewIndex } from './index/made-index.ts';
import { deltaFor } from './index/parts/delta/delta-for.ts';
import { chosenIndex, type IndexChoice } from './index/why-index.ts';
import type { BuildReporter } from './reporter.ts';
import { similarJson } from './similar-file.ts';
import { findSimilar } from './similar-items.ts';
import type { Stopwatch } from './stopwatch.ts';
import { floatRows, placedRows } from './vector-rows.ts';
import { writeBundle } from './write-bundle.ts';

export interface EmbeddedRelease {
  readonly catalogue: Catalogue;
  readonly model: ModelFiles;
  readonly made: MadeWith;
  /** Sorted by id. */
  readonly items: readonly IndexedItem[];
  /** The photo of each item. */
  readonly photos: readonly EmbeddedPhoto[];
  /** Whether each item has a vector for soft photos. */
  readonly soft: boolean;
  /** Hash of all that this release is made of. */
  readonly inputs: string;
  /** The previous release; null to ignore it. */
  readonly previous: Manifest | null;
}

/** What a build measured to choose its settings. */
export interface BuildMeasurements {
  readonly calibration: CalibrationReport;
  /** How the weight of colours was chosen; null if the model has none. */
  readonly colour: ColourReport | null;
  readonly neighbours: NeighboursReport;
  /** Null if the index stays, with additions. */
  readonly chosenIndex: IndexChoice | null;
}

/** @returns the manifest, which is staged but not published yet */
export async function indexCatalogue(
  release: EmbeddedRelease,
  writer: BundleWriter,
  options: BundleOptions,
  reporter: BuildReporter,
  watch: Stopwatch,
): Promise<{
  readonly manifest: Manifest;
  readonly manifestBytes: number;
  readonly measured: BuildMeasurements;
}> {
  const { catalogue, model, made, items, photos, soft, inputs, previous } = release;
  reporter.stage('Indexing');
  const { dimension } = model.spec;
  // Made again when they are written: in between, other work needs the memory.
  const plainRows = () =>
    floatRows(
      photos.map(({ vectors }) => vectors.plain),
      dimension,
    );
  const { space, colour, place, neighbours, averaged, vectors } = placeAll(
    plainRows,
    release,
    options,
  );
  const rows = { ids: items.map(({ id }) => id), vectors, dimension };
  // Perceptual hashes are compared bit by bit, so nothing may be rounded.
  const isHash = model.spec.family === 'phash';
  const delta = isHash
    ? null
    : await deltaFor(
        { items, vectors, plainOf: (row) => (photos[row] as EmbeddedPhoto).vectors.plain },
        options,
        { space, model: model.spec, neighbours: neighbours.neighbours },
        writer.folder,
        previous,
        (line) => reporter.warn(line),
      );
  const { index, times }: { index: NewIndex | DeltaIndex; times: readonly IndexTime[] } = delta
    ? { index: { type: 'delta', delta }, times: [] }
    : isHash
      ? { index: { type: 'vectors' }, times: [] }
      : await chooseIndex({ rows, items, options, folder: writer.folder, previous });
  const common = { spec: model.spec, items, place, given: catalogue.thresholds };
  // Decoded for this call only: they take as much memory as the vectors.
  const calibration = await thresholdsOf({
    ...{ ...common, vectors, averaged },
    decoded: decodedOf(index),
  });
  if (calibration.alone > MANY_ALONE) reporter.warn(aloneWarning(calibration));
  const softPlain = soft
    ? floatRows(
        photos.map(({ vectors }) => vectors.soft as Uint16Array),
        dimension,
      )
    : null;
  const softVectors = softPlain && placedRows(softPlain, dimension, place);
  const softIndex = softVectors && {
    vectors: softVectors,
    calibration: thresholdsIn(await thresholdsOf({ ...common, vectors: softVectors, soft: true })),
  };
  const graph = await graphFor(vectors, dimension, index.type === 'codes', options, reporter);
  const { similar: listed = 0 } = options;
  const longest = Math.max(SIMILAR_ITEMS, listed);
  const similar = await findSimilar(items, vectors, dimension, graph, longest);
  options.onIndexed?.({
    ...{ items, vectors, dimension, similar },
    model: model.spec.name,
    thresholds: thresholdsIn(calibration),
  });
  watch.lap('index');

  const { index: option = 'auto' } = options;
  const links = graph && linksFor(index, graph, rows, items, options);
  const choice =
    index.type === 'delta'
      ? null
      : chosenIndex({
          ...{ option, isHash, count: items.length },
          index: index.type,
          links: links?.areUsed ?? false,
          times: option === 'auto' && links ? [...times, links.time] : times,
        });
  reporter.stage('Writing');
  const manifest = await writeBundle(writer, {
    model: withFiles(model.spec, await writeWeights(writer, model)),
    items,
    attributes: catalogue.attributes,
    trimmed: options.trim,
    plain: plainRows(),
    vectors,
    space,
    neighbours: neighbours.neighbours,
    calibration: thresholdsIn(calibration),
    soft: softIndex,
    archived: { made, photos: photos.map(archivedPhoto), soft: softPlain },
    inputs,
    similar,
    index:
      index.type === 'vectors' || index.type === 'codes'
        ? { ...index, graph: links?.areUsed ? graph : null }
        : index,
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
  return {
    manifest,
    manifestBytes,
    measured: { calibration, colour, neighbours, chosenIndex: choice },
  };
}

/**
 * Whether an index gets the links of a graph: if the owner asks for them, or searches are faster with them.
 * @returns null for an index that has no place for links, or the owner's choice of none
 */
function linksFor(
  index: NewIndex | DeltaIndex,
  graph: HnswGraph,
  rows: CatalogueRows,
  items: readonly IndexedItem[],
  { index: option = 'auto', graphAbove }: BundleOptions,
): { readonly time: IndexTime; readonly areUsed: boolean } | null {
  if (index.type === 'delta' || index.type === 'parts') return null;
  if (option !== 'auto' && option !== 'hnsw') return null;
  const { time, pays } = tryLinks(rows, items, index, graph);
  const isAsked = option === 'hnsw' || (graphAbove !== undefined && index.type === 'vectors');
  return { time, areUsed: pays || isAsked };
}

/** Chooses the space of the index, and brings the vectors there. */
function placeAll(
  plainRows: () => Float32Array,
  { model, items, previous }: EmbeddedRelease,
  options: BundleOptions,
) {
  const { dimension } = model.spec;
  const plain = plainRows();
  const sample = sampleOf(plain, dimension, items.map(groupOf));
  const { space, colour } = chooseVectorSpace(plain, model.spec, sample, previous, options);
  const place = (vector: Float32Array) => placed(vector, space);
  const own = placedRows(plain, dimension, place);
  const neighbours = chooseNeighbours(options.neighbours ?? 0, own, dimension, sample);
  const averaged =
    neighbours.neighbours > 0 ? new AveragedVectors(own, dimension, neighbours.neighbours) : null;
  const vectors = averaged ? asStored(averaged.vectors, dimension) : own;
  return { space, colour, place, neighbours, averaged, vectors };
}

/** Does nothing for files that are there. */
export async function writeWeights(
  writer: BundleWriter,
  { spec, weights }: ModelFiles,
): Promise<FileRef[]> {
  const refs: FileRef[] = [];
  for (const [i, bytes] of weights.entries()) {
    const extension = extname(spec.weights.files[i]?.file ?? '').slice(1) || 'bin';
    refs.push(await writer.write('weights', extension, bytes));
  }
  return refs;
}

/** What the archive says of a photo. The order of fields is fixed, because the archive is written as JSON. */
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

/** If the graph fails, similar items are found by comparing all pairs: hours of embedding must not be lost. */
async function graphFor(
  vectors: Float32Array,
  dimension: number,
  hasCodes: boolean,
  { graphAbove = FLAT_UP_TO, index }: BundleOptions,
  reporter: BuildReporter,
): Promise<HnswGraph | null> {
  if (index !== 'hnsw' && vectors.length / dimension <= graphAbove) return null;
  try {
    const options = index === 'hnsw' && hasCodes ? GRAPH_OF_CODES : {};
    return await buildGraphApart(vectors, dimension, options);
  } catch (error) {
    const lost = index === 'hnsw' ? ' The index has no links.' : '';
    reporter.warn(
      `The graph could not be built (${messageOf(error)}). Similar items are found by comparing all pairs, which takes longer.${lost}`,
    );
    return null;
  }
}
