/**
 * What the details and thumbnails of 12 hits cost: details with brotli, of hits anywhere in a catalogue of 10,000 items
 * (the sample's, renamed), which is the worst case; thumbnails of 96 pixels.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { Bundle } from '../../../src/core/bundle/bundle.ts';
import { cutByContent, fileRowsFor } from '../../../src/core/bundle/cut.ts';
import { writeDetails } from '../../../src/core/bundle/details.ts';
import type { IndexedItem } from '../../../src/core/item.ts';
import { seededRandom } from '../../../src/core/vector/random.ts';
import { build } from '../../../src/node/build/site.ts';
import { openFolderSource } from '../../../src/node/search/folder-source.ts';

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
    const many = Array.from({ length: COUNT }, (_, i): IndexedItem => {
      const item = items[i % items.length] as IndexedItem;
      return { ...item, id: `item-${String(i).padStart(6, '0')}` };
    });
    const ranges = cutByContent(
      many.map(({ id }) => id),
      fileRowsFor(COUNT).details,
    );
    const files = writeDetails(many, ranges).map(({ bytes, first, rows }) => ({
      ...{ first, rows },
      bytes: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length,
    }));
    const random = seededRandom(1);
    let bytes = 0;
    let requests = 0;
    for (let i = 0; i < SEARCHES; i++) {
      const hits = Array.from({ length: HITS }, () => Math.floor(random() * COUNT));
      const asked = files.filter(({ first, rows }) =>
        hits.some((row) => row >= first && row < first + rows),
      );
      bytes += asked.reduce((sum, file) => sum + file.bytes, 0) / SEARCHES;
      requests += asked.length / SEARCHES;
    }
    const thumbs = await readdir(join(out, 'thumbs'));
    let thumbBytes = 0;
    for (const name of thumbs) thumbBytes += (await stat(join(out, 'thumbs', name))).size;
    const ids = Array.from({ length: 110_000 }, (_, i) => `item-${String(i).padStart(6, '0')}`);
    return {
      ...{ bytes, requests },
      thumbBytes: (HITS * thumbBytes) / thumbs.length,
      files110k: cutByContent(ids, fileRowsFor(ids.length).details).length,
    };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}
