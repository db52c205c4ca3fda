/**
 * Cached vectors and thumbnails must be those that this version of Soutu makes. If this test fails, photos lead to other
 * bits than before: raise `VECTORS_VERSION` or `THUMBS_VERSION` in src/node/build/previous/made-with.ts, and write the new
 * hash here. (With another version of sharp or libvips, only the hash: the decoder's version counts anyway.)
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BundleWriter } from '../../../../src/node/build/bundle-writer.ts';
import { embedPhoto } from '../../../../src/node/build/embed-photo.ts';
import { THUMBS_VERSION, VECTORS_VERSION } from '../../../../src/node/build/previous/made-with.ts';
import { noPreviousPhotos } from '../../../../src/node/build/previous/photos/open-previous-photos.ts';
import { Staging } from '../../../../src/node/files/staging.ts';
import { openNodeEmbedder } from '../../../../src/node/model/embedder/embedder-node.ts';
import { loadModel } from '../../../../src/node/model/load.ts';
import { DEFAULT_MODEL } from '../../../../src/node/model/model-folder.ts';
import { PixelBudget } from '../../../../src/node/photos/pixel-budget.ts';
import { tempFolder } from '../../../support/temp.ts';

const folder = await tempFolder();
const PHOTOS = ['bottle-001-1', 'plate-009-2', 'jug-001-3'];

test('vectors, small copies, borders and thumbnails have the bits of their versions', async () => {
  const staging = new Staging({ warn: () => undefined });
  const writer = await BundleWriter.open(folder, staging);
  const { embedder } = await openNodeEmbedder(await loadModel(DEFAULT_MODEL));
  const tools = {
    embedder,
    writer,
    previousPhotos: noPreviousPhotos(),
    budget: new PixelBudget(1e8),
  };
  const vectorsHash = createHash('sha256');
  const thumbsHash = createHash('sha256');
  const options = {
    maxPixels: 1e8,
    trim: true,
    thumbSide: 320,
    soft: true,
    hasThumbFile: () => true,
  };
  for (const name of PHOTOS) {
    const path = join('public/sample/photos', `${name}.jpg`);
    const { vectors, thumb } = await embedPhoto(path, { id: name, image: path }, tools, options);
    vectorsHash.update(vectors.plain).update(vectors.soft ?? '');
    vectorsHash.update(`${vectors.isTrimmed} ${vectors.print}`);
    thumbsHash.update(JSON.stringify([thumb.sha256, thumb.bytes, thumb.size, thumb.hash]));
  }
  await embedder.dispose();
  staging.discard();
  expect([VECTORS_VERSION, vectorsHash.digest('hex').slice(0, 16)]).toEqual([
    3,
    'fffdf6f6b1c9fb72',
  ]);
  expect([THUMBS_VERSION, thumbsHash.digest('hex').slice(0, 16)]).toEqual([2, '41827216355da9c9']);
});
