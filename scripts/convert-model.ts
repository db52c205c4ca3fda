/**
 * Makes a shippable model folder from f32 weights:
 *
 *     npx tsx scripts/convert-model.ts ../shared/models/vgg16-lite --out public/models/vgg16-lite
 *
 * Input: a folder with `model.json` (the card's contract) and f32 safetensors. Output: `model.json` in the
 * form of `ModelSpec`, int8 weights with a scale per output channel, and a canary.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSafetensors, writeSafetensors } from '../src/core/model/safetensors.ts';
import { type Canary, type ModelSpec, parseModelSpec } from '../src/core/model/spec.ts';
import { encodeBase64, encodeFloats } from '../src/core/text.ts';
import { seededRandom } from '../src/core/vector/random.ts';
import { pictureOf } from '../src/engine/canary.ts';
import { sha256 } from './model/model-folder.ts';
import { quantise } from './model/quantise.ts';
import { createNodeEmbedder } from './runtime/onnx-node.ts';

const CANARY_SIDE = 16;
const CANARY_MIN_COSINE = 0.999;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { out: { type: 'string' } },
});
const [from] = positionals;
if (!from || !values.out) {
  console.error('Usage: convert-model FOLDER --out FOLDER');
  process.exit(2);
}
await convert(from, values.out);

async function convert(source: string, target: string): Promise<void> {
  const card = JSON.parse(await readFile(join(source, 'model.json'), 'utf8'));
  const path = join(source, card.weights.file);
  const file = await readFile(path);
  if (sha256(file) !== card.weights.sha256)
    throw new Error(`${path}: its SHA-256 is not the card's.`);

  const tensors = quantise(readSafetensors(file, path), path);
  const weights = writeSafetensors(tensors, { model: card.name, licence: card.licence });
  const name = `${card.name}.int8.safetensors`;
  const ref = { file: name, bytes: weights.length, sha256: sha256(weights) };
  const { weights: _, multiplyAdds: __, ...contract } = card;
  const spec = parseModelSpec(
    { ...contract, preprocessing: 1, weights: { dtype: 'I8', files: [ref] }, canary: null },
    `${source}/model.json`,
  );
  const complete: ModelSpec = { ...spec, canary: await makeCanary(spec, weights) };

  await mkdir(target, { recursive: true });
  await writeFile(join(target, name), weights);
  await writeFile(join(target, 'model.json'), `${JSON.stringify(complete, null, 1)}\n`);
  console.log(`${target}: ${name}, ${weights.length} bytes`);
}

/** A seeded picture of coarse coloured noise, and what the model makes of it. */
async function makeCanary(spec: ModelSpec, weights: Uint8Array): Promise<Canary> {
  const random = seededRandom(2026);
  const rgb = Uint8Array.from({ length: CANARY_SIDE * CANARY_SIDE * 3 }, () =>
    Math.floor(random() * 256),
  );
  const picture = { width: CANARY_SIDE, height: CANARY_SIDE, rgb: encodeBase64(rgb) };
  const embedder = await createNodeEmbedder(spec, [weights]);
  const vector = await embedder.embed(pictureOf(picture));
  await embedder.dispose();
  return { ...picture, vector: encodeFloats(vector), minCosine: CANARY_MIN_COSINE };
}
