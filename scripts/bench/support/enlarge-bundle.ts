import { attributesOf } from '../../../src/core/attribute-info.ts';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { asStored } from '../../../src/core/bundle/vectors.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { FLAT_UP_TO } from '../../../src/engine/bundle-retriever.ts';
import { BundleWriter } from '../../../src/node/build/bundle-writer.ts';
import { buildGraph } from '../../../src/node/build/graph/build-graph.ts';
import { codesFor, type IndexOption } from '../../../src/node/build/index/choose-index.ts';
import { writeBundle } from '../../../src/node/build/write-bundle.ts';
import { Staging } from '../../../src/node/files/staging.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';

/** The share of the difference of two photos that is between a photo and a neighbour. */
const STEP = 0.35;
/** So that codes of 10,000 items take 133 bytes each; those of the sample take 137, of 10,000 real photos 113. */
const NOISE = 0.05;

/**
 * Replaces a bundle's vectors with seeded neighbours of them, and its items with renamed copies. For an index and
 * the size of its files, they are as realistic as photos: neighbours differ in the directions in which photos do. (Noise
 * of all directions takes twice the bytes as codes.)
 * @param count number of items in the enlarged bundle
 * @param index as `--index`; default: what a build takes
 * @param itemAt items in place of the renamed copies, in the order of their ids
 */
export async function enlargeBundle(
  folder: string,
  count: number,
  index: IndexOption = 'auto',
  itemAt?: (row: number) => IndexedItem,
): Promise<void> {
  const bundle = await Bundle.open(await openFolderSource(folder));
  const [items, vectors] = await Promise.all([bundle.items(), bundle.vectors()]);
  const { dimension, calibration } = bundle.manifest.index;
  const random = seededRandom(11);
  const vectorAt = (row: number) => vectors.subarray(row * dimension, (row + 1) * dimension);
  const any = () => vectorAt(Math.floor(random() * items.length));
  const large = new Float32Array(count * dimension);
  const rows = Array.from({ length: count }, (_, i) => {
    const from = i % items.length;
    const [a, b] = [any(), any()] as const;
    const near = vectorAt(from).map(
      (x, c) => x + STEP * ((a[c] as number) - (b[c] as number)) + NOISE * (random() - 0.5),
    );
    large.set(normalised(near), i * dimension);
    if (itemAt) return itemAt(i);
    const { group: _group, ...item } = items[from] as IndexedItem;
    return { ...item, id: `item-${String(i).padStart(6, '0')}` };
  });
  const stored = asStored(large, dimension);
  const ids = rows.map(({ id }) => id);
  const codes = await codesFor({ ids, vectors: stored, dimension }, { index }, folder, null);
  const isLinked = index === 'hnsw' || (!codes && count > FLAT_UP_TO);
  const graph = isLinked ? await buildGraph(stored, dimension) : null;
  const staging = new Staging({ warn: (line) => console.error(line) });
  const writer = await BundleWriter.open(folder, staging);
  const manifest = await writeBundle(writer, {
    model: bundle.manifest.model,
    items: rows,
    attributes: attributesOf(rows),
    trimmed: false,
    plain: stored,
    vectors: stored,
    space: bundle.space,
    calibration,
    soft: null,
    // Computing them takes longer than the benchmarks, none of which reads them.
    similar: rows.map(() => []),
    graph,
    codes,
    previous: null,
  });
  await writer.stageManifest(manifest);
  await staging.publish();
  await writer.sweep();
}
