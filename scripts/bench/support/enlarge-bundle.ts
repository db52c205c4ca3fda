import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { writeGraphShards } from '../../../src/core/bundle/graph.ts';
import { writeVectorShards } from '../../../src/core/bundle/vectors.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { normalised } from '../../../src/core/vector/arithmetic.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { BundleWriter } from '../../../src/node/build/bundle-writer.ts';
import { buildGraph } from '../../../src/node/build/graph/build-graph.ts';
import { shardItems } from '../../../src/node/build/shard-items.ts';
import { Staging } from '../../../src/node/files/staging.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';

/**
 * Puts seeded neighbours of a bundle's vectors in their place, with its items under other names: as good as
 * photos for an index and for the size of its files.
 * @param count items afterwards
 */
export async function enlargeBundle(folder: string, count: number): Promise<void> {
  const bundle = await Bundle.open(await openFolderSource(folder));
  const [items, vectors] = await Promise.all([bundle.items(), bundle.vectors()]);
  const { dimension } = bundle.manifest.index;
  const random = seededRandom(11);
  const large = new Float32Array(count * dimension);
  const rows = Array.from({ length: count }, (_, i) => {
    const from = i % items.length;
    const near = vectors
      .slice(from * dimension, (from + 1) * dimension)
      .map((x) => x + (random() - 0.5) * 0.15);
    large.set(normalised(near), i * dimension);
    const { group: _group, ...item } = items[from] as IndexedItem;
    return { ...item, id: `item-${String(i).padStart(6, '0')}` };
  });
  const staging = new Staging({ warn: (line) => console.error(line) });
  const writer = await BundleWriter.open(folder, staging);
  const graph = await buildGraph(large, dimension);
  const itemRefs = [];
  for (const bytes of shardItems(rows)) itemRefs.push(await writer.write('items', 'json', bytes));
  await writer.stageManifest({
    ...bundle.manifest,
    items: itemRefs,
    index: {
      ...bundle.manifest.index,
      count,
      vectors: await writer.writeAll('vectors', writeVectorShards(large, count, dimension)),
      graph: await writer.writeAll('graph', writeGraphShards(graph)),
    },
  });
  await staging.publish();
  await writer.sweep();
}
