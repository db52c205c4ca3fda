/**
 * What a visitor who comes back downloads after 1 % of a catalogue was added, and after 1 % was replaced: all new files that a
 * search may ask for, and the manifest (compressed, as hosts do), as a share of the bundle without model and archive.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { openParts } from '../../../src/engine/parts/open-parts.ts';
import { folderSource } from '../../../src/node/search/folder-source.ts';
import { type ReleaseItem, releaseParts } from '../support/parts-release.ts';
import { DIMENSION, K, loadVectors } from './vectors.ts';

const CHANGED = 0.01;
const QUERIES = 200;

export interface DeltaCost {
  readonly count: number;
  readonly added: number;
  readonly removed: number;
  readonly bytes: number;
  /** Of the bundle. */
  readonly share: number;
  /** Of the catalogue with the delta, against exact neighbours. */
  readonly recall10: number;
  readonly seconds: number;
}

/** @param size the first rows of the data set; null: all */
export async function deltaCosts(size: number | null): Promise<DeltaCost[]> {
  const { base, count, queries } = await loadVectors('centred cosine', size ?? undefined);
  const items = Array.from({ length: count }, (_, row): ReleaseItem => {
    const id = `p${String(row).padStart(6, '0')}`;
    return { id, image: `${id}.jpg`, vector: base.slice(row * DIMENSION, (row + 1) * DIMENSION) };
  });
  const few = Math.round(CHANGED * count);
  const before = items.slice(0, count - few);
  const folder = await mkdtemp(join(tmpdir(), 'soutu-delta-'));
  try {
    await releaseParts(folder, before);
    const costs: DeltaCost[] = [];
    // Added; then as many of those that were there are gone, too.
    for (const now of [items, items.slice(few)]) {
      const start = performance.now();
      await releaseParts(folder, now);
      const seconds = (performance.now() - start) / 1000;
      costs.push({ ...(await measure(folder, now, queries.slice(0, QUERIES))), seconds });
    }
    return costs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  folder: string,
  now: readonly ReleaseItem[],
  queries: readonly Float32Array[],
): Promise<Omit<DeltaCost, 'seconds'>> {
  const bundle = await Bundle.open(folderSource(folder));
  const { index } = bundle.manifest;
  if (index.type !== 'parts' || !index.parts.delta) throw new Error('The release has no delta.');
  const { root, bytes, details, titles, delta } = index.parts;
  const manifest = brotliCompressSync(JSON.stringify(bundle.manifest)).length;
  const downloaded = manifest + delta.bytes;
  // The first sets are those of the shards; the others are in the delta.
  const sets = [...details.slice(0, 1), ...titles.slice(0, 1)];
  const whole = sets.reduce((sum, set) => sum + set.bytes, root.bytes + bytes) + downloaded;
  const retriever = openParts(bundle);
  let hits = 0;
  for (const query of queries) {
    const exact = now
      .map(({ id, vector }) => ({ id, score: dot(vector, query) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, K)
      .map(({ id }) => id);
    const { rows } = await retriever.nearest(query, {
      ...{ k: K, ef: 1, filter: {}, exact: false, everyMatch: false },
      minScore: Number.NEGATIVE_INFINITY,
    });
    hits += rows.filter(({ row }) => exact.includes(row.id)).length;
  }
  return {
    ...{ count: now.length, added: delta.added, removed: delta.removed, bytes: downloaded },
    share: downloaded / whole,
    recall10: hits / (K * queries.length),
  };
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
