import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { cosine } from '../../../src/core/vector/arithmetic.ts';
import { DISTRACTORS_FILE, distractorsFor } from '../../../src/node/model/distractors.ts';
import { openNodeEmbedder } from '../../../src/node/model/embedder/embedder-node.ts';
import { loadModel } from '../../../src/node/model/load.ts';
import { DEFAULT_MODEL, SHIPPED_MODELS } from '../../../src/node/model/model-folder.ts';
import { decodePhoto } from '../../../src/node/photos/decode.ts';

const PHOTOS = resolve('../shared/data/distractors');
const isThere = existsSync(PHOTOS);
const reason = isThere ? '' : ' (skipped: ../shared is not here)';

test('the shipped model has distractors of its own: after a change of the model, run "npm run distractors"', async () => {
  const { spec } = await loadModel(DEFAULT_MODEL);
  const distractors = await distractorsFor(spec);
  expect(distractors?.calibration).toHaveLength(310 * spec.dimension);
  expect(distractors?.heldBack).toHaveLength(155 * spec.dimension);
  const { size } = await stat(join(SHIPPED_MODELS, DEFAULT_MODEL, DISTRACTORS_FILE));
  expect(size).toBeLessThanOrEqual(300_000);
});

test('another pooling, another canary, another model: none', async () => {
  const rmac = await loadModel(DEFAULT_MODEL, { pooling: 'rmac' });
  expect(await distractorsFor(rmac.spec)).toBeNull();
  const { spec } = await loadModel(DEFAULT_MODEL);
  expect(await distractorsFor({ ...spec, canary: null })).toBeNull();
  expect(await distractorsFor({ ...spec, name: 'vgg16' })).toBeNull();
  expect(await distractorsFor({ ...spec, name: '../vgg16-lite' })).toBeNull();
});

test.skipIf(!isThere)(`they are the vectors of the photos, each once${reason}`, async () => {
  const model = await loadModel(DEFAULT_MODEL);
  const distractors = await distractorsFor(model.spec);
  const { dimension, input } = model.spec;
  const all = [...(distractors?.calibration ?? []), ...(distractors?.heldBack ?? [])];
  const rows = Array.from({ length: all.length / dimension }, (_, i) =>
    Float32Array.from(all.slice(i * dimension, (i + 1) * dimension)),
  );
  const names = (await readdir(PHOTOS)).filter((name) => name.endsWith('.jpg')).sort();
  expect(rows).toHaveLength(names.length);
  const { embedder } = await openNodeEmbedder(model);
  for (const name of [names[0], names[200], names.at(-1)]) {
    const { image } = await decodePhoto(join(PHOTOS, name ?? ''), 1e8, input);
    const vector = await embedder.embed(image);
    expect(rows.filter((row) => cosine(row, vector) > 0.9999)).toHaveLength(1);
  }
  await embedder.dispose();
});
