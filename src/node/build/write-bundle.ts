/** Writes vectors and items as the files of a bundle, and composes their manifest. */
import type { AttributeInfo } from '../../core/attribute-info.ts';
import { type ArchivedPhotos, writeArchive } from '../../core/bundle/archive.ts';
import type { Calibration } from '../../core/bundle/calibration.ts';
import { writeColumns } from '../../core/bundle/columns.ts';
import { cutByContent, fileRowsFor } from '../../core/bundle/cut.ts';
import { writeDetails } from '../../core/bundle/details.ts';
import { type HnswGraph, writeGraphShards } from '../../core/bundle/graph.ts';
import {
  type FlatIndex,
  MANIFEST_FORMAT,
  MANIFEST_VERSION,
  type Manifest,
  PARTS_VERSION,
  PLAIN_VERSION,
} from '../../core/bundle/manifest.ts';
import type { RowBytes } from '../../core/bundle/row-files.ts';
import {
  SIMILAR_FILE_ROWS,
  type Similar,
  type SimilarRow,
  writeSimilar,
} from '../../core/bundle/similar.ts';
import { type SoftRows, writeVectors } from '../../core/bundle/vectors.ts';
import type { IndexedItem } from '../../core/item.ts';
import type { ModelSpec } from '../../core/model/spec.ts';
import { encodeFloats } from '../../core/text.ts';
import type { Space } from '../../core/vector/space.ts';
import type { BundleWriter } from './bundle-writer.ts';
import { type EarlierRelease, openEarlier } from './earlier/earlier-release.ts';
import { reuseSimilar } from './earlier/reuse-similar.ts';
import { reuseSoft } from './earlier/reuse-soft.ts';
import { codeFiles, type MadeCodes } from './index/make-codes.ts';
import type { MadeDelta } from './index/parts/delta/make-delta.ts';
import { writeDeltaFiles } from './index/parts/delta/write-delta.ts';
import type { MadeParts } from './index/parts/make-parts.ts';
import { writeParts } from './index/parts/write-parts.ts';

export interface BundleContent {
  /** The model's weights are already in the folder. */
  readonly model: ModelSpec;
  /** Sorted by id; row i of the vectors is item i. */
  readonly items: readonly IndexedItem[];
  /** The items' attributes, in display order. */
  readonly attributes: readonly AttributeInfo[];
  /** Whether photos were embedded without their borders. */
  readonly trimmed: boolean;
  /** The model's output, rounded to f16; count × dimension. */
  readonly plain: Float32Array;
  /** The vectors that a search compares: centred, unit length; count × dimension. */
  readonly vectors: Float32Array;
  readonly space: Space;
  /** Towards how many neighbours the vectors have moved. */
  readonly neighbours?: number;
  readonly calibration: Calibration;
  /** Vectors of small copies, as `vectors`; null without them. */
  readonly soft: { readonly vectors: Float32Array; readonly calibration: Calibration } | null;
  /** Hash of all that this release is made of. */
  readonly inputs?: string;
  /** What later builds can take from the archive; default: nothing. */
  readonly archived?: ArchivedPhotos;
  /** The most similar items of each item; empty lists if there is only one group. */
  readonly similar: readonly (readonly SimilarRow[])[];
  /** null for a flat index */
  readonly graph: HnswGraph | null;
  /** Codes of the vectors, which are written instead; default: none. */
  readonly codes?: MadeCodes | null;
  /** An index in parts, which is written instead; default: none. */
  readonly parts?: MadeParts | null;
  /** The index in parts of the release before with what has changed since, which is written instead; default: none. */
  readonly delta?: MadeDelta | null;
  /** The previous release; null to ignore it. The same division into files is reused, so that few files change. */
  readonly previous: Manifest | null;
}

/** @returns the manifest, which is not published yet */
export async function writeBundle(writer: BundleWriter, content: BundleContent): Promise<Manifest> {
  const {
    model,
    items,
    attributes,
    trimmed,
    plain,
    vectors,
    space,
    neighbours = 0,
    calibration,
    soft,
    archived,
    inputs,
    similar,
    graph,
    codes = null,
    parts = null,
    delta = null,
    previous,
  } = content;
  const { dimension } = model;
  const ids = items.map(({ id }) => id);
  const cut = fileRowsFor(items.length, previous?.cut);
  const vectorRanges = cutByContent(ids, cut.vectors);
  const positions = delta?.positions ?? (parts ? positionsOfRows(parts.order) : undefined);
  const columns = oneByOne(cutByContent(ids, cut.columns), (range) =>
    writeColumns(items, range, undefined, positions),
  );
  // Those of an index in parts are by position.
  const inParts = parts !== null || delta !== null;
  const details = inParts
    ? []
    : oneByOne(cutByContent(ids, cut.details), (range) => writeDetails(items, range));
  const write = (list: Float32Array, pending?: SoftRows) =>
    writer.writeRows(
      'vectors',
      'bin',
      oneByOne(vectorRanges, (range) => writeVectors(list, dimension, range, pending)),
    );
  const isCutAlike = previous?.cut.vectors === cut.vectors;
  const earlier = isCutAlike ? await openEarlier(writer.folder, previous) : null;
  // Vectors for soft photos of later rows are with the codes, of which an index in parts has other files.
  const reused = inParts
    ? null
    : earlier && soft && (await reuseSoft(earlier, ids, soft.vectors, dimension));
  const index = {
    dimension,
    metric: 'cosine',
    centre: space.centre && encodeFloats(space.centre),
    ...(space.colour && { colourWeight: space.colour.weight }),
    ...(neighbours > 0 && { neighbours }),
    calibration,
    vectors: inParts
      ? []
      : codes
        ? await writer.writeRows('codes', 'bin', codeFiles(codes, reused?.pending))
        : await write(vectors, reused?.pending),
    ...(soft && {
      soft: {
        ...(reused?.index ?? { vectors: await write(soft.vectors) }),
        calibration: soft.calibration,
      },
    }),
  } as const;
  const info = delta
    ? await writeDeltaFiles(delta, items, writer)
    : parts && (await writeParts(parts, items, writer));
  return {
    format: MANIFEST_FORMAT,
    version: inParts ? PARTS_VERSION : codes ? MANIFEST_VERSION : PLAIN_VERSION,
    model,
    items: {
      count: items.length,
      columns: await writer.writeRows('columns', 'json', columns),
      details: await writer.writeRows('details', 'json', details),
      ...(similar.some((list) => list.length > 0)
        ? { similar: await similarFiles(writer, items, similar, earlier) }
        : {}),
      ...(attributes.length > 0 ? { attributes } : {}),
      ...(trimmed ? { trimmed } : {}),
    },
    index: info
      ? { type: 'parts', ...index, parts: info }
      : await typed(writer, index, graph, codes),
    archive: await writer.writeRows(
      'archive',
      'bin',
      oneByOne(vectorRanges, (range) =>
        writeArchive({ ids, vectors: plain }, dimension, range, archived),
      ),
    ),
    cut,
    ...(inputs === undefined ? {} : { inputs }),
  };
}

function positionsOfRows(order: Int32Array): Int32Array {
  const positions = new Int32Array(order.length);
  order.forEach((row, position) => {
    positions[row] = position;
  });
  return positions;
}

type Ranges = readonly (readonly [first: number, end: number])[];

/** Encodes a range when its files are written, so that the files of no other range are in memory. */
function* oneByOne(ranges: Ranges, encode: (range: Ranges) => RowBytes[]): Generator<RowBytes> {
  for (const range of ranges) yield* encode([range]);
}

async function typed(
  writer: BundleWriter,
  index: Omit<FlatIndex, 'type'>,
  graph: HnswGraph | null,
  codes: MadeCodes | null,
): Promise<Manifest['index']> {
  const files = graph && (await writer.writeAll('graph', writeGraphShards(graph)));
  if (codes) {
    const space = await writer.write('space', 'bin', codes.spaceBytes);
    const { recall10, error } = codes;
    const links = files && { graph: files };
    return { type: 'codes', ...index, codes: { space, recall10, error }, ...links };
  }
  return files ? { type: 'hnsw', ...index, graph: files } : { type: 'flat', ...index };
}

async function similarFiles(
  writer: BundleWriter,
  items: readonly IndexedItem[],
  similar: readonly (readonly SimilarRow[])[],
  earlier: EarlierRelease | null,
): Promise<Similar> {
  const ids = items.map(({ id }) => id);
  const reused = earlier && (await reuseSimilar(earlier, ids, similar));
  if (reused) return reused;
  const ranges = cutByContent(ids, SIMILAR_FILE_ROWS);
  const files = await writer.writeRows('similar', 'json', writeSimilar(items, similar, ranges));
  return {
    files: files.map((file) => ({ ...file, firstId: (items[file.first] as IndexedItem).id })),
  };
}
