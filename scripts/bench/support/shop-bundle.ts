/** A bundle whose items are as a shop's: the same for every engine that a push is measured on. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Bundle } from '../../../src/core/bundle/bundle.ts';

import type { BundleSource } from '../../../src/core/bundle/source.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { build } from '../../../src/node/build/build.ts';
import { BUNDLE_FOLDER, openFolderSource } from '../../../src/node/search/folder-source.ts';
import { readRows } from '../../../src/node/stores/push/read-rows.ts';
import { releaseOf } from '../../../src/node/stores/push/release-of.ts';
import type { ReleaseInfo, StoreRow } from '../../../src/node/stores/store.ts';
import { enlargeBundle } from './enlarge-bundle.ts';

const PHOTOS = fileURLToPath(new URL('../../../public/sample/queries', import.meta.url));

export interface ShopBundle {
  /** What was built: `soutu serve` takes it. */
  readonly folder: string;
  readonly source: BundleSource;
  readonly info: ReleaseInfo;
  /** The rows that a push of it sends, file by file. */
  rows(): AsyncGenerator<readonly StoreRow[]>;
  remove(): Promise<void>;
}

/**
 * Vectors of 305 numbers, as `vgg16-lite` with colours has them: seeded neighbours of real photos'.
 * @param kept a folder where the bundle stays for another run, or is taken from; default: a temporary one
 */
export async function shopBundle(count: number, kept?: string): Promise<ShopBundle> {
  const folder = kept ?? (await mkdtemp(join(tmpdir(), 'soutu-bench-')));
  if (!existsSync(join(folder, BUNDLE_FOLDER))) {
    console.error(`Building a bundle of ${count} items`);
    await build({ photos: PHOTOS, out: folder });
    await enlargeBundle(join(folder, BUNDLE_FOLDER), count, { index: 'flat', itemAt: itemOf });
  }
  const source = await openFolderSource(folder);
  const bundle = await Bundle.open(source);
  const items = await bundle.items();
  return {
    ...{ folder, source },
    info: await releaseOf(bundle, items),
    rows: () => readRows(bundle, items),
    remove: async () => {
      if (kept === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

function itemOf(row: number): IndexedItem {
  const number = String(row).padStart(7, '0');
  return {
    id: `item-${number}`,
    image: `photos/${number}.jpg`,
    title: `Piece ${row} of a catalogue`,
    url: `https://shop.example/pieces/${number}`,
    thumb: `thumbs/${number}.jpg`,
    thumbSize: [320, 240],
    group: `group ${row >> 2}`,
    attributes: {
      colour: ['red', 'blue', 'green'][row % 3] as string,
      price: (row * 7) % 500,
      tags: ['new', `t${row % 40}`],
    },
  };
}
