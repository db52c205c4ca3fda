import { attributesOf } from '../../../src/core/attribute-info.ts';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { asStored } from '../../../src/core/bundle/vectors.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { BundleWriter } from '../../../src/node/build/bundle-writer.ts';
import { buildGraph } from '../../../src/node/build/graph/build-graph.ts';
import { chooseIndex, type IndexOption } from '../../../src/node/build/index/choose-index.ts';
import { writeBundle } from '../../../src/node/build/write-bundle.ts';
import { Staging } from '../../../src/node/files/staging.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { realVectors } from './real-vectors.ts';

/** The share of the difference of two photos that is between a photo and a neighbour. */
const STEP = 0.35;
/** So that codes of 10,000 items take 133 bytes each; those of the sample take 137, of 10,000 real photos 113. */
const NOISE = 0.05;

export interface Enlarging {
  /** As `--index`; default: what a build takes. */
  readonly index?: IndexOption;
  /** Items in place of renamed copies of the bundle's, in the order of their ids. */
  readonly itemAt?: (row: number) => IndexedItem;
  /** `neighbours` of the bundle's vectors (default), or the features of `real` photos. */
  readonly vectors?: 'neighbours' | 'real';
}

/**
 * Replaces a bundle's vectors, and its items with renamed copies. Seeded neighbours of its vectors are, for an index and
 * the size of its files, as realistic as photos: neighbours differ in the directions in which photos do. (Noise
 * of all directions takes twice the bytes as codes.) Where there are hundreds of them around each photo, an index in parts
 * needs `real` ones.
 * @param count number of items in the enlarged bundle
 */
export async function enlargeBundle(
  folder: string,
  count: number,
  { index = 'auto', itemAt, vectors: kind = 'neighbours' }: Enlarging = {},
): Promise<void> {
  const bundle = await Bundle.open(await openFolderSource(folder));
  const [items, known] = await Promise.all([bundle.items(), bundle.vectors()]);
  const { dimension, calibration } = bundle.manifest.index;
  const before = { vectors: known, space: bundle.space };
  const { vectors, space } =
    kind === 'real'
      ? await realVectors(count, before)
      : { ...before, vectors: neighboursOf(known, dimension, count) };
  const rows = Array.from({ length: count }, (_, row) => {
    if (itemAt) return itemAt(row);
    const { group: _group, ...item } = items[row % items.length] as IndexedItem;
    return { ...item, id: `item-${String(row).padStart(6, '0')}` };
  });
  const stored = asStored(vectors, dimension);
  const ids = rows.map(({ id }) => id);
  const all = { ids, vectors: stored, dimension };
  const { index: made } = await chooseIndex({
    rows: all,
    items: rows,
    options: { index },
    folder,
    previous: null,
  });
  // `auto` has no links: their download takes longer than they save.
  const graph = index === 'hnsw' ? await buildGraph(stored, dimension) : null;
  const staging = new Staging({ warn: (line) => console.error(line) });
  const writer = await BundleWriter.open(folder, staging);
  const manifest = await writeBundle(writer, {
    model: bundle.manifest.model,
    items: rows,
    attributes: attributesOf(rows),
    trimmed: false,
    plain: stored,
    vectors: stored,
    space,
    calibration,
    soft: null,
    // Computing them takes longer than the benchmarks, none of which reads them.
    similar: rows.map(() => []),
    index: made.type === 'parts' ? made : { ...made, graph },
    previous: null,
  });
  await writer.stageManifest(manifest);
  await staging.publish();
  await writer.sweep();
}

/** @returns count × dimension */
function neighboursOf(known: Float32Array, dimension: number, count: number): Float32Array {
  const random = seededRandom(11);
  const { length } = known;
  const vectorAt = (row: number) => known.subarray(row * dimension, (row + 1) * dimension);
  const any = () => vectorAt(Math.floor((random() * length) / dimension));
  const large = new Float32Array(count * dimension);
  for (let row = 0; row < count; row++) {
    const [a, b] = [any(), any()] as const;
    const near = vectorAt(row % (length / dimension)).map(
      (x, c) => x + STEP * ((a[c] as number) - (b[c] as number)) + NOISE * (random() - 0.5),
    );
    large.set(normalised(near), row * dimension);
  }
  return large;
}
