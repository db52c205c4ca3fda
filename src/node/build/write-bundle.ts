/** Writes vectors and items as the files of a bundle, and composes their manifest. */
import type { AttributeInfo } from '../../core/attribute-info.ts';
import { type ArchivedPhotos, writeArchive } from '../../core/bundle/archive.ts';
import type { Calibration } from '../../core/bundle/calibration.ts';
import { writeColumns } from '../../core/bundle/columns.ts';
import { cutByContent, fileRowsFor } from '../../core/bundle/cut.ts';
import { writeDetails } from '../../core/bundle/details.ts';
import { writeGraphShards } from '../../core/bundle/graph.ts';
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
import type { ReleaseIndex } from './index/made-index.ts';
import { codeFiles } from './index/make-codes.ts';
import { writeDeltaFiles } from './index/parts/delta/write-delta.ts';
import { writeParts } from './index/parts/write-parts.ts';
import { openPrevious, type PreviousRelease } from './previous/previous-release.ts';
import { previousSimilar } from './previous/previous-similar.ts';
import { previousSoft } from './previous/previous-soft.ts';

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
  readonly index: ReleaseIndex;
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
    index: made,
    previous,
  } = content;
  const { dimension } = model;
  const ids = items.map(({ id }) => id);
  const cut = fileRowsFor(items.length, previous?.cut);
  const vectorRanges = cutByContent(ids, cut.vectors);
  const positions = positionsIn(made);
  const columns = oneByOne(cutByContent(ids, cut.columns), (range) =>
    writeColumns(items, range, undefined, positions),
  );
  // Those of an index in parts are by position.
  const inParts = made.type === 'parts' || made.type === 'delta';
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
  const files = isCutAlike ? await openPrevious(writer.folder, previous) : null;
  // Vectors for soft photos of later rows are with the codes, of which an index in parts has other files.
  const reused = inParts
    ? null
    : files && soft && (await previousSoft(files, ids, soft.vectors, dimension));
  const index = {
    dimension,
    metric: 'cosine',
    centre: space.centre && encodeFloats(space.centre),
    ...(space.colour && { colourWeight: space.colour.weight }),
    ...(neighbours > 0 && { neighbours }),
    calibration,
    vectors: inParts
      ? []
      : made.type === 'codes'
        ? await writer.writeRows('codes', 'bin', codeFiles(made.codes, reused?.pending))
        : await write(vectors, reused?.pending),
    ...(soft && {
      soft: {
        ...(reused?.index ?? { vectors: await write(soft.vectors) }),
        calibration: soft.calibration,
      },
    }),
  } as const;
  return {
    format: MANIFEST_FORMAT,
    version: inParts ? PARTS_VERSION : made.type === 'codes' ? MANIFEST_VERSION : PLAIN_VERSION,
    model,
    items: {
      count: items.length,
      columns: await writer.writeRows('columns', 'json', columns),
      details: await writer.writeRows('details', 'json', details),
      ...(similar.some((list) => list.length > 0)
        ? { similar: await similarFiles(writer, items, similar, files) }
        : {}),
      ...(attributes.length > 0 ? { attributes } : {}),
      ...(trimmed ? { trimmed } : {}),
    },
    index: await manifestIndex(writer, index, made, items),
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

/** The position of each row; undefined if it is the row. */
function positionsIn(index: ReleaseIndex): Int32Array | undefined {
  if (index.type === 'delta') return index.delta.positions;
  return index.type === 'parts' ? positionsOfRows(index.parts.order) : undefined;
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

/** Writes what a kind of index has besides its vectors, and describes it for the manifest. */
async function manifestIndex(
  writer: BundleWriter,
  base: Omit<FlatIndex, 'type'>,
  made: ReleaseIndex,
  items: readonly IndexedItem[],
): Promise<Manifest['index']> {
  if (made.type === 'parts') {
    return { type: 'parts', ...base, parts: await writeParts(made.parts, items, writer) };
  }
  if (made.type === 'delta') {
    return { type: 'parts', ...base, parts: await writeDeltaFiles(made.delta, items, writer) };
  }
  const files = made.graph && (await writer.writeAll('graph', writeGraphShards(made.graph)));
  if (made.type === 'codes') {
    const { spaceBytes, recall10, error } = made.codes;
    const space = await writer.write('space', 'bin', spaceBytes);
    const links = files && { graph: files };
    return { type: 'codes', ...base, codes: { space, recall10, error }, ...links };
  }
  return files ? { type: 'hnsw', ...base, graph: files } : { type: 'flat', ...base };
}

async function similarFiles(
  writer: BundleWriter,
  items: readonly IndexedItem[],
  similar: readonly (readonly SimilarRow[])[],
  previous: PreviousRelease | null,
): Promise<Similar> {
  const ids = items.map(({ id }) => id);
  const reused = previous && (await previousSimilar(previous, ids, similar));
  if (reused) return reused;
  const ranges = cutByContent(ids, SIMILAR_FILE_ROWS);
  const files = await writer.writeRows('similar', 'json', writeSimilar(items, similar, ranges));
  return {
    files: files.map((file) => ({ ...file, firstId: (items[file.first] as IndexedItem).id })),
  };
}
