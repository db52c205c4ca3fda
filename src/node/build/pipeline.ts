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

import type { CodesInfo, Manifest, PartsInfo } from '../../core/bundle/manifest.ts';
import {
  graphOf,
  openingFilesOf,
  softFilesOf,
  spaceFilesOf,
} from '../../core/bundle/manifest-files.ts';
import { SoutuError } from '../../core/errors.ts';
import type { FileRef } from '../../core/file-ref.ts';
import { byId } from '../../core/item.ts';
import type { Embedder } from '../../engine/embedder.ts';
import type { Catalogue } from '../catalogue/entry.ts';
import type { ModelFiles } from '../model/model-folder.ts';
import type { BundleWriter } from './bundle-writer.ts';
import type { CalibrationReport } from './calibrate/calibrate.ts';
import type { NeighboursOption, NeighboursReport } from './choose/neighbours.ts';
import type { ColourReport, SpaceOptions } from './choose/space.ts';
import { markCopies } from './copies/mark-copies.ts';
import { embedAll } from './embed-all.ts';
import type { IndexOptions } from './index/choose-index.ts';
import type { IndexChoice } from './index/why-index.ts';
import { indexCatalogue, writeWeights } from './index-catalogue.ts';
import type { ItemOutcome } from './outcome.ts';
import { inputsHash } from './previous/inputs.ts';
import { madeWith } from './previous/made-with.ts';
import { noPreviousPhotos } from './previous/photos/open-previous-photos.ts';
import type { PreviousPhotos } from './previous/photos/previous-photos.ts';
import type { IndexedCatalogue } from './report/analysis.ts';
import { Stopwatch } from './stopwatch.ts';
import { type ThumbsOption, thumbsFor } from './thumbs.ts';

export interface BundleOptions extends SpaceOptions, IndexOptions {
  readonly maxPixels: number;
  /** Cuts away borders before embedding. Thumbnails keep them. */
  readonly trim: boolean;
  /** Longest side of the thumbnails in pixels. */
  readonly thumbSide: number;
  /** Default `auto`. */
  readonly thumbs?: ThumbsOption | undefined;
  /** Whether to make vectors for soft photos; default: up to `SOFT_UP_TO` photos. */
  readonly soft?: boolean | undefined;
  /** Moves the vectors towards so many neighbours; default 0, none. */
  readonly neighbours?: NeighboursOption | undefined;
  /** Ignores the release in the folder, that is, its centre and its division into files. */
  readonly fresh: boolean;
  /** Similar items per item in `similar.json`; default 0, no such file. */
  readonly similar?: number;
  /** Most bytes of manifest, items and index that a first search downloads; default: any. */
  readonly maxBytes?: number | undefined;
  /** Indexes of vectors of more items than this get a graph, for tests; default: if searches are faster with one. */
  readonly graphAbove?: number;
  /** Called with a new release before it is written. */
  readonly onIndexed?: (catalogue: IndexedCatalogue) => void;
  /** Called when the outcome of every item is known. If it throws, the build ends. */
  readonly onOutcomes?: (outcomes: readonly ItemOutcome[], withoutPhoto?: number) => void;
}

/** With more photos, the second embedding takes long, and the vectors for soft photos are a large download. */
export const SOFT_UP_TO = 2000;
/** Smaller catalogues shrink and grow by hand. */
const FEW_ITEMS = 10;

export interface DeltaSummary {
  readonly added: number;
  readonly removed: number;
  /** What a visitor who comes back downloads at most, besides the manifest. */
  readonly bytes: number;
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
  /** Whether nothing has changed since the previous release, which therefore stays as it is. Then nothing is measured. */
  readonly kept: boolean;
  readonly calibration: CalibrationReport | null;
  /** How the weight of colours was chosen; null if the model has none, or the release is kept. */
  readonly colour: ColourReport | null;
  readonly neighbours: NeighboursReport | null;
  /** Which index the build chose, and why; null if the release is kept. */
  readonly chosenIndex: IndexChoice | null;
  /** How good the codes are; null if the index has vectors. */
  readonly codes: Omit<CodesInfo, 'space'> | null;
  /** What a first search downloads of an index in parts on average; null for other indexes. */
  readonly cold: PartsInfo['cold'] | null;
  /** What was added to an index in parts that stays; null if it has no delta. */
  readonly delta: DeltaSummary | null;
  /** Manifest, items and index that a first search downloads, before the host compresses them. */
  readonly openingBytes: number;
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

  reporter.stage('Embedding', catalogue.entries.length);
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

  const previous = options.fresh ? null : await writer.previous();
  warnIfShrunk(previous?.items.count ?? 0, items.length, reporter);
  const kept = previous?.inputs === inputs ? await keep(writer, model, previous, similar) : null;
  const found = embedded.map(({ photo }) => photo);
  const release = { catalogue, model, made, items, photos: found, soft, inputs, previous };
  const { manifest, manifestBytes, measured } =
    kept ?? (await indexCatalogue(release, writer, options, reporter, watch));
  const sum = (refs: readonly FileRef[]) => refs.reduce((total, ref) => total + ref.bytes, 0);
  const opening = manifestBytes + openingBytesOf(manifest);
  checkBytes(opening, options.maxBytes);
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
    codes: codesIn(manifest),
    cold: manifest.index.type === 'parts' ? manifest.index.parts.cold : null,
    delta: deltaIn(manifest),
    openingBytes: opening,
    bytes: {
      manifest: manifestBytes,
      model: sum(manifest.model.weights.files),
      columns: sum(manifest.items.columns),
      details: sum(manifest.items.details) + blockBytesOf(manifest),
      similar: sum(manifest.items.similar?.files ?? []),
      vectors:
        sum([...spaceFilesOf(manifest.index), ...manifest.index.vectors]) +
        (manifest.index.type === 'parts' ? manifest.index.parts.bytes : 0) +
        segmentBytesOf(manifest),
      soft: sum(softFilesOf(manifest.index)),
      graph: sum(graphOf(manifest.index)),
      archive: sum(manifest.archive),
      thumbs: thumbBytes,
    },
    seconds: watch.seconds,
  };
}

/** A release with less than half of the items is more often a broken source than a wish. */
function warnIfShrunk(before: number, now: number, { warn }: BuildReporter): void {
  if (before < FEW_ITEMS || now * 2 >= before) return;
  warn(
    `The release that this one replaces has ${before} items, and this one has ${now}. If that was not meant, check the ` +
      'source and build again.',
  );
}

/** What a first search downloads; of an index in parts, what an average search does. */
function openingBytesOf(manifest: Manifest): number {
  const { index } = manifest;
  const files = openingFilesOf(manifest).reduce((total, { bytes }) => total + bytes, 0);
  if (index.type !== 'parts') return files;
  const { root, delta, cold } = index.parts;
  return files - root.bytes - (delta?.file.bytes ?? 0) + cold.bytes;
}

function deltaIn({ index }: Manifest): DeltaSummary | null {
  const delta = index.type === 'parts' ? index.parts.delta : undefined;
  if (!delta) return null;
  const { added, removed, bytes } = delta;
  return { added, removed, bytes };
}

/** Codes of added items. */
export function segmentBytesOf({ index }: Manifest): number {
  if (index.type !== 'parts' || !index.parts.delta) return 0;
  const { details, titles, delta } = index.parts;
  // The first set is that of the shards, which may have no titles.
  const [base, ...rest] = details;
  const added = [...rest, ...titles.filter(({ count }) => count !== base?.count)];
  return added.reduce((left, set) => left - set.bytes, delta.bytes - delta.file.bytes);
}

/** Details and titles of an index in parts. */
function blockBytesOf({ index }: Manifest): number {
  if (index.type !== 'parts') return 0;
  const { details, titles } = index.parts;
  return [...details, ...titles].reduce((total, { bytes }) => total + bytes, 0);
}

function codesIn({ index }: Manifest): BundleSummary['codes'] {
  const info = index.type === 'codes' ? index.codes : index.type === 'parts' ? index.parts : null;
  if (!info) return null;
  const { recall10, error } = info;
  return { recall10, error };
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
