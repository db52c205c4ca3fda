/**
 * What the details and thumbnails of 12 hits cost: details of the 12 nearest of each query in an index in parts of 10,000
 * items, which have the sample's details, renamed; thumbnails of 96 pixels.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import type { BlockSet } from '../../../src/core/parts/block-set.ts';
import { dot } from '../../../src/core/vector/arithmetic.ts';
import { build } from '../../../src/node/build/build.ts';
import { makeParts } from '../../../src/node/build/index/parts/make-parts.ts';
import {
  detailRowsFor,
  writeDetailBlocks,
} from '../../../src/node/build/index/parts/write-blocks.ts';
import { rowSourceOf } from '../../../src/node/build/index/row-source.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';
import { DIMENSION, loadVectors } from './vectors.ts';

const COUNT = 10_000;
const HITS = 12;
const SEARCHES = 200;
const THUMB_SIDE = 96;

export interface DetailsCost {
  /** Bytes of the files with the details of 12 hits, on average. */
  readonly bytes: number;
  readonly requests: number;
  /** Bytes of 12 thumbnails of 96 pixels, on average. */
  readonly thumbBytes: number;
  /** All files with details of 110,000 items. */
  readonly files110k: number;
}

export async function detailsCost(): Promise<DetailsCost> {
  const out = await mkdtemp(join(tmpdir(), 'soutu-bench-details-'));
  try {
    await build({
      photos: 'public/sample/catalogue.json',
      ...{ out, bundleOnly: true, report: false, thumbSide: THUMB_SIDE },
    });
    const source = await openFolderSource(out);
    const items = await (await Bundle.open(source)).items();
    const { order, nearest } = await placed();
    const many = Array.from(order, (row): IndexedItem => {
      const item = items[row % items.length] as IndexedItem;
      return { ...item, id: `item-${String(row).padStart(6, '0')}` };
    });
    const { sets, files } = await writeDetailBlocks(many, {
      write: () => Promise.reject(new Error('Details are not named by their hash.')),
      writeAs: async (file, { length }) => ({ file, bytes: length, sha256: '' }),
    });
    const { rows } = sets[0] as BlockSet;
    let bytes = 0;
    let requests = 0;
    for (const positions of nearest) {
      const asked = new Set(positions.map((position) => Math.floor(position / rows)));
      for (const block of asked) bytes += (files[block]?.bytes ?? 0) / nearest.length;
      requests += asked.size / nearest.length;
    }
    const thumbs = await readdir(join(out, 'thumbs'));
    let thumbBytes = 0;
    for (const name of thumbs) thumbBytes += (await stat(join(out, 'thumbs', name))).size;
    return {
      ...{ bytes, requests },
      thumbBytes: (HITS * thumbBytes) / thumbs.length,
      files110k: Math.ceil(110_000 / detailRowsFor(110_000)),
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** The positions of 10,000 items, and of the nearest ones of each query. */
async function placed() {
  const { base, queries, exact } = await loadVectors('centred cosine', COUNT);
  const made = await makeParts(rowSourceOf(base, DIMENSION), { recall: 0.95 });
  if (!made) throw new Error('No shards have a recall of 0.95.');
  const { order } = made;
  const positionOf = new Map(Array.from(order, (row, position) => [row, position]));
  const nearest = queries.slice(0, SEARCHES).map((query, q) => {
    const ten = exact[q] as readonly number[];
    const known = new Set(ten);
    const others = Array.from(order)
      .filter((row) => !known.has(row))
      .map(
        (row) => [row, dot(query, base.subarray(row * DIMENSION, (row + 1) * DIMENSION))] as const,
      )
      .sort((a, b) => b[1] - a[1])
      .slice(0, HITS - ten.length);
    return [...ten, ...others.map(([row]) => row)].map((row) => positionOf.get(row) as number);
  });
  return { order, nearest };
}
