/** What a build says of its bundle. */
import type { CodesInfo, Manifest, PartsInfo } from '../../core/bundle/manifest.ts';
import {
  graphOf,
  openingFilesOf,
  softFilesOf,
  spaceFilesOf,
} from '../../core/bundle/manifest-files.ts';
import type { FileRef } from '../../core/file-ref.ts';
import type { CalibrationReport } from './calibrate/calibrate.ts';
import type { NeighboursReport } from './choose/neighbours.ts';
import type { ColourReport } from './choose/space.ts';
import type { IndexChoice } from './index/why-index.ts';

export interface Failure {
  readonly path: string;
  readonly reason: string;
}

export interface DeltaSummary {
  readonly added: number;
  readonly removed: number;
  /** What a visitor who comes back downloads at most, besides the manifest. */
  readonly bytes: number;
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

/** The part of the summary that follows from the manifest. */
export function summaryOf(
  manifest: Manifest,
  manifestBytes: number,
  thumbBytes: number,
): Pick<BundleSummary, 'codes' | 'cold' | 'delta' | 'openingBytes' | 'bytes'> {
  const { index, items, model, archive } = manifest;
  return {
    codes: codesIn(manifest),
    cold: index.type === 'parts' ? index.parts.cold : null,
    delta: deltaIn(manifest),
    openingBytes: manifestBytes + openingBytesOf(manifest),
    bytes: {
      manifest: manifestBytes,
      model: sum(model.weights.files),
      columns: sum(items.columns),
      details: sum(items.details) + blockBytesOf(manifest),
      similar: sum(items.similar?.files ?? []),
      vectors:
        sum([...spaceFilesOf(index), ...index.vectors]) +
        (index.type === 'parts' ? index.parts.bytes : 0) +
        segmentBytesOf(manifest),
      soft: sum(softFilesOf(index)),
      graph: sum(graphOf(index)),
      archive: sum(archive),
      thumbs: thumbBytes,
    },
  };
}

const sum = (refs: readonly FileRef[]): number =>
  refs.reduce((total, { bytes }) => total + bytes, 0);

/** What a first search downloads; of an index in parts, what an average search does. */
function openingBytesOf(manifest: Manifest): number {
  const { index } = manifest;
  const files = sum(openingFilesOf(manifest));
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
