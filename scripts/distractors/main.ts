/**
 * `npm run distractors [FOLDER]`: computes the distractor vectors of the shipped model from the photos in FOLDER, which
 * is `../shared/data/distractors` by default. The file is committed, because the photos may not be. Run this again after
 * any change that changes vectors: a test fails until then.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_MAX_PIXELS } from '../../src/core/image/pixels.ts';
import { seededRandom, shuffled } from '../../src/core/vector/random.ts';
import { DISTRACTORS_FILE, writeDistractors } from '../../src/node/model/distractors.ts';
import { openNodeEmbedder } from '../../src/node/model/embedder/embedder-node.ts';
import {
  DEFAULT_MODEL,
  folderOfModel,
  readModelFolder,
} from '../../src/node/model/model-folder.ts';
import { decodePhoto } from '../../src/node/photos/decode.ts';

/** Of three photos, two calibrate and one is held back. */
const CALIBRATION_SHARE = 2 / 3;

const photos = resolve(process.argv[2] ?? '../shared/data/distractors');
const folder = await folderOfModel(DEFAULT_MODEL);
const model = await readModelFolder(folder);
const { embedder } = await openNodeEmbedder(model);
const vectors: Float32Array[] = [];
for (const name of (await readdir(photos)).filter((name) => name.endsWith('.jpg')).sort()) {
  const { image } = await decodePhoto(join(photos, name), DEFAULT_MAX_PIXELS, model.spec.input);
  vectors.push(await embedder.embed(image));
}
await embedder.dispose();
const drawn = shuffled(vectors, seededRandom(1));
const cut = Math.round(drawn.length * CALIBRATION_SHARE);
const joined = (list: readonly Float32Array[]) =>
  Float32Array.from(list.flatMap((vector) => [...vector]));
const bytes = writeDistractors(model.spec, {
  calibration: joined(drawn.slice(0, cut)),
  heldBack: joined(drawn.slice(cut)),
});
await writeFile(join(folder, DISTRACTORS_FILE), bytes);
console.log(
  `${join(folder, DISTRACTORS_FILE)}: ${bytes.length} bytes, ${cut} vectors to calibrate, ` +
    `${drawn.length - cut} held back`,
);
