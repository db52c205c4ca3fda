/**
 * `manifest.json` is the only file of a bundle that is overwritten in place. It references all other files, which are
 * named by the hash of their content.
 *
 *     manifest.json
 *       ├─ model     turns a photo into a vector; weights: files
 *       ├─ items     columns: files with search data │ details: files with display data
 *       │            attributes: their order, types, labels and units
 *       │            similar: files with the most similar items of each item
 *       ├─ index     vectors: files (centred, unit length, f16)
 *       │            type "flat": full scan │ type "hnsw": graph: files (links, loaded on demand)
 *       │            type "codes": full scan over codes, which the files of `vectors` hold │ codes.space: file with
 *       │            what they mean │ graph, optional: links between codes
 *       │            type "parts": shards that a search reads a few of │ parts.root: file with where they are │ parts.details
 *       │            and parts.titles: sets of files with display data, by position │ parts.postings, optional: file that says
 *       │            where the rows with each value of an attribute are │ parts.list: file with the names of all of these
 *       │            files, for builds │ parts.delta, optional: what has changed since │ vectors and items.details: none
 *       │            soft, optional: vectors of small copies of the photos: files, loaded for soft photos only
 *       ├─ archive   files with the plain vectors, which browsers never download
 *       ├─ cut       maximum rows per file, for the next build
 *       └─ inputs    SHA-256 of all that the release is made of: if it is the same, the next build keeps the release
 *
 * Row i of the columns is row i of the details, the vectors and the archive. Rows are sorted by id. Inserting one
 * item changes one file of each of these four kinds. Vectors for soft photos and similar items stay as they are, as
 * long as few items have changed (see "Edited rows"). All graph files change, because links are row numbers.
 */

import { type AttributeInfo, checkAttributes } from '../attribute-info.ts';
import { isRecord } from '../check-record.ts';
import { describe } from '../describe.ts';
import { SoutuError } from '../errors.ts';
import { type FileRef, isFileRef } from '../file-ref.ts';
import { type ModelSpec, parseModelSpec } from '../model/spec.ts';
import type { BlockSet } from '../parts/block-set.ts';
import { decodeFloats } from '../text.ts';
import type { Calibration } from './calibration.ts';
import { checkPartsInfo } from './check-parts-info.ts';
import type { FileRows } from './cut.ts';
import { checkEdits, type RowEdits } from './row-edits.ts';
import { checkRowFiles, type RowFile } from './row-files.ts';
import { checkSimilar, type Similar } from './similar.ts';

export const MANIFEST_FILE = 'manifest.json';
export const MANIFEST_FORMAT = 'soutu-bundle';
export const MANIFEST_VERSION = 4;
/** Version of bundles with an index in parts. */
export const PARTS_VERSION = 5;
/** Version of bundles without codes, so that earlier readers open them. */
export const PLAIN_VERSION = 3;

interface IndexBase {
  readonly dimension: number;
  readonly metric: 'cosine';
  /** The subtracted vector, base64 of f32; null for the plain cosine. */
  readonly centre: string | null;
  /** The weight of colours in this catalogue; default: the model's. Only for models with colours. */
  readonly colourWeight?: number;
  /** Towards how many neighbours each vector has moved (see vector/averaged.ts); default: none. */
  readonly neighbours?: number;
  readonly calibration: Calibration;
  readonly vectors: readonly RowFile[];
  /** Second vectors: soft photos are compared with these alone (see image/soft.ts). */
  readonly soft?: SoftIndex;
}

export interface SoftIndex {
  /** Row i is made from a small copy of item i's photo. Files of the same kind as the index's own. */
  readonly vectors: readonly RowFile[];
  /** What has changed since these files were written. Vectors of added rows are in the index's own files. */
  readonly edits?: RowEdits;
  readonly calibration: Calibration;
}

/** A full scan over all vectors. */
export interface FlatIndex extends IndexBase {
  readonly type: 'flat';
}

export interface HnswIndex extends IndexBase {
  readonly type: 'hnsw';
  /** One or more files that together contain one graph. */
  readonly graph: readonly FileRef[];
}

/** A full scan over codes, or a graph of them. */
export interface CodesIndex extends IndexBase {
  readonly type: 'codes';
  readonly codes: CodesInfo;
  /** One or more files that together contain one graph; missing if searches compare all codes. */
  readonly graph?: readonly FileRef[];
}

export interface CodesInfo {
  /** What the codes mean: codes/space.ts. */
  readonly space: FileRef;
  /** The share of the ten nearest by the vectors that the codes find, as the build measured it. */
  readonly recall10: number;
  /** Root mean squared difference between scores by the codes and cosines. */
  readonly error: number;
}

/** Shards, of which a search loads the nearest. */
export interface PartsIndex extends IndexBase {
  readonly type: 'parts';
  readonly parts: PartsInfo;
}

export interface PartsInfo {
  /** core/parts/root.ts. */
  readonly root: FileRef;
  /** What pages display, by position: parts/block-set.ts. */
  readonly details: readonly BlockSet[];
  /** The titles that searches by words read; empty if no item has a title. */
  readonly titles: readonly BlockSet[];
  /** All files of the index except the root. Browsers download it only to keep a small index for offline searches. */
  readonly list: FileRef;
  /** core/parts/postings.ts: only searches with a filter download it. Missing if no item has attributes. */
  readonly postings?: FileRef;
  /** Files in the list. */
  readonly files: number;
  /** Total size of the files in the list, without postings, details and titles. */
  readonly bytes: number;
  /** Whether an item shows a copy of another one's picture. */
  readonly copies: boolean;
  /** The share of the ten nearest by the vectors that a search finds, as the build measured it. */
  readonly recall10: number;
  /** The share that the build was asked for. */
  readonly wanted: number;
  /** Root mean squared difference between scores by both layers of codes and cosines. Scores by the coarse layer differ more. */
  readonly error: number;
  /** What a first search downloads of the index on average, as the build measured it. */
  readonly cold: { readonly bytes: number; readonly requests: number };
  /** What has changed since the shards were made; missing if nothing has. */
  readonly delta?: DeltaInfo;
}

export interface DeltaInfo {
  /** core/parts/delta.ts. Searches read it with the root. */
  readonly file: FileRef;
  /** All other files of the delta; browsers never download it. */
  readonly list: FileRef;
  readonly added: number;
  readonly removed: number;
  /** Files in the list. */
  readonly files: number;
  /** Total size of the delta and of the files in the list. */
  readonly bytes: number;
  /** What the delta adds to a first search at most; `PartsInfo.cold` includes it. */
  readonly cold: PartsInfo['cold'];
}

export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT;
  readonly version: typeof MANIFEST_VERSION | typeof PLAIN_VERSION | typeof PARTS_VERSION;
  readonly model: ModelSpec;
  readonly items: {
    readonly count: number;
    readonly columns: readonly RowFile[];
    readonly details: readonly RowFile[];
    /** Missing in bundles that have no similar items. */
    readonly similar?: Similar;
    /** In display order; missing if no item has one. */
    readonly attributes?: readonly AttributeInfo[];
    /** Whether photos were embedded without their borders, so that queries are, too. */
    readonly trimmed?: boolean;
  };
  readonly index: FlatIndex | HnswIndex | CodesIndex | PartsIndex;
  readonly archive: readonly RowFile[];
  readonly cut: FileRows;
  /** SHA-256 of all that the release is made of; missing in bundles that were not built by `soutu build`. */
  readonly inputs?: string;
}

/**
 * @param where path or URL of the manifest, for errors
 * @throws SoutuError `BundleError` (not a bundle, another version, or damaged) or `ModelError`
 */
export function parseManifest(raw: unknown, where: string): Manifest {
  const bad = (what: string): never => {
    throw new SoutuError('BundleError', `${where}: ${what}`);
  };
  if (typeof raw !== 'object' || raw === null) {
    return bad(`expected a bundle's manifest, got ${describe(raw)}.`);
  }
  const manifest = raw as Manifest;
  if (manifest.format !== MANIFEST_FORMAT) {
    bad(
      `not a bundle of Soutu: "format" is ${describe(manifest.format)}, ` +
        `expected "${MANIFEST_FORMAT}". Check the address of the bundle.`,
    );
  }
  checkVersion(manifest.version, bad);
  const broken = (what: string): never => bad(`${what} Build the bundle again.`);
  const model = parseModelSpec(manifest.model, where);
  const items: Partial<Manifest['items']> = manifest.items ?? {};
  const { count } = items;
  if (!isCount(count)) {
    return broken(`"items.count" must be a whole number above 0, got ${describe(count)}.`);
  }
  const index: Partial<Manifest['index']> = manifest.index ?? {};
  checkIndex(index, model.dimension, count, broken);
  const lists = {
    'items.columns': items.columns,
    ...(index.type === 'parts'
      ? {}
      : { 'items.details': items.details, 'index.vectors': index.vectors }),
    archive: manifest.archive,
  };
  for (const [field, files] of Object.entries(lists)) checkRowFiles(field, files, count, broken);
  if (index.type === 'parts' && !(Array.isArray(items.details) && items.details.length === 0)) {
    broken(
      `"items.details" must be an empty list for an index in parts, got ${describe(items.details)}.`,
    );
  }
  checkAttributes(items.attributes, broken);
  const soft: unknown = index.soft;
  if (soft !== undefined) {
    if (!isRecord(soft)) {
      return broken(`"index.soft" must be { vectors, calibration }, got ${describe(soft)}.`);
    }
    const { vectors, edits } = soft;
    const field = 'index.soft.edits';
    if (edits === undefined) checkRowFiles('index.soft.vectors', vectors, count, broken);
    else {
      const { count: rows } = checkEdits(field, edits, count, broken);
      checkRowFiles('index.soft.vectors', vectors, rows, broken, `${field}.count`);
    }
    checkThresholds('index.soft.calibration', soft.calibration, broken);
  }
  const { trimmed } = items;
  if (trimmed !== undefined && typeof trimmed !== 'boolean') {
    broken(`"items.trimmed" must be true or false, got ${describe(trimmed)}.`);
  }
  checkSimilar(items.similar, count, broken);
  const cut: Partial<FileRows> = manifest.cut ?? {};
  for (const kind of ['vectors', 'columns', 'details'] as const) {
    if (!isCount(cut[kind])) {
      broken(`"cut.${kind}" must be a whole number above 0, got ${describe(cut[kind])}.`);
    }
  }
  return { ...manifest, model };
}

/** A release with other titles or URLs has the same index, but other details files, so that all of it counts. */
export function isSameManifest(a: Manifest, b: Manifest): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function checkVersion(version: unknown, bad: (what: string) => never): void {
  if (isReadable(version)) return;
  const isOlder = typeof version === 'number' && version < PLAIN_VERSION;
  const advice = isOlder
    ? 'Build the bundle again'
    : 'Update Soutu on the page, or build the bundle again with this version';
  bad(
    `the bundle has format version ${describe(version)}, this version of Soutu reads versions ` +
      `${PLAIN_VERSION} to ${PARTS_VERSION}. ${advice}: soutu build PHOTOS --out DIR`,
  );
}

/** Whether this version of Soutu reads bundles of that version. */
export function isReadable(version: unknown): boolean {
  return version === PLAIN_VERSION || version === MANIFEST_VERSION || version === PARTS_VERSION;
}

function checkIndex(
  index: Partial<Manifest['index']>,
  dimension: number,
  count: number,
  bad: (what: string) => never,
): void {
  const { type } = index;
  if (type !== 'flat' && type !== 'hnsw' && type !== 'codes' && type !== 'parts') {
    bad(`"index.type" must be "flat", "hnsw", "codes" or "parts", got ${describe(type)}.`);
  }
  if (index.dimension !== dimension) {
    bad(`"index.dimension" must be the model's, ${dimension}, got ${describe(index.dimension)}.`);
  }
  if (index.metric !== 'cosine') {
    bad(`"index.metric" must be "cosine", got ${describe(index.metric)}.`);
  }
  const centre: unknown = index.centre;
  if (centre !== null && !isCentre(centre, dimension)) {
    bad(
      `"index.centre" must be null or ${dimension} finite numbers in base64, got ${describe(centre)}.`,
    );
  }
  checkThresholds('index.calibration', index.calibration, bad);
  const weight: unknown = index.colourWeight;
  if (weight !== undefined && !(typeof weight === 'number' && weight >= 0 && weight <= 1)) {
    bad(`"index.colourWeight" must be a number from 0 to 1, got ${describe(weight)}.`);
  }
  const { neighbours } = index;
  if (neighbours !== undefined && !isCount(neighbours)) {
    bad(`"index.neighbours" must be a whole number above 0, got ${describe(neighbours)}.`);
  }
  if (index.type === 'hnsw' || (index.type === 'codes' && 'graph' in index)) {
    const graph: unknown = index.graph;
    if (!Array.isArray(graph) || graph.length === 0 || !graph.every(isFileRef)) {
      bad(
        `"index.graph" must be a list of { file, bytes, sha256 } with at least one, got ${describe(graph)}.`,
      );
    }
  } else if ('graph' in index) {
    bad(
      `"index.graph" belongs to an index of type "hnsw" or "codes", this one is "${index.type}".`,
    );
  }
  if (index.type === 'parts') {
    checkPartsInfo(index.parts, count, bad);
    const vectors: unknown = index.vectors;
    if (!Array.isArray(vectors) || vectors.length > 0) {
      bad(`"index.vectors" must be an empty list for an index in parts, got ${describe(vectors)}.`);
    }
  } else if ('parts' in index) {
    bad(`"index.parts" belongs to an index of type "parts", this one is "${index.type}".`);
  }
  if (index.type === 'codes') checkCodes(index.codes, bad);
  else if ('codes' in index) {
    bad(`"index.codes" belongs to an index of type "codes", this one is "${index.type}".`);
  }
}

function checkCodes(codes: unknown, bad: (what: string) => never): void {
  const { space, recall10, error }: Partial<Record<string, unknown>> = isRecord(codes) ? codes : {};
  if (!isFileRef(space)) {
    bad(`"index.codes.space" must be { file, bytes, sha256 }, got ${describe(space)}.`);
  }
  for (const [name, value] of Object.entries({ recall10, error })) {
    if (typeof value === 'number' && value >= 0 && value <= 1) continue;
    bad(`"index.codes.${name}" must be a number from 0 to 1, got ${describe(value)}.`);
  }
}

function checkThresholds(field: string, raw: unknown, bad: (what: string) => never): void {
  const { match, related }: Partial<Record<string, unknown>> = isRecord(raw) ? raw : {};
  for (const [name, value] of Object.entries({ match, related })) {
    if (typeof value === 'number' && value >= -1 && value <= 1) continue;
    bad(`"${field}.${name}" must be a cosine from -1 to 1, got ${describe(value)}.`);
  }
  if ((related as number) > (match as number)) {
    bad(`"${field}.related" must not be above "match", ${match}, got ${related}.`);
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

function isCentre(base64: unknown, dimension: number): boolean {
  try {
    if (typeof base64 !== 'string') return false;
    const centre = decodeFloats(base64);
    return centre.length === dimension && centre.every(Number.isFinite);
  } catch {
    return false;
  }
}
