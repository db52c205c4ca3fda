/** Releases of an index in parts, of vectors that no model made. */
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { floatsToHalves, roundedToHalf } from '../../../src/core/half.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import type { ModelSpec } from '../../../src/core/model/spec.ts';
import { BundleWriter } from '../../../src/node/build/bundle-writer.ts';
import type { ReleaseIndex } from '../../../src/node/build/index/made-index.ts';
import {
  type DeltaLimits,
  type MadeDelta,
  makeDelta,
} from '../../../src/node/build/index/parts/delta/make-delta.ts';
import { type MadeParts, makeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { writeBundle } from '../../../src/node/build/write-bundle.ts';
import { Staging } from '../../../src/node/files/staging.ts';
import { folderSource } from '../../../src/node/search/folder-source.ts';

export interface ReleaseItem extends IndexedItem {
  /** Of unit length. */
  readonly vector: Float32Array;
}

export interface PartsRelease {
  /** Null if the release is a delta. */
  readonly parts: MadeParts | null;
  readonly delta: MadeDelta | null;
}

/** Embeds nothing. */
function modelOf(dimension: number): Extract<ModelSpec, { family: 'vgg-stack' }> {
  return {
    name: 'none',
    family: 'vgg-stack',
    widths: [[dimension]],
    finalPool: 'none',
    pooling: 'max',
    projection: null,
    normalize: 'l2',
    dimension,
    input: {
      ...{ width: 32, height: 32, resize: 'stretch', filter: 'bilinear-antialias' },
      ...{ channels: 'RGB', mean: [0, 0, 0], scale: [1, 1, 1] },
    },
    preprocessing: 1,
    weights: { dtype: 'F32', files: [] },
    licence: 'MIT',
    attribution: 'us',
    canary: null,
  };
}

/** @param given in any order */
function rowsOfItems(given: readonly ReleaseItem[]) {
  const sorted = [...given].sort((a, b) => (a.id < b.id ? -1 : 1));
  const items = sorted.map(({ vector: _, ...item }): IndexedItem => item);
  const dimension = (sorted[0] as ReleaseItem).vector.length;
  const vectors = new Float32Array(new SharedArrayBuffer(4 * sorted.length * dimension));
  sorted.forEach(({ vector }, row) => {
    vectors.set(roundedToHalf(vector), row * dimension);
  });
  const plainOf = (row: number) =>
    floatsToHalves(vectors.subarray(row * dimension, (row + 1) * dimension));
  return { items, vectors, dimension, plainOf };
}

/** The delta that a release would have; null if it would make shards anew. Writes nothing. */
export async function deltaTo(
  folder: string,
  given: readonly ReleaseItem[],
  tell: (line: string) => void = () => undefined,
  limits?: DeltaLimits,
): Promise<MadeDelta | null> {
  const previous = (await Bundle.open(folderSource(folder))).manifest;
  return makeDelta(rowsOfItems(given), folder, previous, tell, limits);
}

/**
 * Publishes a release in a folder, as `soutu build` does: as a delta where the one before allows it.
 * @param given in any order
 */
export async function releaseParts(
  folder: string,
  given: readonly ReleaseItem[],
  {
    recall = 0.95,
    threads,
    limits,
  }: { recall?: number; threads?: number; limits?: DeltaLimits } = {},
): Promise<PartsRelease> {
  const { items, vectors, dimension, plainOf } = rowsOfItems(given);
  const staging = new Staging({ warn: (line) => console.error(line) });
  const writer = await BundleWriter.open(folder, staging);
  const previous = await writer.previous();
  const delta =
    previous &&
    (await makeDelta({ items, vectors, plainOf }, folder, previous, () => undefined, limits));
  const parts = delta
    ? null
    : await makeParts(rowSourceOf(vectors, dimension), {
        recall,
        ...(threads === undefined ? {} : { threads }),
      });
  const index: ReleaseIndex = delta
    ? { type: 'delta', delta }
    : parts
      ? { type: 'parts', parts }
      : { type: 'vectors', graph: null };
  const weights = await writer.write('weights', 'bin', Uint8Array.of(1));
  await writer.stageManifest(
    await writeBundle(writer, {
      model: { ...modelOf(dimension), weights: { dtype: 'F32', files: [weights] } },
      ...{ items, attributes: [], trimmed: false, plain: vectors, vectors },
      space: { centre: null, colour: null },
      calibration: { match: 0.8, related: 0.4, matchFrom: 'model', relatedFrom: 'model' },
      ...{ soft: null, similar: items.map(() => []), index, previous },
    }),
  );
  await staging.publish();
  await writer.sweep();
  return { parts, delta };
}
